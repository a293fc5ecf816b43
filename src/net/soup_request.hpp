// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>

#include "error.hpp"
#include "http.hpp"

namespace gemlive {

/// One HTTP request by libsoup, of at most 64 KiB of reply: no redirects, no cookies, no
/// authentication of its own. What libsoup still does when nobody waits for it any more is
/// cancelled and cleaned up behind the scenes. It has no deadline of its own. One thread only.
class SoupRequest {
 public:
  using Done = std::function<void(Result<http::Reply>)>;

  /// `done` is called once, later, with a reply of any status, and may destroy the exchange.
  SoupRequest(const http::Request &request, const http::Route &route, Done done);
  /// Cancels; `done` is not called any more.
  ~SoupRequest();
  SoupRequest(const SoupRequest &) = delete;
  SoupRequest &operator=(const SoupRequest &) = delete;

 private:
  class State;
  State *state_ = nullptr;  // owns itself until libsoup has called back
};

}  // namespace gemlive
