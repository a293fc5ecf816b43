// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io_thread.hpp"

typedef struct _SoupServer SoupServer;

namespace gemlive::test {

/// An HTTP server on 127.0.0.1 whose responses come from a function. Any thread.
class HttpServer {
 public:
  struct Request {
    std::string method = {};
    std::string path = {};
    std::string authorization = {};
    std::string body = {};
  };
  struct Response {
    int status = 200;
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool never = false;  // the request is never answered
  };
  using Answer = std::function<Response(const Request &)>;  // on the server's thread

  explicit HttpServer(Answer answer);
  ~HttpServer();

  std::string uri() const { return uri_; }
  std::vector<Request> requests();

 private:
  struct Serving;
  std::shared_ptr<Serving> serving_;
  std::string uri_;
  IoThread thread_;  // destroyed first
};

}  // namespace gemlive::test
