// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>

#include "http_server.hpp"
#include "sign_in.hpp"

namespace gemlive::auth {
namespace {

using namespace std::chrono_literals;
using test::HttpServer;

constexpr auto deadline = 10s;

std::shared_ptr<const Credential> user_at(const std::string &url, const std::string &identity) {
  return std::make_shared<const Credential>(Credential{.source = User{.client_id = "id",
                                                                      .client_secret = Secret("s"),
                                                                      .refresh_token = Secret("r"),
                                                                      .token_url = url + "/token"},
                                                       .name = "test.json",
                                                       .identity = identity});
}

HttpServer::Response token(const std::string &value, int lifetime = 3599) {
  return {.body = "{\"access_token\":\"" + value + "\",\"expires_in\":" + std::to_string(lifetime) +
                  "}"};
}

/// Claims tokens on a thread of its own, and keeps what came.
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
  /// What came first, second...
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

TEST(TokenCache, FetchesOnceAndKeepsIt) {
  TokenCache cache;
  HttpServer server([](const auto &) { return token("t1"); });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "t1");
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "t1");
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_NE(server.requests()[0].body.find("grant_type=refresh_token"), std::string::npos);
}

TEST(TokenCache, OneFetchServesAllThatAsk) {
  TokenCache cache;
  std::mutex mutex;
  std::condition_variable changed;
  bool may_answer = false;
  HttpServer server([&](const auto &) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, deadline, [&] { return may_answer; });
    return token("shared");
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

TEST(TokenCache, ATokenThatIsAboutToExpireIsRenewed) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) { return token("t" + std::to_string(++count), 200); });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "t1");
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "t2");
}

TEST(TokenCache, AnOldTokenIsBetterThanNoneWhileThereIsNoNewOne) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) {
    return ++count == 1 ? token("old", 200) : HttpServer::Response{.status = 503};
  });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "old");
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "old");
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(TokenCache, WhatWasRefusedIsFetchedAgain) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) { return token("t" + std::to_string(++count)); });
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

TEST(TokenCache, AFailureIsToldToAllAndNotKept) {
  TokenCache cache;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) {
    return ++count == 1
               ? HttpServer::Response{.status = 400, .body = R"({"error":"invalid_grant"})"}
               : token("good");
  });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_NE(claimant.result().find("invalid_grant"), std::string::npos) << claimant.result();
  claimant.ask();
  EXPECT_EQ(claimant.result(1), "good");
}

TEST(TokenCache, AFetchThatNobodyWaitsForEnds) {
  TokenCache cache;
  std::promise<void> asked;
  std::atomic<int> count = 0;
  HttpServer server([&](const auto &) {
    if (++count > 1) return token("second");
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

TEST(TokenCache, NoRedirectIsFollowed) {
  TokenCache cache;
  HttpServer elsewhere([](const auto &) { return token("stolen"); });
  HttpServer server([&](const auto &) {
    return HttpServer::Response{.status = 307, .headers = {{"Location", elsewhere.uri() + "/x"}}};
  });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_NE(claimant.result().find("307"), std::string::npos) << claimant.result();
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST(TokenCache, AnAnswerWithoutEndIsCutOff) {
  TokenCache cache;
  HttpServer server(
      [](const auto &) { return HttpServer::Response{.body = std::string(1 << 20, 'x')}; });
  Claimant claimant(cache, user_at(server.uri(), "a"));
  claimant.ask();
  EXPECT_NE(claimant.result().find("64 KiB"), std::string::npos) << claimant.result();
}

TEST(TokenCache, AFailureToConnectSaysSo) {
  TokenCache cache;
  Claimant claimant(cache, user_at("http://127.0.0.1:1", "a"));
  claimant.ask();
  EXPECT_NE(claimant.result().find("refuses connections"), std::string::npos) << claimant.result();
}

TEST(TokenCache, AccountsAreActedAsInOrder) {
  TokenCache cache;
  HttpServer server([](const HttpServer::Request &request) {
    if (request.path == "/token") return token("source");
    const auto name = request.path == "/first" ? "first" : "second";
    return HttpServer::Response{.body = std::string("{\"accessToken\":\"") + name +
                                        "\",\"expireTime\":\"2126-01-01T00:00:00Z\"}"};
  });
  auto credential = *user_at(server.uri(), "a");
  credential.impersonations = {{.url = server.uri() + "/first"}, {.url = server.uri() + "/second"}};
  Claimant claimant(cache, std::make_shared<const Credential>(credential));
  claimant.ask();
  EXPECT_EQ(claimant.result(), "second");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[1].authorization, "Bearer source");
  EXPECT_EQ(requests[2].authorization, "Bearer first");
}

TEST(TokenCache, AMachineTellsItsProject) {
  TokenCache cache;
  HttpServer server([](const HttpServer::Request &request) {
    auto response =
        request.path.ends_with("/project-id") ? HttpServer::Response{.body = "mine"} : token("t");
    response.headers = {{"Metadata-Flavor", "Google"}};
    return response;
  });
  std::promise<std::string> project;
  IoThread thread;
  std::unique_ptr<TokenCache::Request> request;
  thread.post([&] {
    request = cache.request(std::make_shared<const Credential>(
                                Credential{.source = MetadataServer{.host = server.uri().substr(7)},
                                           .name = "the machine",
                                           .identity = "machine"}),
                            {}, [&](const Result<Token> &result) {
                              project.set_value(result ? result->project : result.error().message);
                            });
  });
  auto told = project.get_future();
  ASSERT_EQ(told.wait_for(deadline), std::future_status::ready);
  EXPECT_EQ(told.get(), "mine");
  thread.call([&] { request.reset(); }, deadline);
}

TEST(SignIn, PresentsWhatIsGiven) {
  auto access_token = std::make_shared<Guarded<Secret>>(Secret("one"));
  SignIn sign_in({.headers = {{"X-Tenant", Secret("blue")}}, .access_token = access_token});
  const auto header = [&] {
    std::string last;
    sign_in.start([&](const Result<Headers> &headers) {
      ASSERT_TRUE(headers);
      last = headers->back().first + ": " + headers->back().second.reveal();
    });
    return last;
  };
  EXPECT_EQ(header(), "Authorization: Bearer one");
  EXPECT_FALSE(sign_in.renew()) << "there is no other";
  *access_token->lock() = Secret("auth_tokens/two");
  EXPECT_TRUE(sign_in.renew());
  EXPECT_EQ(header(), "Authorization: Token auth_tokens/two");
  *access_token->lock() = Secret("three");
  EXPECT_TRUE(sign_in.renew());
  *access_token->lock() = {};
  EXPECT_EQ(header(), "X-Tenant: blue");
}

}  // namespace
}  // namespace gemlive::auth
