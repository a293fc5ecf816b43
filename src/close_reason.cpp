// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "close_reason.hpp"

#include <glib.h>

#include <array>
#include <string_view>

#include "text.hpp"

namespace gemlive {

namespace {

struct Meaning {
  std::string_view part;  // of the reason, lower case; reasons are cut at 123 bytes
  ErrorKind kind;
  const char *advice;
};

// The first that fits counts.
constexpr std::array meanings = {
    Meaning{"api key not valid", ErrorKind::not_authorized,
            "The API key is not valid: check the property api-key or GOOGLE_API_KEY"},
    Meaning{"api key expired", ErrorKind::not_authorized,
            "The API key has expired: renew it and set api-key or GOOGLE_API_KEY"},
    Meaning{"api key not found", ErrorKind::not_authorized,
            "The API key does not exist: check the property api-key or GOOGLE_API_KEY"},
    Meaning{"unregistered callers", ErrorKind::not_authorized,
            "The service wants a credential: set api-key or access-token"},
    Meaning{"permission denied", ErrorKind::not_authorized,
            "No access: check the properties project and access-token, and the account's role "
            "(Vertex AI User)"},
    Meaning{"unauthenticated", ErrorKind::not_authorized,
            "The service wants another credential: check api-key or access-token"},
    Meaning{"user location is not supported", ErrorKind::not_authorized,
            "The service is not offered at this place of the world: try Vertex AI (project)"},
    Meaning{"is not found for api version", ErrorKind::not_found,
            "No such model: check the properties model and api-version"},
    Meaning{"not supported in the live api", ErrorKind::not_found,
            "Not a Live model: check the property model"},
    Meaning{"is not supported for bidigeneratecontent", ErrorKind::not_found,
            "Not a Live model: check the property model"},
    Meaning{"publisher model", ErrorKind::not_found,
            "No such model in this location: check the properties model and location"},
    Meaning{"session not found", ErrorKind::not_found,
            "The service does not know this session any more: start a new one"},
    Meaning{"session expired", ErrorKind::not_found,
            "The service has ended this session: start a new one"},
    Meaning{"entity was not found", ErrorKind::not_found,
            "The service does not know the model or session: check the property model, and start "
            "again"},
    Meaning{"quota", ErrorKind::busy,
            "The quota is used up: wait a minute or more, or check the project's plan and billing"},
    Meaning{"exhausted", ErrorKind::busy,
            "Too many sessions or requests: wait a minute or more, then start again"},
    Meaning{"overloaded", ErrorKind::busy, "The service is overloaded: wait, then start again"},
    Meaning{"resource field value", ErrorKind::bad_setting,
            "The service refused the model's name: check the properties model, project and "
            "location"},
    Meaning{"unknown name", ErrorKind::bad_setting,
            "The service does not know a field of the setup: check the property setup"},
    Meaning{"sample rate changed", ErrorKind::bad_setting,
            "The input's rate changed, which the service refuses: put audioresample and a "
            "capsfilter before the sink"},
    Meaning{"response modalities", ErrorKind::bad_setting,
            "The model does not give audio: check the properties model and setup"},
    Meaning{"thinking level", ErrorKind::bad_setting,
            "The model wants a thinking level: set "
            "setup={\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}}"},
    Meaning{"invalid argument", ErrorKind::bad_setting,
            "The service refused a value: check voice, language-code, setup and what else is set"},
    Meaning{"precondition check failed", ErrorKind::bad_setting,
            "The account or model does not allow this: check the properties model and setup"},
};

std::string lower(const std::string &text) {
  std::string out = text;
  for (char &c : out)
    c = g_ascii_tolower(c);
  return out;
}

}  // namespace

Error explain_close(int code, const std::string &reason) {
  Error error{.kind = ErrorKind::lost,
              .message = "The service ended the connection: start again",
              .close_code = code,
              .close_reason = text::excerpt(reason)};
  const std::string folded = lower(reason);
  for (const auto &meaning : meanings) {
    if (folded.find(meaning.part) == std::string::npos) continue;
    error.kind = meaning.kind;
    error.message = meaning.advice;
    break;
  }
  if (code == 0) error.message = "The connection was lost without a word: check the network";
  if (!error.close_reason.empty()) error.message += " (" + error.close_reason + ")";
  error.detail = "close code " + std::to_string(code);
  return error;
}

}  // namespace gemlive
