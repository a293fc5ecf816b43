// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "credential_file.hpp"

#include <gtest/gtest.h>

#include "json_object.hpp"
#include "rsa_key.hpp"

namespace gemlive::auth {
namespace {

json::Object service_account() {
  static const auto pem = test::rsa_pem();
  json::Object file;
  file.set("type", "service_account")
      .set("project_id", "p1")
      .set("private_key_id", "k1")
      .set("private_key", std::string_view(pem))
      .set("client_email", "robot@p1.iam.gserviceaccount.com")
      .set("token_uri", "https://oauth2.googleapis.com/token");
  return file;
}

json::Object user() {
  json::Object file;
  file.set("type", "authorized_user")
      .set("client_id", "id")
      .set("client_secret", "s3cret")
      .set("refresh_token", "s3cret-too")
      .set("quota_project_id", "billing");
  return file;
}

json::Object external() {
  json::Object file;
  file.set("type", "external_account")
      .set("audience", "//iam.googleapis.com/pool")
      .set("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
      .set("token_url", "https://sts.googleapis.com/v1/token")
      .set("credential_source.file", "/run/token");
  return file;
}

constexpr const char *impersonation_url =
    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken";

Result<Credential> parse(const json::Object &file, const FileRules &rules = {}) {
  return parse_credential(Secret(file.text()), "adc.json", rules);
}

/// The text of the error, which must not contain a secret. Empty if there is no error.
std::string problem(const json::Object &file, const FileRules &rules = {}) {
  const auto credential = parse(file, rules);
  if (credential) return "";
  const auto &message = credential.error().message;
  EXPECT_EQ(credential.error().kind, ErrorKind::bad_setting);
  EXPECT_EQ(message.find("s3cret"), std::string::npos) << message;
  return message;
}

bool says(const json::Object &file, const std::string &part, const FileRules &rules = {}) {
  const auto message = problem(file, rules);
  return message.find(part) != std::string::npos || (ADD_FAILURE() << message, false);
}

TEST(CredentialFile, ServiceAccount) {
  const auto credential = parse(service_account());
  ASSERT_TRUE(credential) << problem(service_account());
  const auto &account = std::get<ServiceAccount>(credential->source);
  EXPECT_EQ(account.email, "robot@p1.iam.gserviceaccount.com");
  EXPECT_EQ(account.key_id, "k1");
  EXPECT_EQ(account.token_url, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(credential->project, "p1");
  EXPECT_EQ(credential->name, "adc.json");
  EXPECT_EQ(credential->identity, parse(service_account())->identity);
  EXPECT_NE(credential->identity, parse(user())->identity);
}

TEST(CredentialFile, User) {
  const auto credential = parse(user());
  ASSERT_TRUE(credential);
  const auto &login = std::get<User>(credential->source);
  EXPECT_EQ(login.token_url, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(login.refresh_token.reveal(), "s3cret-too");
  EXPECT_FALSE(login.basic);
  EXPECT_EQ(credential->quota_project, "billing");
}

TEST(CredentialFile, WorkforceUser) {
  auto file = user();
  file.set("type", "external_account_authorized_user");
  EXPECT_TRUE(says(file, "token_url is missing"));
  file.set("token_url", "https://sts.googleapis.com/v1/oauthtoken");
  const auto credential = parse(file);
  ASSERT_TRUE(credential);
  EXPECT_TRUE(std::get<User>(credential->source).basic);
}

TEST(CredentialFile, ImpersonationChains) {
  const auto around = [](json::Object inner, const char *delegate) {
    json::Object file;
    file.set("type", "impersonated_service_account")
        .set("service_account_impersonation_url", impersonation_url)
        .set("delegates", std::vector<std::string>{delegate})
        .set("source_credentials", std::move(inner));
    return file;
  };
  const auto credential = parse(around(around(user(), "inner"), "outer"));
  ASSERT_TRUE(credential);
  EXPECT_TRUE(std::holds_alternative<User>(credential->source));
  ASSERT_EQ(credential->impersonations.size(), 2u);
  EXPECT_EQ(credential->impersonations[0].delegates[0], "inner");
  EXPECT_EQ(credential->impersonations[1].delegates[0], "outer");
  EXPECT_EQ(credential->quota_project, "billing");
  auto deep = user();
  for (int i = 0; i < 6; ++i)
    deep = around(std::move(deep), "x");
  EXPECT_TRUE(says(deep, "nested too deep"));
}

TEST(CredentialFile, Federation) {
  auto file = external();
  file.set("service_account_impersonation_url", impersonation_url)
      .set("service_account_impersonation.token_lifetime_seconds", 900);
  auto credential = parse(file);
  ASSERT_TRUE(credential);
  EXPECT_EQ(std::get<SubjectFile>(std::get<Federation>(credential->source).subject).path,
            "/run/token");
  ASSERT_EQ(credential->impersonations.size(), 1u);
  EXPECT_EQ(credential->impersonations[0].lifetime.count(), 900);

  json::Object source;
  source.set("url", "http://169.254.169.254/identity")
      .set("headers.Metadata", "True")
      .set("format.type", "json")
      .set("format.subject_token_field_name", "access_token");
  file.set("credential_source", std::move(source));
  credential = parse(file);
  ASSERT_TRUE(credential);
  const auto &url = std::get<SubjectUrl>(std::get<Federation>(credential->source).subject);
  EXPECT_EQ(url.format.json_field, "access_token");
  ASSERT_EQ(url.headers.size(), 1u);
  EXPECT_EQ(url.headers[0].first, "Metadata");
}

TEST(CredentialFile, RefusesUnsupportedSources) {
  auto file = external();
  file.set("credential_source.environment_id", "aws1");
  EXPECT_TRUE(says(file, "AWS"));
  file = external();
  file.set("credential_source.certificate.use_default_certificate_config", true);
  EXPECT_TRUE(says(file, "certificate"));
  json::Object program, nothing;
  program.set("executable.command", "/bin/true");
  file = external();
  file.set("credential_source", std::move(program));
  EXPECT_TRUE(says(file, "allow-executable-credentials"));
  EXPECT_EQ(problem(file, {.executables = true}), "");
  file.set("credential_source", std::move(nothing));
  EXPECT_TRUE(says(file, "credential_source"));
  file = external();
  json::Object split;
  split.set("url", "https://idp.example.com/").set("headers.A", "b\r\nEvil: 1");
  file.set("credential_source", std::move(split));
  EXPECT_TRUE(says(file, "headers"));
}

TEST(CredentialFile, AnErrorNamesTheMissingField) {
  for (const char *field : {"client_email", "private_key"}) {
    auto file = service_account();
    file.set(field, "");
    EXPECT_TRUE(says(file, std::string(field) + " is missing"));
  }
  for (const char *field : {"client_id", "client_secret", "refresh_token"}) {
    auto file = user();
    file.set(field, 7);
    EXPECT_TRUE(says(file, std::string(field) + " is missing"));
  }
  for (const char *field : {"audience", "subject_token_type", "token_url"}) {
    auto file = external();
    file.set(field, "");
    EXPECT_TRUE(says(file, std::string(field) + " is missing"));
  }
  auto file = service_account();
  file.set("private_key", "s3cret");
  EXPECT_TRUE(says(file, "private_key"));
}

TEST(CredentialFile, EveryAddressIsChecked) {
  const char *evil = "https://sts.googleapis.com.evil.com/s3cret?s3cret";
  auto account = service_account();
  account.set("token_uri", evil);
  EXPECT_TRUE(says(account, "token_uri"));
  EXPECT_TRUE(says(account, "https://sts.googleapis.com.evil.com"));
  EXPECT_EQ(problem(account, {.trust = {.custom_endpoints = true}}), "");
  for (const char *field : {"token_url", "service_account_impersonation_url"}) {
    auto file = external();
    file.set(field, evil);
    EXPECT_TRUE(says(file, field));
  }
  auto file = external();
  json::Object source;
  source.set("url", "http://evil.com/");
  file.set("credential_source", std::move(source));
  EXPECT_TRUE(says(file, "credential_source.url"));
}

TEST(CredentialFile, AnotherUniverseNeedsTheUsersSetting) {
  auto file = service_account();
  file.set("universe_domain", "googleapis.com");
  EXPECT_EQ(problem(file), "");
  file.set("universe_domain", "cloud.example");
  EXPECT_TRUE(says(file, "universe-domain"));
  EXPECT_EQ(problem(file, {.trust = {.universe_domain = "cloud.example"}}), "");
}

TEST(CredentialFile, RefusesOtherFiles) {
  EXPECT_FALSE(parse_credential(Secret("nonsense"), "f", {}));
  auto file = user();
  file.set("type", "gdch_service_account");
  EXPECT_TRUE(says(file, "gdch_service_account"));
  json::Object client;
  client.set("installed.client_id", "x");
  EXPECT_TRUE(says(client, "OAuth client"));
}

}  // namespace
}  // namespace gemlive::auth
