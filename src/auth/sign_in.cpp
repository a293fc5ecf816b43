// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in.hpp"

#include <utility>

#include "auth_headers.hpp"

namespace gemlive::auth {

void SignIn::start(Done done) {
  const auto token = options_.access_token ? options_.access_token->copy() : Secret();
  presented_ = {};
  if (!options_.credential || !token.empty()) {
    request_.reset();
    return done(with_token(token));
  }
  done_ = std::move(done);
  if (request_) return;
  request_ =
      TokenCache::shared().request(options_.credential, options_.route,
                                   [this](const Result<Token> &fetched) { on_token(fetched); });
}

/// Without a pending start() the token is dropped here; the cache keeps it.
void SignIn::on_token(const Result<Token> &fetched) {
  const auto request = std::move(request_);
  if (fetched) project_ = fetched->project;
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  if (!fetched) return done(fetched.error());
  done(with_token(fetched->value));
}

Headers SignIn::with_token(const Secret &token) {
  presented_ = token;
  auto headers = options_.headers;
  if (!token.empty()) headers.push_back({"Authorization", authorization(token)});
  return headers;
}

bool SignIn::renew() {
  if (presented_.empty()) return false;
  const auto token = options_.access_token ? options_.access_token->copy() : Secret();
  const bool is_replaced = !token.empty() && !(token == presented_);
  if (!is_replaced && (!options_.credential || !token.empty())) return false;
  TokenCache::shared().forget(presented_);
  return true;
}

}  // namespace gemlive::auth
