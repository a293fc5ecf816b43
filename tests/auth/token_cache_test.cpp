// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>

#include "io_thread.hpp"
#include "token_server.hpp"

namespace gemlive::auth {
namespace {

using namespace std::chrono_literals;
using test::HttpServer;
using test::token_response;
using test::user_at;

constexpr auto deadline = 10s;

/// Requests tokens on a thread of its own, and keeps the results.
class Claimant {
 public:
  Claimant(TokenCache &cache, std::shared_ptr<const Credential> credential)
      : cache_(cache), credential_(std::move(credential)) {}
  ~Claimant() { drop(); }

  void ask() {
    thread_.post([this] {
      claim_ = cache_.request(credential_, {}, [this](const Result<Token> &result) {
        const std::lock_guard lock(mutex_);
        results_.push_back(result ? result->value.reveal() : "error: " + result.error().message);
        more_.notify_all();
      });
    });
  }
  /// The first result, the second...
  std::string result(std::size_t number = 0) {
    std::unique_lock lock(mutex_);
    more_.wait_for(lock, deadline, [&] { return results_.size() > number; });
    return results_.size() > number ? results_[number] : "nothing";
  }
  void drop() {
    thread_.call([this] { claim_.reset(); }, deadline);
  }

 private:
  TokenCache &cache_;
  std::shared_ptr<const Credential> credential_;
  std::unique_ptr<TokenCache::Request> claim_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::string> results_;
  IoThread thread_;
};

TEST(TokenCache, FetchesATokenOnce) {
  TokenCache cache;
  HttpServer server([](const auto &) { return token_response("t1"); });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "t1");
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "t1");
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_NE(server.requests()[0].body.find("grant_type=refresh_token"), std::string::npos);
}

TEST(TokenCache, SimultaneousRequestsShareAFetch) {
  TokenCache cache;
  std::mutex mutex;
  std::condition_variable changed;
  bool may_answer = false;
  HttpServer server([&](const auto &) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, deadline, [&] { return may_answer; });
    return token_response("shared");
  });
  std::vector<std::unique_ptr<Claimant>> claimants;
  for (int i = 0; i < 8; ++i) {
    claimants.push_back(std::make_unique<Claimant>(cache, user_at(server.uri(), "a")));
    claimants.back()->ask();
  }
  Claimant other(cache, user_at(server.uri(), "b"));
  other.ask();
  {
    const std::lock_guard lock(mutex);
    may_answer = true;
    changed.notify_all();
  }
  for (const auto &claimant : claimants)
    EXPECT_EQ(claimant->result(), "shared");
  EXPECT_EQ(other.result(), "shared");
  EXPECT_EQ(server.requests().size(), 2u) << "one for each credential";
}

TEST(TokenCache, RenewsATokenThatExpiresSoon) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server(
      [&](const auto &) { return token_response("t" + std::to_string(++count), 200); });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "t1");
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "t2");
}

TEST(TokenCache, KeepsTheOldTokenIfRenewingFails) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) {
    return ++count == 1 ? token_response("old", 200) : HttpServer::Response{.status = 503};
  });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "old");
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "old");
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(TokenCache, FetchesAgainAfterARefusal) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) { return token_response("t" + std::to_string(++count)); });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "t1");
  cache.forget(Secret("another"));
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "t1");
  cache.forget(Secret("t1"));
  claimant.ask();
  EXPECT_EQ(claimant.result(2), "t2");
}

TEST(TokenCache, AFailureIsNotKept) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) {
    return ++count == 1
               ? HttpServer::Response{.status = 400, .body = R"({"error":"invalid_grant"})"}
               : token_response("good");
  });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_NE(claimant.result().find("invalid_grant"), std::string::npos) << claimant.result();
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "good");
}

TEST(TokenCache, TheLastRequestCancelsTheFetch) {
  TokenCache cache;
  std::promise<void> asked;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) {
    if (++count > 1) return token_response("second");
    asked.set_value();
    return HttpServer::Response{.never = true};
  });
  Claimant stays(cache, user_at(server.uri(), "a"));
  Claimant leaves(cache, user_at(server.uri(), "a"));
  stays.ask();
  leaves.ask();
  ASSERT_EQ(asked.get_future().wait_for(deadline), std::future_status::ready);
  leaves.drop();
  stays.drop();
  stays.ask();
  EXPECT_EQ(stays.result(), "second");
}

}  // namespace
}  // namespace gemlive::auth
