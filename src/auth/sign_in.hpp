// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "config.hpp"
#include "credential.hpp"
#include "error.hpp"
#include "guarded.hpp"
#include "http.hpp"
#include "token_cache.hpp"

namespace gemlive::auth {

/// Provides the authorization headers for each connection of a conversation. All calls on one
/// thread. Other threads may replace the access token.
class SignIn {
 public:
  using Done = std::function<void(Result<Headers>)>;

  struct Options {
    Headers headers = {};  // a key, a quota project
    std::shared_ptr<Guarded<Secret>> access_token = {};
    std::shared_ptr<const Credential> credential = {};  // used if there is no token
    http::Route route = {};
  };

  explicit SignIn(Options options) : options_(std::move(options)) {}

  /// Gets the headers. `done` is called once, immediately or later, but not after pause(). Waits
  /// for a token that an earlier start() has begun to fetch.
  void start(Done done);
  /// Cancels `done`. The token fetch continues, and the next start() uses it.
  void pause() { done_ = nullptr; }
  /// Call this when the service refused the last headers. Returns whether start() can get a
  /// different token. The caller limits the attempts.
  bool renew();
  /// Project of the metadata server, known after start(). Empty for other credentials.
  const std::string &project() const { return project_; }

 private:
  Headers with_token(const Secret &token);
  void on_token(const Result<Token> &fetched);

  Options options_;
  Secret presented_ = {};
  std::string project_ = {};
  Done done_ = {};  // while a token is waited for
  std::unique_ptr<TokenCache::Request> request_;
};

}  // namespace gemlive::auth
