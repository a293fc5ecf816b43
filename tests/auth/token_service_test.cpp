// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_service.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <map>

#include "secret_json.hpp"

namespace gemlive::auth {
namespace {

using namespace std::chrono_literals;

/// The unescaped fields of a form.
std::map<std::string, std::string> fields(const http::Request &request) {
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.content_type, "application/x-www-form-urlencoded");
  std::map<std::string, std::string> found;
  char **pairs = g_strsplit(request.body.reveal().c_str(), "&", -1);
  for (char **pair = pairs; *pair; ++pair) {
    const std::string text(*pair);
    const auto at = text.find('=');
    char *value = g_uri_unescape_string(text.c_str() + at + 1, nullptr);
    found[text.substr(0, at)] = value ? value : "broken";
    g_free(value);
  }
  g_strfreev(pairs);
  return found;
}

http::Response reply(int status, std::string_view body) {
  return {.status = status, .body = Secret(body)};
}

std::string header(const http::Request &request, const std::string &name) {
  for (const auto &[each, value] : request.headers)
    if (each == name) return value.reveal();
  return "";
}

const User user{.client_id = "id",
                .client_secret = Secret("s3cret&="),
                .refresh_token = Secret("1//r"),
                .token_url = "https://oauth2.googleapis.com/token"};

TEST(TokenService, AUserSendsTheRefreshToken) {
  const auto request = token_service::make_request(user);
  EXPECT_EQ(request.url, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(fields(request), (std::map<std::string, std::string>{{"grant_type", "refresh_token"},
                                                                 {"client_id", "id"},
                                                                 {"client_secret", "s3cret&="},
                                                                 {"refresh_token", "1//r"}}));
  EXPECT_TRUE(request.headers.empty());
}

TEST(TokenService, AWorkforceUserAuthenticatesWithBasic) {
  auto external = user;
  external.basic = true;
  const auto request = token_service::make_request(external);
  EXPECT_EQ(header(request, "Authorization"), "Basic aWQ6czNjcmV0Jj0=");
  EXPECT_EQ(fields(request), (std::map<std::string, std::string>{{"grant_type", "refresh_token"},
                                                                 {"refresh_token", "1//r"}}));
}

TEST(TokenService, ExchangesASubjectToken) {
  Federation federation{.audience = "//iam.googleapis.com/pools/p",
                        .subject_token_type = "urn:ietf:params:oauth:token-type:jwt",
                        .token_url = "https://sts.googleapis.com/v1/token",
                        .workforce_project = "billing"};
  auto request = token_service::make_request(federation, Secret("subject"));
  auto form = fields(request);
  EXPECT_EQ(form["grant_type"], "urn:ietf:params:oauth:grant-type:token-exchange");
  EXPECT_EQ(form["audience"], "//iam.googleapis.com/pools/p");
  EXPECT_EQ(form["subject_token"], "subject");
  EXPECT_EQ(form["subject_token_type"], "urn:ietf:params:oauth:token-type:jwt");
  EXPECT_EQ(form["requested_token_type"], "urn:ietf:params:oauth:token-type:access_token");
  EXPECT_EQ(form["scope"], "https://www.googleapis.com/auth/cloud-platform");
  EXPECT_EQ(form["options"], "{\"userProject\":\"billing\"}");
  federation.client_id = "id";
  federation.client_secret = Secret("pw");
  request = token_service::make_request(federation, Secret("subject"));
  EXPECT_EQ(header(request, "Authorization"), "Basic aWQ6cHc=");
  EXPECT_FALSE(fields(request).contains("options")) << "the client id determines the project";
}

TEST(TokenService, ImpersonatesAnAccount) {
  const auto request = token_service::make_request(
      Impersonation{.url = "https://iamcredentials.googleapis.com/v1/x:generateAccessToken",
                    .delegates = {"a", "b"},
                    .lifetime = 1800s},
      Token{.value = Secret("ya29.source")});
  EXPECT_EQ(header(request, "Authorization"), "Bearer ya29.source");
  EXPECT_EQ(request.content_type, "application/json");
  const auto body = SecretJson::parse(request.body.reveal());
  ASSERT_TRUE(body);
  EXPECT_EQ(body->strings("/delegates"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(body->strings("/scope"),
            (std::vector<std::string>{"https://www.googleapis.com/auth/cloud-platform"}));
  EXPECT_EQ(body->string("/lifetime"), "1800s");
}

TEST(TokenService, RequestsToTheMetadataServerUseNoProxy) {
  const auto request = token_service::make_request(MetadataServer{.host = "169.254.169.254"});
  EXPECT_EQ(request.method, "GET");
  EXPECT_TRUE(request.url.starts_with("http://169.254.169.254/computeMetadata/v1/instance/"));
  EXPECT_EQ(header(request, "Metadata-Flavor"), "Google");
  EXPECT_TRUE(request.direct);
}

TEST(TokenService, ReadsATokenAndItsLifetime) {
  const auto token = token_service::read_token(
      reply(200, R"({"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"})"), "f");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.reveal(), "ya29.x");
  EXPECT_EQ(token->lifetime, 3599s);
  const auto text =
      token_service::read_token(reply(200, R"({"access_token":"y","expires_in":"10"})"), "f");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->lifetime, 10s);
}

TEST(TokenService, RefusesAnswersWithoutAToken) {
  for (const char *body :
       {"", "<html>", "{}", R"({"access_token":""})", R"({"access_token":"a\r\nX: y"})",
        R"({"access_token":"a b"})", R"({"access_token":"a","expires_in":-1})",
        R"({"access_token":"a","expires_in":99999})", R"({"access_token":"a","token_type":"mac"})",
        R"({"access_token":7})"}) {
    const auto token = token_service::read_token(reply(200, body), "file");
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().kind, ErrorKind::bad_data) << body;
    EXPECT_NE(token.error().message.find("file"), std::string::npos);
  }
}

TEST(TokenService, AnErrorSaysWhatToDo) {
  const auto error =
      token_service::read_token(
          reply(400, R"({"error":"invalid_grant","error_description":"Token has been revoked."})"),
          "adc.json")
          .error();
  EXPECT_EQ(error.kind, ErrorKind::not_authorized);
  EXPECT_EQ(error.retry, Retry::never);
  EXPECT_EQ(error.http_status, 400);
  for (const char *part : {"adc.json", "invalid_grant", "Token has been revoked.", "gcloud auth"})
    EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
  const auto denied =
      token_service::read_impersonated(
          reply(403, R"({"error":{"code":403,"message":"No.","status":"PERMISSION_DENIED"}})"), 0s,
          "f")
          .error();
  EXPECT_EQ(denied.kind, ErrorKind::not_authorized);
  EXPECT_NE(denied.message.find("PERMISSION_DENIED: No."), std::string::npos) << denied.message;
  const auto hostile =
      token_service::read_token(reply(400, "{\"error\":\"\\u001b]0;x\"}"), "f").error();
  EXPECT_EQ(hostile.message.find('\x1b'), std::string::npos);
}

TEST(TokenService, OnlyTemporaryFailuresAreRetried) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    const auto error = token_service::read_token(reply(status, ""), "f").error();
    EXPECT_EQ(error.retry, Retry::reconnect) << status;
    EXPECT_EQ(error.kind, ErrorKind::cannot_connect) << status;
  }
  EXPECT_EQ(token_service::read_token(reply(400, R"({"error":"temporarily_unavailable"})"), "f")
                .error()
                .retry,
            Retry::reconnect);
  for (const int status : {301, 400, 401, 403, 404})
    EXPECT_EQ(token_service::read_token(reply(status, ""), "f").error().retry, Retry::never);
}

TEST(TokenService, LimitsALifetimeThatAWrongClockGives) {
  const auto body = R"({"accessToken":"t","expireTime":"2026-01-01T01:00:00Z"})";
  const std::chrono::seconds midnight(1767225600);
  EXPECT_EQ(token_service::read_impersonated(reply(200, body), midnight, "f")->lifetime, 3600s);
  EXPECT_EQ(token_service::read_impersonated(reply(200, body), midnight + 9000s, "f")->lifetime,
            0s);
  EXPECT_EQ(token_service::read_impersonated(reply(200, body), 0s, "f")->lifetime, 43200s);
  EXPECT_FALSE(
      token_service::read_impersonated(reply(200, R"({"accessToken":"t"})"), midnight, "f"));
}

TEST(TokenService, TheMetadataServerMustIdentifyItself) {
  auto answer = reply(200, R"({"access_token":"t","expires_in":9})");
  EXPECT_FALSE(token_service::read_metadata_token(answer, "m"));
  answer.from_metadata_server = true;
  EXPECT_TRUE(token_service::read_metadata_token(answer, "m"));
  answer.status = 404;
  EXPECT_NE(token_service::read_metadata_token(answer, "m").error().message.find("service account"),
            std::string::npos);
}

TEST(TokenService, ReadsASubjectToken) {
  EXPECT_EQ(token_service::read_subject(Secret("abc\n"), {}, "f")->reveal(), "abc");
  EXPECT_EQ(
      token_service::read_subject(Secret(R"({"id":"abc"})"), {.json_field = "id"}, "f")->reveal(),
      "abc");
  EXPECT_FALSE(token_service::read_subject(Secret(" \n"), {}, "f"));
  EXPECT_FALSE(token_service::read_subject(Secret("{}"), {.json_field = "id"}, "f"));
  EXPECT_FALSE(token_service::read_subject(Secret("abc"), {.json_field = "id"}, "f"));
  EXPECT_FALSE(token_service::read_subject(reply(404, "abc"), {}, "f"));
}

}  // namespace
}  // namespace gemlive::auth
