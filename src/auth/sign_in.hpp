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

/// As whom one conversation presents itself, at each of its connections. One thread, but for the
/// access token, which others may replace.
class SignIn {
 public:
  using Done = std::function<void(Result<Headers>)>;

  struct Options {
    Headers headers = {};  // a key, a quota project
    std::shared_ptr<Guarded<Secret>> access_token = {};
    std::shared_ptr<const Credential> credential = {};  // where there is no token
    http::Route route = {};
  };

  explicit SignIn(Options options) : options_(std::move(options)) {}

  /// `done` is called once, at once or later, and not after pause(). A token that is being fetched
  /// since an earlier start() is waited for.
  void start(Done done);
  /// The fetch of a token goes on.
  void pause() { done_ = nullptr; }
  /// The service refused the token that was presented last: whether there is another to present.
  bool can_renew() const;
  /// So it did; the next start() presents another.
  bool renew();
  /// Of the machine that signs in by itself; known when start() is done.
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

/// The value of an Authorization header: ephemeral tokens have a scheme of their own.
Secret authorization(const Secret &token);
bool is_ephemeral(const Secret &token);

}  // namespace gemlive::auth
