// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "origin.hpp"

#include <gtest/gtest.h>

#include "glib_ptr.hpp"

namespace gemlive {
namespace {

std::string origin(const char *url) {
  const UriPtr uri(g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD, nullptr));
  return uri ? origin_of(uri.get()) : "not a URL";
}

TEST(Origin, ShowsSchemeHostAndPort) {
  EXPECT_EQ(origin("wss://host.example"), "wss://host.example");
  EXPECT_EQ(origin("https://host.example:8443/"), "https://host.example:8443");
  EXPECT_EQ(origin("ws://[::1]:80/x"), "ws://[::1]:80");
}

TEST(Origin, ShowsNothingThatMayBeSecret) {
  EXPECT_EQ(origin("https://me:s3cret@host.example/s3cret?key=s3cret#s3cret"),
            "https://host.example");
}

TEST(Origin, IsSafeToPrint) {
  const auto long_name = "https://" + std::string(10'000, 'a') + ".example";
  EXPECT_LT(origin(long_name.c_str()).size(), 1000u);
  EXPECT_EQ(origin("https://evil%1b%5b.example").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace gemlive
