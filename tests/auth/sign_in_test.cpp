// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>
#include <memory>
#include <string>

#include "http_server.hpp"
#include "io_thread.hpp"
#include "read_file.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive::auth {
namespace {

using namespace std::chrono_literals;
using test::HttpServer;

constexpr auto deadline = 10s;

TEST(SignIn, UsesTheNewestAccessToken) {
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
  EXPECT_FALSE(sign_in.renew()) << "there is no other token";
  *access_token->lock() = Secret("auth_tokens/two");
  EXPECT_TRUE(sign_in.renew());
  EXPECT_EQ(header(), "Authorization: Token auth_tokens/two");
  *access_token->lock() = Secret("three");
  EXPECT_TRUE(sign_in.renew());
  *access_token->lock() = {};
  EXPECT_EQ(header(), "X-Tenant: blue");
}

/// A SignIn on a thread of its own.
class SignInTest : public testing::Test {
 protected:
  ~SignInTest() override {
    thread_.call([this] { sign_in_.reset(); }, deadline);
  }
  void make(SignIn::Options options) {
    thread_.call([&] { sign_in_ = std::make_unique<SignIn>(std::move(options)); }, deadline);
  }
  /// The value of the Authorization header, "" if there is none, or "error: ...".
  std::future<std::string> start() {
    auto said = std::make_shared<std::promise<std::string>>();
    thread_.post([this, said] {
      sign_in_->start([said](const Result<Headers> &headers) {
        if (!headers) return said->set_value("error: " + headers.error().message);
        for (const auto &[name, value] : *headers)
          if (name == "Authorization") return said->set_value(value.reveal());
        said->set_value("");
      });
    });
    return said->get_future();
  }
  void pause() {
    thread_.call([this] { sign_in_->pause(); }, deadline);
  }
  static std::string result(std::future<std::string> said) {
    return said.wait_for(deadline) == std::future_status::ready ? said.get() : "nothing";
  }

  std::unique_ptr<SignIn> sign_in_;
  IoThread thread_;
};

/// A credentials program that runs until it may end, and notes each run.
struct SlowProgram : SignInTest {
  SlowProgram() {
    program = folder.write("program", "#!/bin/sh\necho run >> " + runs + "\nwhile [ ! -e " +
                                          may_end + " ]; do sleep 0.02; done\n" + output);
    chmod(program.c_str(), 0700);
    make({.credential = std::make_shared<const Credential>(Credential{
              .source = Federation{.audience = "a",
                                   .subject_token_type = "t",
                                   .token_url = google.uri() + "/token",
                                   .subject = SubjectProgram{.command = program, .timeout = 30s}},
              .name = "test.json",
              .identity = program})});
  }
  bool has_begun() {
    return test::wait_until([&] { return !test::read_file(runs).empty(); });
  }

  const std::string output = R"(echo '{"version":1,"success":true,"token_type":)"
                             R"("urn:ietf:params:oauth:token-type:jwt","id_token":"j"}')"
                             "\n";
  test::TempFolder folder;
  HttpServer google{[](const auto &) {
    return HttpServer::Response{.body = R"({"access_token":"t1","expires_in":3599})"};
  }};
  std::string runs = folder / "runs", may_end = folder / "may-end";
  std::string program;
};

TEST_F(SlowProgram, RunsOnceHoweverOftenItIsNotWaitedFor) {
  auto first = start();
  ASSERT_TRUE(has_begun());
  pause();
  auto second = start();
  pause();
  auto third = start();
  folder.write("may-end", "");
  EXPECT_EQ(result(std::move(third)), "Bearer t1");
  EXPECT_THROW(first.get(), std::future_error) << "it was cancelled";
  EXPECT_THROW(second.get(), std::future_error);
  EXPECT_EQ(test::read_file(runs), "run\n");
  EXPECT_EQ(google.requests().size(), 1u);
}

TEST_F(SlowProgram, EndsBetweenTwoAttempts) {
  start();
  ASSERT_TRUE(has_begun());
  pause();
  folder.write("may-end", "");
  ASSERT_TRUE(test::wait_until([&] { return google.requests().size() == 1; }));
  EXPECT_EQ(result(start()), "Bearer t1");
  EXPECT_EQ(test::read_file(runs), "run\n");
}

TEST_F(SignInTest, AnAccessTokenIsUsedAtOnce) {
  const auto token = std::make_shared<Guarded<Secret>>();
  *token->lock() = Secret("mine");
  make({.access_token = token});
  EXPECT_EQ(result(start()), "Bearer mine");
  *token->lock() = Secret("auth_tokens/short");
  EXPECT_EQ(result(start()), "Token auth_tokens/short");
}

}  // namespace
}  // namespace gemlive::auth
