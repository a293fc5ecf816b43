// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "http.hpp"

#include <gtest/gtest.h>

namespace gemlive::http {
namespace {

// The examples of RFC 7617, sections 2 and 2.1.
TEST(Http, BasicAuthorizationIsThatOfTheRfc) {
  EXPECT_EQ(basic_authorization("Aladdin", "open sesame").reveal(),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization("test", "123\u00a3").reveal(), "Basic dGVzdDoxMjPCow==");
  EXPECT_EQ(basic_authorization("", "").reveal(), "Basic Og==");
}

}  // namespace
}  // namespace gemlive::http
