// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "credential.hpp"
#include "error.hpp"
#include "guarded.hpp"
#include "http.hpp"
#include "token.hpp"

namespace gemlive::auth {

/// The access tokens of this process, one for each credential. A token is fetched on the first
/// request. It is renewed by the first request in its last 225 s, or after forget(): there is no
/// timer. No retry here: a failed fetch fails its requests, and ReconnectPolicy decides about the
/// next attempt. Any thread.
class TokenCache {
 public:
  using Done = std::function<void(Result<Token>)>;

  /// The cache of the process.
  static TokenCache &shared();
  TokenCache();
  ~TokenCache();

  /// A pending request for a token. Destroying it cancels it. The fetch is cancelled with its last
  /// request.
  class Request {
   public:
    ~Request();
    Request(const Request &) = delete;
    Request &operator=(const Request &) = delete;

   private:
    friend class TokenCache;
    struct Waiter;
    Request(TokenCache &cache, std::shared_ptr<Waiter> waiter);
    TokenCache &cache_;
    std::shared_ptr<Waiter> waiter_;
  };

  /// `done` is called once, later, in the thread-default main context of the calling thread. The
  /// request must be destroyed on that thread; `done` may do so. Simultaneous requests for one
  /// credential share one fetch.
  std::unique_ptr<Request> request(std::shared_ptr<const Credential> credential,
                                   const http::Route &route, Done done);
  /// Removes a token that was refused.
  void forget(const Secret &token);

 private:
  struct Entry;
  struct Fetching;
  struct State;
  static void deliver(const std::shared_ptr<Request::Waiter> &waiter, const Result<Token> &result);
  void fetch(const std::shared_ptr<Fetching> &fetching,
             std::shared_ptr<const Credential> credential, const http::Route &route);
  void fetched(const std::shared_ptr<Fetching> &fetching, Result<Token> result);
  void abandon(const std::shared_ptr<Request::Waiter> &waiter);

  std::unique_ptr<Guarded<State>> state_;
};

}  // namespace gemlive::auth
