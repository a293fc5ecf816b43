// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Credential files and responses of token services. With any content, a secret is sent only to
// Google's hosts, and an error contains no terminal control characters.

#include <glib.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "credential_file.hpp"
#include "require.hpp"
#include "text.hpp"
#include "token_service.hpp"

using namespace gemlive;
using test::require;
using namespace gemlive::auth;

namespace {

/// Does not use the code under test.
void check_url(std::string_view url) {
  require(g_ascii_strncasecmp(std::string(url).c_str(), "https://", 8) == 0, "the scheme is https");
  url.remove_prefix(8);
  const auto host = url.substr(0, url.find_first_of("/?"));
  require(host == "googleapis.com" || host.ends_with(".googleapis.com"), "the host is Google's");
  for (const char c : host)
    require(g_ascii_islower(c) || g_ascii_isdigit(c) || c == '-' || c == '.',
            "the host name has no special characters");
  for (const char c : url)
    require(g_ascii_isgraph(c) && c != '#', "the URL is printable and has no fragment");
}

void check(const Error &error) {
  require(!error.message.empty(), "an error has a message");
  require(text::printable(error.message) == error.message, "the message is printable");
}

void check(const Credential &credential) {
  if (const auto *account = std::get_if<ServiceAccount>(&credential.source))
    check_url(account->token_url);
  if (const auto *user = std::get_if<User>(&credential.source)) {
    check_url(user->token_url);
    check_url(token_service::make_request(*user).url);
  }
  if (const auto *federation = std::get_if<Federation>(&credential.source)) {
    check_url(federation->token_url);
    require(!std::holds_alternative<SubjectProgram>(federation->subject), "no program is run");
    const auto request = token_service::make_request(*federation, Secret("subject"));
    require(request.body.reveal().find("subject_token=subject") != std::string::npos,
            "the request is a form");
    if (const auto *url = std::get_if<SubjectUrl>(&federation->subject))
      for (const auto &[name, value] : url->headers)
        require(name.find_first_of("\r\n") == name.npos &&
                    value.reveal().find_first_of("\r\n") == std::string::npos,
                "a header is one line");
  }
  require(credential.impersonations.size() <= 5, "at most 5 impersonations");
  for (const auto &impersonation : credential.impersonations)
    check_url(impersonation.url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const Secret text(std::string_view(reinterpret_cast<const char *>(data), size));
  const auto credential = parse_credential(text, "a file", {});
  if (credential)
    check(*credential);
  else
    check(credential.error());
  for (const int status : {200, 400, 503}) {
    const http::Response reply{.status = status, .from_metadata_server = true, .body = text};
    const auto token = token_service::read_token(reply, "a file");
    const auto impersonated =
        token_service::read_impersonated(reply, std::chrono::seconds(1'800'000'000), "a file");
    for (const auto *result : {&token, &impersonated}) {
      if (!*result) {
        check(result->error());
        continue;
      }
      require(!(*result)->value.empty() && (*result)->lifetime.count() >= 0,
              "a token is not empty and has a lifetime");
      for (const char c : (*result)->value.reveal())
        require(g_ascii_isgraph(c), "a token is valid in a header");
    }
    const auto subject = token_service::read_subject(reply, {.json_field = "id"}, "a file");
    if (!subject) check(subject.error());
    const auto printed = token_service::read_program_output(text, "a file");
    if (!printed) check(printed.error());
  }
  return 0;
}
