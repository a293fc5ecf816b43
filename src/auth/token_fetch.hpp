// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "credential.hpp"
#include "error.hpp"
#include "http.hpp"
#include "soup_request.hpp"
#include "subject_process.hpp"
#include "timer.hpp"
#include "token.hpp"

namespace gemlive::auth {

/// Gets one access token for a credential, with as many requests as necessary, within 20 s. All
/// calls on the thread that makes it. Callbacks run in that thread's default main context.
class TokenFetch {
 public:
  using Done = std::function<void(Result<Token>)>;

  /// Starts the fetch. `done` is called once, later. It may destroy the fetch.
  TokenFetch(std::shared_ptr<const Credential> credential, http::Route route, Done done);
  TokenFetch(const TokenFetch &) = delete;
  TokenFetch &operator=(const TokenFetch &) = delete;

 private:
  using Read = std::function<void(const http::Response &)>;

  void begin();
  void start(const ServiceAccount &account);
  void start(const User &user);
  void start(const Federation &federation);
  void start(const MetadataServer &server);
  void exchange(const Federation &federation, const Result<Secret> &subject_token);
  void send(const http::Request &request, Read read);
  /// Fails with `error` after `patience`. If `is_final`, `error` also replaces any error of a
  /// request.
  void set_deadline(std::chrono::milliseconds patience, Error error, bool is_final = false);
  void take(Result<Token> token);
  void finish(Result<Token> result);

  std::shared_ptr<const Credential> credential_;
  http::Route route_;
  Done done_;
  std::size_t impersonated_ = 0;
  std::string project_;
  std::unique_ptr<SoupRequest> request_;
  std::unique_ptr<SubjectProcess> process_;
  std::optional<Error> final_error_;  // reported in place of a request's error
  Timer begin_;
  Timer deadline_;
};

}  // namespace gemlive::auth
