// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gemlive::auth {
namespace {

TEST(SignIn, AKeyAndAQuotaProjectAreFixedHeaders) {
  Identity identity{.key = Secret("key")};
  ASSERT_EQ(fixed_headers(identity).size(), 1u);
  EXPECT_EQ(fixed_headers(identity)[0].first, "x-goog-api-key");
  EXPECT_EQ(fixed_headers(identity)[0].second.reveal(), "key");
  identity.token = Secret("token");
  EXPECT_TRUE(fixed_headers(identity).empty()) << "a token replaces the key";
  identity.credential = std::make_shared<const Credential>(
      Credential{.source = MetadataServer{}, .quota_project = "payer"});
  ASSERT_EQ(fixed_headers(identity).size(), 1u);
  EXPECT_EQ(fixed_headers(identity)[0].first, "x-goog-user-project");
  EXPECT_EQ(fixed_headers(identity)[0].second.reveal(), "payer");
}

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

}  // namespace
}  // namespace gemlive::auth
