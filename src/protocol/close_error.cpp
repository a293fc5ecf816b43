// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "close_error.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "text.hpp"

namespace gemlive {
namespace {

struct Advice {
  ErrorKind kind;
  const char *text;
  Retry retry = Retry::never;
};

constexpr std::string_view entity_not_found = "requested entity was not found";

/// Advice for reasons that contain `part` (lower case, * is any text). A reason has at most 123
/// bytes.
struct KnownReason {
  std::string_view part;
  Advice advice;
};

constexpr Advice bad_key = {ErrorKind::not_authorized,
                            "Check api-key (or GOOGLE_API_KEY, GEMINI_API_KEY)"};
constexpr Advice no_permission = {
    ErrorKind::not_authorized,
    "Check access-token and project, and that the account may use the model"};
constexpr Advice wrong_place = {
    ErrorKind::not_authorized,
    "The service is not available from this location. Check its list of available regions"};
constexpr Advice blocked_project = {
    ErrorKind::not_authorized,
    "The service has blocked the project of this key or account. Check the project in the Google "
    "Cloud console, or use another one"};
constexpr Advice no_room = {ErrorKind::busy,
                            "Check the quota and the billing of the account, or try again later",
                            Retry::after_quota};
constexpr Advice no_model = {
    ErrorKind::not_found, "Check model, and that it is available at this api-version and location"};
constexpr Advice withdrawn_model = {
    ErrorKind::not_found,
    "The model does not exist any more, or has no Live API. Set model to another one"};
constexpr Advice music_model = {
    ErrorKind::not_found,
    "This model belongs to Google's music service (BidiGenerateMusic), which gemlive does not "
    "support. Set model to a Live API model"};
constexpr Advice bad_name = {ErrorKind::bad_setting, "Check model, project and location"};
constexpr Advice bad_setup = {
    ErrorKind::bad_setting,
    "Check the properties (voice, language-code, tools, setup ...) and the "
    "last input. Not every model supports everything"};
constexpr Advice bad_handle = {ErrorKind::lost, "Try again without resumption-handle",
                               Retry::new_session};
constexpr Advice foreign_handle = {
    ErrorKind::bad_setting,
    "gemlive sent no handle of its own. Check sessionResumption in the property setup",
    Retry::once};
constexpr Advice refused_setup = {
    ErrorKind::bad_setting,
    "The service refused the setup without a reason. Check model and the properties (setup, tools, "
    "voice ...). For example, a native-audio model refuses responseModalities TEXT",
    Retry::once};
constexpr Advice lost_session = {ErrorKind::lost, "Try again", Retry::new_session};
constexpr Advice gone = {ErrorKind::lost, "Try again", Retry::reconnect};
constexpr Advice unavailable = {ErrorKind::lost, "Try again later", Retry::reconnect};
constexpr Advice refused = {ErrorKind::lost, "Try again, and check the last input", Retry::once};

/// The first match applies. Names of projects and models are part of some reasons.
constexpr std::array<KnownReason, 37> known_reasons = {{
    {"lyria-realtime", music_model},
    {"publisher model", no_model},  // "... was not found" may be cut off
    {"api key", bad_key},
    {"unregistered callers", bad_key},
    {"denied access", blocked_project},
    {"permission", no_permission},
    {"unauthenticated", no_permission},
    {"authentication credential", no_permission},
    {"access token", no_permission},
    {"location is not supported", wrong_place},
    {"quota", no_room},
    {"exhausted", no_room},
    {"maximum concurrent", no_room},
    {"too many*session", no_room},
    {"concurrent*session", no_room},
    {"overloaded", no_room},
    {"session handle", bad_handle},
    {"session*not found", bad_handle},
    {"session*expired", bad_handle},
    {entity_not_found, bad_handle},
    {"token*expired", no_permission},
    {"operation was aborted", gone},
    {"not implemented, or supported, or enabled", gone},
    {"is not found for api version", no_model},
    {"not supported for bidigeneratecontent", no_model},
    {"not supported in the live api", withdrawn_model},
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

/// An entity is the session that the handle names, or the model. Without a handle, and before the
/// model has answered, it can only be the model.
Advice missing_entity(ConnectionProgress progress) {
  if (progress.used_handle) return bad_handle;
  return progress.has_content ? lost_session : no_model;
}

/// Without a handle, the session is the one that this connection has begun.
Advice missing_session(ConnectionProgress progress) {
  if (progress.used_handle) return bad_handle;
  return progress.is_set_up ? lost_session : foreign_handle;
}

/// Advice for a close without a known reason.
Advice by_code(int code, ConnectionProgress progress) {
  switch (code) {
    case 1000:
      // With a handle, the handle may be at fault.
      return progress.is_set_up || progress.used_handle ? gone : refused_setup;
    case 0:  // TCP ended
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

/// Statuses of google.rpc.Code, with its number and its HTTP status.
struct KnownStatus {
  std::string_view name;
  int code;
  int http_status;
  Advice advice;
};

constexpr std::array<KnownStatus, 12> known_statuses = {{
    {"INVALID_ARGUMENT", 3, 400, bad_setup},
    {"FAILED_PRECONDITION", 9, 400, bad_setup},
    {"OUT_OF_RANGE", 11, 400, bad_setup},
    {"UNAUTHENTICATED", 16, 401, no_permission},
    {"PERMISSION_DENIED", 7, 403, no_permission},
    {"RESOURCE_EXHAUSTED", 8, 429, no_room},
    {"CANCELLED", 1, 499, gone},
    {"INTERNAL", 13, 500, gone},
    {"UNKNOWN", 2, 500, gone},
    {"UNAVAILABLE", 14, 503, unavailable},
    {"DEADLINE_EXCEEDED", 4, 504, gone},
    {"ABORTED", 10, 409, gone},
}};

/// Advice for a reported error without known words.
Advice by_status(const ServiceError &reported, ConnectionProgress progress) {
  constexpr std::string_view not_found = "NOT_FOUND";
  const bool has_status = !reported.status.empty();
  if (has_status ? reported.status == not_found : reported.code == 5 || reported.code == 404)
    return missing_entity(progress);
  for (const auto &[name, code, http_status, advice] : known_statuses)
    if (has_status ? reported.status == name
                   : reported.code == code || reported.code == http_status)
      return advice;
  return refused;
}

bool contains(std::string_view text, std::string_view part) {
  const auto gap = part.find('*');
  const auto at = text.find(part.substr(0, gap));
  if (at == std::string_view::npos || gap == std::string_view::npos) return at != text.npos;
  return contains(text.substr(at + gap), part.substr(gap + 1));
}

/// `otherwise` applies if the words are not known.
Advice by_words(const std::string &words, Advice otherwise, ConnectionProgress progress) {
  std::string lower(words);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const auto &[part, known] : known_reasons) {
    if (!contains(lower, part)) continue;
    const bool is_about_session = known.retry == Retry::new_session;
    const auto advice = part == entity_not_found ? missing_entity(progress)
                        : is_about_session       ? missing_session(progress)
                                                 : known;
    // During an outage, the reason may blame the request by mistake.
    const bool blames_request =
        advice.kind == ErrorKind::bad_setting || advice.kind == ErrorKind::not_found;
    if (otherwise.retry != Retry::reconnect || !blames_request) return advice;
  }
  return otherwise;
}

}  // namespace

Error close_error(int code, const std::string &reason, ConnectionProgress progress) {
  const auto printable = text::excerpt(reason);
  const auto advice = by_words(printable, by_code(code, progress), progress);
  std::string message = "The service closed the connection";
  if (!printable.empty()) message += ": " + printable;
  message += code == 0 ? " (without a close frame)" : " (close code " + std::to_string(code) + ")";
  return {.kind = advice.kind,
          .message = message + ". " + advice.text,
          .retry = advice.retry,
          .close_code = code,
          .close_reason = printable};
}

Error service_error(const ServiceError &reported, ConnectionProgress progress) {
  const auto status = text::excerpt(reported.status);
  auto words = text::excerpt(reported.message);
  const auto advice = by_words(words, by_status(reported, progress), progress);
  std::string about = status;
  if (reported.code)
    about += (about.empty() ? "code " : ", code ") + std::to_string(*reported.code);
  if (words.empty()) words = std::exchange(about, {});
  if (!about.empty()) about = " (" + about + ")";
  const char *end = about.empty() && words.ends_with('.') ? " " : ". ";
  return {.kind = advice.kind,
          .message = "The service reported an error: " + words + about + end + advice.text,
          .retry = advice.retry,
          .close_reason = words};
}

}  // namespace gemlive
