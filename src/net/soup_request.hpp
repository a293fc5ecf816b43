// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "error.hpp"
#include "http.hpp"

namespace gemlive {

/// One HTTP request with libsoup. The response has at most 64 KiB. No redirects, cookies or
/// automatic authentication. No timeout. All calls on the thread that makes it.
class SoupRequest {
 public:
  using Done = std::function<void(Result<http::Response>)>;

  /// Sends the request. `done` is called once, later, with a response of any status. It may destroy
  /// the request.
  SoupRequest(const http::Request &request, const http::Route &route, Done done);
  /// Cancels the request. `done` is not called any more. libsoup ends it in the background.
  ~SoupRequest();
  SoupRequest(const SoupRequest &) = delete;
  SoupRequest &operator=(const SoupRequest &) = delete;

 private:
  class State;
  const std::shared_ptr<State> state_;
};

}  // namespace gemlive
