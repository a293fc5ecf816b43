// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "secret.hpp"

/// One request and its reply, outside of any conversation.
namespace gemlive::http {

struct Request {
  std::string method = "GET";
  std::string url = {};
  std::vector<std::pair<std::string, Secret>> headers = {};
  std::string content_type = {};  // of a body
  Secret body = {};
  bool direct = false;  // past any proxy
};

struct Reply {
  int status = 0;
  bool from_metadata_server = false;  // it says so
  std::chrono::seconds retry_after{0};
  Secret body = {};
};

/// How to get to a server.
struct Route {
  Secret proxy = {};  // a URL, which may hold a password; empty: as the environment has it
  std::string tls_ca_file = {};
  bool operator==(const Route &) const = default;
};

}  // namespace gemlive::http
