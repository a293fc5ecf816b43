// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "trusted_url.hpp"

#include <gtest/gtest.h>

namespace gemlive::auth {
namespace {

std::string problem(const std::string &url, const Trust &trust = {}) {
  const auto result = check_token_url(url, "token_uri", trust);
  if (result) return "";
  EXPECT_EQ(result.error().kind, ErrorKind::bad_setting);
  EXPECT_NE(result.error().message.find("token_uri"), std::string::npos);
  EXPECT_EQ(result.error().message.find("s3cret"), std::string::npos) << result.error().message;
  return result.error().message;
}

TEST(TrustedUrl, AcceptsGooglesHosts) {
  for (const char *url : {"https://oauth2.googleapis.com/token",
                          "https://sts.googleapis.com/v1/token", "https://googleapis.com/x",
                          "https://iamcredentials.us-east1.rep.googleapis.com/v1/a:b?c=d"})
    EXPECT_EQ(problem(url), "") << url;
}

// Some are from the tests of Google's libraries, which checked URLs in earlier versions.
TEST(TrustedUrl, RefusesOtherUrls) {
  for (const char *url : {"",
                          "token",
                          "http://oauth2.googleapis.com/token",
                          "https://evil.com/token",
                          "https://sts.googleapis.com.evil.com/",
                          "https://sts.googleapis.comevil.com/",
                          "https://evilgoogleapis.com/",
                          "https://evil.com/googleapis.com",
                          "https://evil.com/?.googleapis.com",
                          "https://evil.com#.googleapis.com",
                          "https://evil.com/#@sts.googleapis.com",
                          "https://s3cret@sts.googleapis.com/",
                          "https://sts.googleapis.com@evil.com/",
                          "https://evil.com\\.googleapis.com/",
                          "https://evil.com\\@sts.googleapis.com/",
                          "https://sts.googleapis.com:8443/",
                          "https://sts.googleapis.com:443/",
                          "https://sts.googleapis.com:/",
                          "https://sts.googleapis.com./",
                          "https://STS.googleapis.com/",
                          "https://sts.google\tapis.com/",
                          "https://sts.googleapis.com /",
                          " https://sts.googleapis.com/",
                          "https://sts%2egoogleapis.com/",
                          "https://evil.com%2f.googleapis.com/",
                          "https://evil.com%00.googleapis.com/",
                          "https://xn--googleapis-.com/",
                          "https://\xd1\x95ts.googleapis.com/",
                          "ftp://sts.googleapis.com/",
                          "https:///token",
                          "https://.googleapis.com.evil.com",
                          "javascript:alert(1)",
                          "file:///etc/passwd",
                          "https://sts.googleapis.com\r\nX-Evil: 1/",
                          "https://[::1]/",
                          "https://127.0.0.1/"})
    EXPECT_NE(problem(url), "") << url;
}

TEST(TrustedUrl, AcceptsTheUsersUniverse) {
  const Trust trust{.universe_domain = "cloud.example"};
  EXPECT_EQ(problem("https://sts.cloud.example/v1/token", trust), "");
  EXPECT_EQ(problem("https://oauth2.googleapis.com/token", trust), "");
  EXPECT_NE(problem("https://sts.notcloud.example/v1/token", trust), "");
}

TEST(TrustedUrl, AcceptsCustomEndpointsIfTheUserAllowsThem) {
  const Trust trust{.custom_endpoints = true};
  EXPECT_EQ(problem("https://idp.example.com:8443/token", trust), "");
  EXPECT_EQ(problem("http://127.0.0.1:9/token", trust), "");
  EXPECT_NE(problem("http://idp.example.com/token", trust), "");
  EXPECT_NE(problem("https://me:s3cret@idp.example.com/token", trust), "");
}

TEST(TrustedUrl, ChecksTheUrlOfASubjectToken) {
  const auto is_good = [](const char *url) { return bool(check_subject_url(url, "url", {})); };
  for (const char *url :
       {"http://169.254.169.254/metadata/identity?api-version=1",
        "http://metadata.google.internal/x", "http://127.0.0.1:8080/token", "http://[::1]/t",
        "http://[fd00:ec2::254]/latest", "https://idp.example.com:8443/token"})
    EXPECT_TRUE(is_good(url)) << url;
  for (const char *url :
       {"http://10.0.0.1/", "http://169.254.169.254.evil.com/", "http://169.254.169.254:22/",
        "ftp://127.0.0.1/", "http://me@127.0.0.1/", "http://example.com/", "/etc/passwd"})
    EXPECT_FALSE(is_good(url)) << url;
}

TEST(TrustedUrl, ChecksTheMetadataHost) {
  for (const char *host : {"169.254.169.254", "metadata.google.internal", "localhost:8080",
                           "127.0.0.1:1", "[::1]:80", "169.254.169.254:80"})
    EXPECT_TRUE(is_metadata_host(host)) << host;
  for (const char *host : {"", "evil.com", "169.254.169.254/x", "169.254.169.254?x", "10.0.0.1",
                           "x@169.254.169.254", "metadata.google.internal.evil.com", "a b"})
    EXPECT_FALSE(is_metadata_host(host)) << host;
}

}  // namespace
}  // namespace gemlive::auth
