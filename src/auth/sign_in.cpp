// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in.hpp"

namespace gemlive::auth {

bool is_ephemeral(const Secret &token) {
  return token.reveal().starts_with("auth_tokens/");
}

Secret authorization(const Secret &token) {
  Secret value(is_ephemeral(token) ? "Token " : "Bearer ");
  value.append(token.reveal());
  return value;
}

void SignIn::start(Done done) {
  const auto token = options_.access_token ? options_.access_token->copy() : Secret();
  presented_ = {};
  if (!options_.credential || !token.empty()) return done(with_token(token));
  request_ =
      TokenCache::shared().request(options_.credential, options_.route,
                                   [this, done = std::move(done)](const Result<Token> &fetched) {
                                     if (!fetched) return done(fetched.error());
                                     project_ = fetched->project;
                                     done(with_token(fetched->value));
                                   });
}

Headers SignIn::with_token(const Secret &token) {
  presented_ = token;
  auto headers = options_.headers;
  if (!token.empty()) headers.push_back({"Authorization", authorization(token)});
  return headers;
}

bool SignIn::renew() {
  if (renewed_ || presented_.empty()) return false;
  const auto token = options_.access_token ? options_.access_token->copy() : Secret();
  const bool replaced = !token.empty() && !(token == presented_);
  if (!replaced && (!options_.credential || !token.empty())) return false;
  TokenCache::shared().forget(presented_);
  return renewed_ = true;
}

}  // namespace gemlive::auth
