// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The simulated sign-in of gemlive-simulator, over HTTP.

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "io_thread.hpp"
#include "secret_json.hpp"
#include "simulator_process.hpp"
#include "small_file.hpp"
#include "soup_request.hpp"

namespace gemlive::simulator {
namespace {

using namespace std::chrono_literals;

/// Sends a request and waits for its reply.
class HttpClient {
 public:
  http::Response ask(const http::Request &request) {
    std::promise<http::Response> promise;
    std::unique_ptr<SoupRequest> exchange;
    thread_.post([&] {
      exchange =
          std::make_unique<SoupRequest>(request, http::Route(), [&](Result<http::Response> reply) {
            promise.set_value(reply ? *reply
                                    : http::Response{.body = Secret(reply.error().message)});
          });
    });
    auto future = promise.get_future();
    const bool replied = future.wait_for(10s) == std::future_status::ready;
    thread_.call([&] { exchange.reset(); }, 10s);
    return replied ? future.get() : http::Response{};
  }
  http::Response post(const std::string &url, const std::string &form,
                      const std::string &type = "application/x-www-form-urlencoded") {
    return ask({.method = "POST", .url = url, .content_type = type, .body = Secret(form)});
  }

 private:
  IoThread thread_;
};

class SignInServerTest : public testing::Test {
 protected:
  SecretJson file(const std::string &name) {
    return *SecretJson::parse(auth::read_small_file(process.credentials(name), "test")->reveal());
  }
  std::string error(const http::Response &reply) {
    const auto json = SecretJson::parse(reply.body.reveal());
    return json ? json->string("/error") : "no JSON";
  }
  test::SimulatorProcess process{{"--sign-in"}};
  const std::string uri = process.sign_in_uri();
  HttpClient client;
};

TEST_F(SignInServerTest, AcceptsOnlyItsOwnRefreshToken) {
  const auto user = file("authorized_user.json");
  const auto form = [&](const std::string &secret, const std::string &token) {
    return "grant_type=refresh_token&client_id=" + user.string("/client_id") +
           "&client_secret=" + secret + "&refresh_token=" + token;
  };
  const auto secret = user.string("/client_secret"), token = user.string("/refresh_token");
  const auto reply = client.post(uri + "/token", form(secret, token));
  EXPECT_EQ(reply.status, 200);
  const auto json = SecretJson::parse(reply.body.reveal());
  ASSERT_TRUE(json);
  EXPECT_EQ(json->integer("/expires_in"), 3599);
  EXPECT_TRUE(json->string("/access_token").starts_with("ya29."));
  EXPECT_EQ(error(client.post(uri + "/token", form("x", token))), "invalid_client");
  EXPECT_EQ(error(client.post(uri + "/token", form(secret, "x"))), "invalid_grant");
  EXPECT_EQ(error(client.post(uri + "/token", "grant_type=password")), "unsupported_grant_type");
  EXPECT_EQ(error(client.post(uri + "/token", "{}", "application/json")), "invalid_request");
  EXPECT_EQ(client.ask({.url = uri + "/token"}).status, 405);
  EXPECT_EQ(client.post(uri + "/other", "").status, 404);
}

TEST_F(SignInServerTest, AcceptsOnlyItsOwnSubjectToken) {
  const auto account = file("external_account_file.json");
  const auto form = [&](const std::string &token) {
    return "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&requested_token_type="
           "urn:ietf:params:oauth:token-type:access_token&subject_token_type="
           "urn:ietf:params:oauth:token-type:jwt&scope="
           "https://www.googleapis.com/auth/cloud-platform&audience=" +
           account.string("/audience") + "&subject_token=" + token;
  };
  const auto token = file("subject_token.json").string("/id_token");
  EXPECT_EQ(client.post(uri + "/v1/token", form(token)).status, 200);
  EXPECT_EQ(error(client.post(uri + "/v1/token", form("x"))), "invalid_grant");
  EXPECT_EQ(error(client.post(uri + "/v1/token", "subject_token=" + token)), "invalid_request");
  EXPECT_EQ(client.ask({.url = uri + "/subject-token"}).status, 403);
}

TEST_F(SignInServerTest, ImpersonationRequiresAValidToken) {
  const auto url = file("impersonated_from_user.json").string("/service_account_impersonation_url");
  const http::Request request{
      .method = "POST",
      .url = url,
      .headers = {{"Authorization", Secret("Bearer ya29.foreign")}},
      .content_type = "application/json",
      .body = Secret(R"({"scope":["https://www.googleapis.com/auth/cloud-platform"]})")};
  const auto reply = client.ask(request);
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(SecretJson::parse(reply.body.reveal())->string("/error/status"), "UNAUTHENTICATED");
}

TEST_F(SignInServerTest, IsAMetadataServer) {
  const auto token = uri + "/computeMetadata/v1/instance/service-accounts/default/token";
  const auto refused = client.ask({.url = token});
  EXPECT_EQ(refused.status, 403);
  EXPECT_FALSE(refused.from_metadata_server);
  const http::Request with_flavor{.headers = {{"Metadata-Flavor", Secret("Google")}}};
  auto request = with_flavor;
  for (const auto &[path, said] :
       {std::pair<std::string, std::string>{uri + "/", ""},
        {uri + "/computeMetadata/v1/project/project-id", "gemlive-test"},
        {uri + "/computeMetadata/v1/universe/universe-domain", "googleapis.com"}}) {
    request.url = path;
    const auto reply = client.ask(request);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_TRUE(reply.from_metadata_server) << path;
    EXPECT_EQ(reply.body.reveal(), said) << path;
  }
  request.url = token;
  EXPECT_NE(client.ask(request).body.reveal().find("access_token"), std::string::npos);
}

TEST_F(SignInServerTest, EventsHoldNoSecrets) {
  client.post(uri + "/token", "grant_type=refresh_token&refresh_token=s3cret");
  const auto event = process.wait_event("sign-in");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->text("path"), "/token");
  EXPECT_EQ(event->text("grant"), "refresh");
  EXPECT_EQ(event->number("status"), 401);
  EXPECT_EQ(event->json.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::simulator
