// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service.hpp"

/// The HTTP upgrade of a WebSocket connection. Pure.
namespace gemlive::simulator {

struct Request {
  std::string method = {};
  std::string path = {};  // without the query
  std::string query = {};
  std::map<std::string, std::string> headers = {};  // by name in lower case
};

/// Parses a request whose `head` ends with the empty line. nullopt: not HTTP/1.1.
std::optional<Request> parse_request(std::string_view head);

/// The kind of credential in an upgrade request. It does not keep the value.
struct Credential {
  const char *kind = "none";  // "key", "bearer" or "none"
  bool bad_key = false;       // the key is "bad-key"
};
Credential find_credential(const Request &request);
/// Returns the token of "Authorization: Bearer", empty if there is none.
std::string bearer_token(const Request &request);
std::string quota_project(const Request &request);

/// Returns the service at `path`, nullopt if there is none (HTTP 404).
std::optional<Service> service_at(std::string_view path);

struct Response {
  int status = 404;
  std::map<std::string, std::string> headers = {};
  std::string body = {};
};
std::string text(const Response &response);

/// Returns the 101 response, or the error that RFC 6455 section 4.2 requires.
std::string answer_upgrade(const Request &request);

}  // namespace gemlive::simulator
