// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "auth_headers.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gemlive::auth {
namespace {

TEST(AuthHeaders, AKeyAndAQuotaProjectAreFixedHeaders) {
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

TEST(AuthHeaders, AnEphemeralTokenHasItsOwnScheme) {
  EXPECT_EQ(authorization(Secret("ya29.x")).reveal(), "Bearer ya29.x");
  EXPECT_EQ(authorization(Secret("auth_tokens/x")).reveal(), "Token auth_tokens/x");
  EXPECT_TRUE(is_ephemeral(Secret("auth_tokens/x")));
  EXPECT_FALSE(is_ephemeral(Secret("ya29.x")));
}

}  // namespace
}  // namespace gemlive::auth
