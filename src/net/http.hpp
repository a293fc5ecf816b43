// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "secret.hpp"

/// One HTTP request and its response. Values: one thread at a time.
namespace gemlive::http {

using Headers = std::vector<std::pair<std::string, Secret>>;

struct Request {
  std::string method = "GET";
  std::string url = {};
  Headers headers = {};
  std::string content_type = {};  // of the body
  Secret body = {};
  bool direct = false;  // do not use a proxy
};

struct Response {
  int status = 0;
  bool from_metadata_server = false;  // it has the metadata server's header
  std::chrono::seconds retry_after{0};
  Secret body = {};
};

/// The value of an Authorization header for HTTP Basic. Any thread.
Secret basic_authorization(std::string_view user, std::string_view password);

/// How to reach a server.
struct Route {
  Secret proxy = {};  // a URL, may contain a password; empty: from the environment
  std::string tls_ca_file = {};
  bool operator==(const Route &) const = default;
};

}  // namespace gemlive::http
