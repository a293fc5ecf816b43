// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gemlive::auth {
namespace {

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
