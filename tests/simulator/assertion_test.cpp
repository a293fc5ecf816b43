// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "assertion.hpp"

#include <gtest/gtest.h>
#include <chrono>
#include <string>

#include "jwt.hpp"
#include "secret.hpp"

namespace gemlive::simulator {
namespace {

class Assertion : public testing::Test {
 protected:
  std::string verify(const auth::Claims &claims) { return verify_text(sign(claims, key)); }
  static std::string sign(const auth::Claims &claims, const AccountKey &key) {
    const auto signer = auth::SigningKey::from_pem(Secret(key.private_pem()));
    return auth::make_jwt(claims, *signer)->reveal();
  }
  std::string verify_text(const std::string &jwt) {
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

TEST_F(Assertion, IsValid) {
  EXPECT_EQ(verify(good), "");
}

TEST_F(Assertion, IsCheckedAsGoogleDoes) {
  const auto changed = [this](auto change) {
    auto claims = good;
    change(claims);
    return verify(claims);
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

TEST_F(Assertion, WithAnotherKeyOrChangedIsInvalid) {
  const AccountKey other;
  EXPECT_NE(verify_text(sign(good, other)).find("Signature"), std::string::npos);
  auto jwt = sign(good, key);
  jwt[jwt.find('.') + 5] ^= 1;
  EXPECT_NE(verify_text(jwt), "");
  for (const char *text : {"", "a", "a.b", "a.b.c", "..", "e30.e30.e30"})
    EXPECT_NE(verify_text(text), "") << text;
}

}  // namespace
}  // namespace gemlive::simulator
