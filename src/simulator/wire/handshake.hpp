// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service.hpp"

/// The HTTP half of a WebSocket connection: pure, no I/O.
namespace gemlive::simulator {

struct Request {
  std::string method = {};
  std::string path = {};  // without the query
  std::string query = {};
  std::map<std::string, std::string> headers = {};  // names in lower case
};

/// `head` ends with the empty line.
std::optional<Request> parse_request(std::string_view head);

/// What an upgrade request shows of the caller. Values of credentials are looked at and dropped.
struct Credential {
  const char *kind = "none";  // "key", "bearer" or "none"
  bool bad_key = false;       // the key is "bad-key"
};
Credential find_credential(const Request &request);
/// The token of "Authorization: Bearer"; empty: none.
std::string bearer_token(const Request &request);
std::string quota_project(const Request &request);

/// The service that listens at `path`; nullopt: 404.
std::optional<Service> service_at(std::string_view path);

struct Response {
  int status = 404;
  std::map<std::string, std::string> headers = {};
  std::string body = {};
};
std::string text(const Response &response);

/// The 101, or the refusal that RFC 6455 section 4.2 wants.
std::string answer_upgrade(const Request &request);

}  // namespace gemlive::simulator
