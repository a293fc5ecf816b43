// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "close_error.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "text.hpp"

namespace gemlive {
namespace {

struct Advice {
  ErrorKind kind;
  const char *text;
  Retry retry = Retry::never;
};

/// Advice for reasons that contain `part` (lower case). A reason has at most 123 bytes.
struct KnownReason {
  std::string_view part;
  Advice advice;
};

constexpr Advice bad_key = {ErrorKind::not_authorized,
                            "Check api-key (or GOOGLE_API_KEY, GEMINI_API_KEY)."};
constexpr Advice no_permission = {
    ErrorKind::not_authorized,
    "Check access-token and project, and that the account may use the model."};
constexpr Advice no_room = {ErrorKind::busy,
                            "Check the quota and the billing of the account, or try again later.",
                            Retry::after_quota};
constexpr Advice no_model = {
    ErrorKind::not_found,
    "Check model, and that it is available at this api-version and location."};
constexpr Advice bad_name = {ErrorKind::bad_setting, "Check model, project and location."};
constexpr Advice bad_setup = {
    ErrorKind::bad_setting,
    "Check the properties (voice, language-code, tools, setup ...) and the "
    "last input. Not every model supports everything."};
constexpr Advice bad_handle = {ErrorKind::lost, "Try again without resumption-handle.",
                               Retry::new_session};
constexpr Advice gone = {ErrorKind::lost, "Try again.", Retry::reconnect};
constexpr Advice unavailable = {ErrorKind::lost, "Try again later.", Retry::reconnect};
constexpr Advice refused = {ErrorKind::lost, "Try again, and check the last input.", Retry::once};

/// The first match applies.
constexpr std::array<KnownReason, 31> known_reasons = {{
    {"api key", bad_key},
    {"unregistered callers", bad_key},
    {"permission", no_permission},
    {"unauthenticated", no_permission},
    {"authentication credential", no_permission},
    {"access token", no_permission},
    {"location is not supported", no_permission},
    {"quota", no_room},
    {"exhausted", no_room},
    {"maximum concurrent", no_room},
    {"overloaded", no_room},
    {"session handle", bad_handle},
    {"session not found", bad_handle},
    {"session expired", bad_handle},
    {"requested entity was not found", bad_handle},
    {"operation was aborted", gone},
    {"not implemented, or supported, or enabled", gone},
    {"is not found for api version", no_model},
    {"not supported for bidigeneratecontent", no_model},
    {"not supported in the live api", no_model},
    {"sample rate", bad_setup},
    {"modalities", bad_setup},
    {"not found", no_model},
    {"resource field value", bad_name},
    {"unknown name", bad_setup},
    {"invalid", bad_setup},
    {"not supported", no_model},
    {"must be specified", bad_setup},
    {"last chunk before turn_complete", bad_setup},
    {"unavailable", unavailable},
    {"deadline expired", gone},
}};

/// Advice for a reason that is not known.
Advice advice_for(int code) {
  switch (code) {
    case 0:  // TCP ended
    case 1000:
    case 1001:
    case 1005:
    case 1006:
    case 1011:
    case 1012:
    case 1014:
      return gone;
    case 1013:
      return unavailable;
    case 1007:
      return bad_setup;
    default:
      return refused;
  }
}

Advice advice_for(int code, const std::string &reason) {
  std::string lower(reason);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto by_code = advice_for(code);
  for (const auto &[part, advice] : known_reasons) {
    if (lower.find(part) == std::string::npos) continue;
    // During an outage, the reason may blame the request by mistake.
    const bool blames_request =
        advice.kind == ErrorKind::bad_setting || advice.kind == ErrorKind::not_found;
    if (by_code.retry != Retry::reconnect || !blames_request) return advice;
  }
  return by_code;
}

}  // namespace

Error close_error(int code, const std::string &reason) {
  const auto printable = text::excerpt(reason);
  const auto advice = advice_for(code, printable);
  std::string message = "The service closed the connection";
  if (!printable.empty()) message += ": " + printable;
  message += code == 0 ? " (without a close frame)" : " (close code " + std::to_string(code) + ")";
  return {.kind = advice.kind,
          .message = message + ". " + advice.text,
          .retry = advice.retry,
          .close_code = code,
          .close_reason = printable};
}

}  // namespace gemlive
