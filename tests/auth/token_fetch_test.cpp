// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_fetch.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "io_thread.hpp"
#include "local_socket.hpp"
#include "rsa_key.hpp"
#include "temp_folder.hpp"
#include "token_server.hpp"
#include "wait.hpp"

namespace gemlive::auth {
namespace {

using test::HttpServer;
using test::token_response;
using test::user_at;

/// Fetches on a thread of its own.
class TokenFetchTest : public testing::Test {
 protected:
  std::optional<Token> fetch_token(std::shared_ptr<const Credential> credential) {
    std::promise<Result<Token>> promise;
    std::unique_ptr<TokenFetch> fetch;
    thread_.post([&] {
      fetch = std::make_unique<TokenFetch>(std::move(credential), http::Route(),
                                           [&](Result<Token> result) {
                                             fetch.reset();  // `done` may do that
                                             promise.set_value(std::move(result));
                                           });
    });
    auto future = promise.get_future();
    if (future.wait_for(test::patience) != std::future_status::ready) {
      thread_.call([&] { fetch.reset(); }, test::patience);
      ADD_FAILURE() << "no result";
      return {};
    }
    auto result = future.get();
    if (result) return *result;
    error_ = result.error();
    return {};
  }
  /// The token, or "error: " and the message.
  std::string fetch(std::shared_ptr<const Credential> credential) {
    const auto token = fetch_token(std::move(credential));
    return token ? token->value.reveal() : "error: " + error_.message;
  }
  std::string fetch_project(std::shared_ptr<const Credential> credential) {
    const auto token = fetch_token(std::move(credential));
    return token ? token->project : "error: " + error_.message;
  }

  Error error_;  // of the last fetch that failed
  IoThread thread_;
};

std::shared_ptr<const Credential> machine_at(const std::string &url) {
  return std::make_shared<const Credential>(
      Credential{.source = MetadataServer{.host = url.substr(7)},  // without http://
                 .name = "the machine",
                 .identity = "machine"});
}

TEST_F(TokenFetchTest, DoesNotFollowRedirects) {
  HttpServer elsewhere([](const auto &) { return token_response("stolen"); });
  HttpServer server([&](const auto &) {
    return HttpServer::Response{.status = 307, .headers = {{"Location", elsewhere.uri() + "/x"}}};
  });
  const auto result = fetch(user_at(server.uri(), "a"));
  EXPECT_NE(result.find("307"), std::string::npos) << result;
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST_F(TokenFetchTest, RefusesAnAnswerOfMoreThan64KiB) {
  HttpServer server(
      [](const auto &) { return HttpServer::Response{.body = std::string(1 << 20, 'x')}; });
  const auto result = fetch(user_at(server.uri(), "a"));
  EXPECT_NE(result.find("64 KiB"), std::string::npos) << result;
}

TEST_F(TokenFetchTest, ReportsARefusedConnection) {
  const auto result = fetch(user_at("http://127.0.0.1:1", "a"));
  EXPECT_NE(result.find("refuses connections"), std::string::npos) << result;
}

TEST_F(TokenFetchTest, ImpersonatesTheAccountsInOrder) {
  HttpServer server([](const HttpServer::Request &request) {
    if (request.path == "/token") return token_response("source");
    const auto name = request.path == "/first" ? "first" : "second";
    return HttpServer::Response{.body = std::string("{\"accessToken\":\"") + name +
                                        "\",\"expireTime\":\"2126-01-01T00:00:00Z\"}"};
  });
  auto credential = *user_at(server.uri(), "a");
  credential.impersonations = {{.url = server.uri() + "/first"}, {.url = server.uri() + "/second"}};
  const auto result = fetch(std::make_shared<const Credential>(credential));
  EXPECT_EQ(result, "second");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[1].authorization, "Bearer source");
  EXPECT_EQ(requests[2].authorization, "Bearer first");
}

TEST_F(TokenFetchTest, GetsTheProjectFromTheMetadataServer) {
  HttpServer server([](const HttpServer::Request &request) {
    auto response = request.path.ends_with("/project-id") ? HttpServer::Response{.body = "mine"}
                                                          : token_response("t");
    response.headers = {{"Metadata-Flavor", "Google"}};
    return response;
  });
  EXPECT_EQ(fetch_project(machine_at(server.uri())), "mine");
}

TEST_F(TokenFetchTest, WithoutAMetadataServerTheErrorSaysHowToSignIn) {
  const auto url = "http://127.0.0.1:" + std::to_string(test::unused_port());
  EXPECT_NE(fetch(machine_at(url)).find("gcloud auth application-default login"),
            std::string::npos);
  EXPECT_EQ(error_.kind, ErrorKind::not_authorized);
}

TEST_F(TokenFetchTest, AServiceAccountSendsASignedAssertion) {
  HttpServer server([](const auto &) { return token_response("robot's"); });
  auto key = SigningKey::from_pem(Secret(test::rsa_pem()));
  ASSERT_TRUE(key);
  EXPECT_EQ(fetch(std::make_shared<const Credential>(
                Credential{.source = ServiceAccount{.email = "robot@p",
                                                    .key = std::move(*key),
                                                    .token_url = server.uri() + "/token"}})),
            "robot's");
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_NE(server.requests()[0].body.find("assertion=ey"), std::string::npos);
}

/// A token service that also serves the subject token.
class Federated : public TokenFetchTest {
 protected:
  std::string fetch_with(decltype(Federation::subject) subject) {
    return fetch(std::make_shared<const Credential>(
        Credential{.source = Federation{.audience = "pool",
                                        .subject_token_type = "jwt",
                                        .token_url = server_.uri() + "/exchange",
                                        .subject = std::move(subject)},
                   .name = "federated.json"}));
  }
  /// The body of the request that exchanges the subject token.
  std::string exchanged() {
    const auto requests = server_.requests();
    return requests.empty() || requests.back().path != "/exchange" ? "" : requests.back().body;
  }

  HttpServer server_{[](const HttpServer::Request &request) {
    return request.path == "/subject" ? HttpServer::Response{.body = R"({"id":"from-url"})"}
                                      : token_response("google's");
  }};
};

TEST_F(Federated, ExchangesASubjectTokenFromAFile) {
  const test::TempFile file("from-file\n");
  EXPECT_EQ(fetch_with(SubjectFile{.path = file.path()}), "google's");
  EXPECT_NE(exchanged().find("subject_token=from-file&"), std::string::npos) << exchanged();
}

TEST_F(Federated, ExchangesASubjectTokenFromAUrl) {
  EXPECT_EQ(
      fetch_with(SubjectUrl{.url = server_.uri() + "/subject", .format = {.json_field = "id"}}),
      "google's");
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_NE(exchanged().find("subject_token=from-url&"), std::string::npos) << exchanged();
}

TEST_F(Federated, ExchangesASubjectTokenFromAProgram) {
  const test::TempFolder folder;
  const auto program = folder.write("program", R"(#!/bin/sh
echo '{"version":1,"success":true,"token_type":"jwt","id_token":"from-program"}'
)");
  ASSERT_EQ(chmod(program.c_str(), 0700), 0);
  EXPECT_EQ(fetch_with(SubjectProgram{.command = program}), "google's");
  EXPECT_NE(exchanged().find("subject_token=from-program&"), std::string::npos) << exchanged();
}

TEST_F(Federated, WithoutASubjectTokenNothingIsExchanged) {
  EXPECT_NE(fetch_with(SubjectFile{.path = "/no/such/file"}).find("federated.json"),
            std::string::npos);
  EXPECT_NE(fetch_with(SubjectUrl{.url = server_.uri() + "/subject", .format = {.json_field = "x"}})
                .find("federated.json"),
            std::string::npos);
  EXPECT_EQ(exchanged(), "");
}

}  // namespace
}  // namespace gemlive::auth
