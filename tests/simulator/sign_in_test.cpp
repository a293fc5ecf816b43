// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-simulator's stand-in for Google's sign-in.

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "assertion.hpp"
#include "io_thread.hpp"
#include "jwt.hpp"
#include "secret_json.hpp"
#include "sign_in_fault.hpp"
#include "simulator_process.hpp"
#include "small_file.hpp"
#include "soup_request.hpp"

namespace gemlive::simulator {
namespace {

using auth::SecretJson;
using namespace std::chrono_literals;

class Assertion : public testing::Test {
 protected:
  std::string judge(const auth::Claims &claims) { return judge_text(sign(claims, key)); }
  static std::string sign(const auth::Claims &claims, const AccountKey &key) {
    const auto signer = auth::SigningKey::from_pem(Secret(key.private_pem()));
    return auth::make_jwt(claims, *signer)->reveal();
  }
  std::string judge_text(const std::string &jwt) {
    return verify_assertion(
        jwt, key,
        {.issuer = "robot", .audience = "https://here/token", .key_id = "k", .now = 1000000});
  }
  const AccountKey key;
  const auth::Claims good{.issuer = "robot",
                          .audience = "https://here/token",
                          .scope = "https://www.googleapis.com/auth/cloud-platform",
                          .key_id = "k",
                          .now = std::chrono::seconds(1000000)};
};

TEST_F(Assertion, IsGood) {
  EXPECT_EQ(judge(good), "");
}

TEST_F(Assertion, IsJudgedAsGoogleDoes) {
  const auto changed = [this](auto change) {
    auto claims = good;
    change(claims);
    return judge(claims);
  };
  EXPECT_NE(changed([](auto &c) { c.issuer = "other"; }), "");
  EXPECT_NE(changed([](auto &c) { c.audience = "https://there/token"; }).find("audience"),
            std::string::npos);
  EXPECT_NE(changed([](auto &c) { c.scope = "email"; }).find("scope"), std::string::npos);
  EXPECT_NE(changed([](auto &c) { c.key_id = "l"; }).find("Signature"), std::string::npos);
  for (const int late : {-3600, -86400, 86400})
    EXPECT_NE(changed([late](auto &c) { c.now += std::chrono::seconds(late); }).find("timeframe"),
              std::string::npos)
        << late;
}

TEST_F(Assertion, OfAnotherKeyOrChangedIsNone) {
  const AccountKey other;
  EXPECT_NE(judge_text(sign(good, other)).find("Signature"), std::string::npos);
  auto jwt = sign(good, key);
  jwt[jwt.find('.') + 5] ^= 1;
  EXPECT_NE(judge_text(jwt), "");
  for (const char *text : {"", "a", "a.b", "a.b.c", "..", "e30.e30.e30"})
    EXPECT_NE(judge_text(text), "") << text;
}

/// Blocking.
class Client {
 public:
  http::Reply ask(const http::Request &request) {
    std::promise<http::Reply> promise;
    std::unique_ptr<SoupRequest> exchange;
    thread_.post([&] {
      exchange =
          std::make_unique<SoupRequest>(request, http::Route(), [&](Result<http::Reply> reply) {
            promise.set_value(reply ? *reply : http::Reply{.body = Secret(reply.error().message)});
          });
    });
    auto future = promise.get_future();
    const bool came = future.wait_for(10s) == std::future_status::ready;
    thread_.call([&] { exchange.reset(); }, 10s);
    return came ? future.get() : http::Reply{};
  }
  http::Reply post(const std::string &url, const std::string &form,
                   const std::string &type = "application/x-www-form-urlencoded") {
    return ask({.method = "POST", .url = url, .content_type = type, .body = Secret(form)});
  }

 private:
  IoThread thread_;
};

class SimulatorSignIn : public testing::Test {
 protected:
  SecretJson file(const std::string &name) {
    return *SecretJson::parse(auth::read_small_file(process.credentials(name), "test")->reveal());
  }
  std::string error(const http::Reply &reply) {
    const auto json = SecretJson::parse(reply.body.reveal());
    return json ? json->string("/error") : "no JSON";
  }
  test::SimulatorProcess process{{"--sign-in"}};
  const std::string uri = process.sign_in_uri();
  Client client;
};

TEST_F(SimulatorSignIn, WantsARefreshTokenOfItsOwn) {
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

TEST_F(SimulatorSignIn, WantsAKnownSubjectToken) {
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

TEST_F(SimulatorSignIn, ImpersonatesForWhoHasSignedIn) {
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

TEST_F(SimulatorSignIn, IsAMetadataServer) {
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

TEST_F(SimulatorSignIn, TellsWhatHappensWithoutSecrets) {
  client.post(uri + "/token", "grant_type=refresh_token&refresh_token=s3cret");
  const auto event = process.wait_event("sign-in");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->text("path"), "/token");
  EXPECT_EQ(event->text("grant"), "refresh");
  EXPECT_EQ(event->number("status"), 401);
  EXPECT_EQ(event->json.find("s3cret"), std::string::npos);
}

TEST(SignInFaults, AreReadStrictly) {
  const auto faults = parse_sign_in_faults(
      R"([{"path":"token","error":"invalid_grant"},{"path":"","status":503,"lifetime":5}])");
  ASSERT_TRUE(faults);
  ASSERT_EQ(faults->size(), 2u);
  EXPECT_EQ((*faults)[0].error, "invalid_grant");
  EXPECT_EQ((*faults)[1].lifetime, 5);
  for (const char *text : {"", "{}", "[1]", R"([{"pth":"x"}])", R"([{"status":"x"}])"})
    EXPECT_FALSE(parse_sign_in_faults(text)) << text;
}

}  // namespace
}  // namespace gemlive::simulator
