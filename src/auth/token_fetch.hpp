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
#include "subject_program.hpp"
#include "timer.hpp"
#include "token.hpp"

namespace gemlive::auth {

/// Gets one access token for a credential, through as many requests as that takes, within 20 s. The
/// thread whose main context was the thread default when it was made, and no other.
class TokenFetch {
 public:
  using Done = std::function<void(Result<Token>)>;

  /// `done` is called once, later, and may destroy the fetch.
  TokenFetch(std::shared_ptr<const Credential> credential, http::Route route, Done done);
  TokenFetch(const TokenFetch &) = delete;
  TokenFetch &operator=(const TokenFetch &) = delete;

 private:
  using Read = std::function<void(const http::Reply &)>;

  void begin();
  void start(const ServiceAccount &account);
  void start(const User &user);
  void start(const Federation &federation);
  void start(const MetadataServer &server);
  void exchange(const Federation &federation, const Result<Secret> &subject_token);
  void send(const http::Request &request, Read read);
  /// From now on, unless it is finished before; also what is told where nothing answers at all.
  void limit(std::chrono::milliseconds patience, Error error, bool is_final = false);
  void take(Result<Token> token);
  void finish(Result<Token> result);

  std::shared_ptr<const Credential> credential_;
  http::Route route_;
  Done done_;
  std::size_t impersonated_ = 0;
  std::string project_;
  std::unique_ptr<SoupRequest> exchange_;
  std::unique_ptr<ProgramRun> program_;
  std::optional<Error> instead_;  // of how the exchange failed
  Timer begin_;
  Timer deadline_;
};

}  // namespace gemlive::auth
