// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "handshake.hpp"

#include <gtest/gtest.h>
#include <string>

#include "service.hpp"

namespace gemlive::simulator {
namespace {

TEST(Handshake, KnowsThePaths) {
  const auto developer =
      "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
  const auto vertex = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";
  EXPECT_EQ(service_at(developer), Service::developer);
  EXPECT_EQ(service_at(std::string(developer) + "Constrained"), Service::developer);
  EXPECT_EQ(service_at(vertex), Service::vertex);
  EXPECT_EQ(service_at(std::string("/") + vertex), Service::vertex);
  EXPECT_EQ(service_at("/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent"),
            Service::vertex);
  for (const auto *path :
       {"/", "", "/ws", "/ws/google.cloud.aiplatform.v1.LlmBidiService.BidiGenerateContent",
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService/BidiGenerateContent",
        "/ws/google.ai.generativelanguage..GenerativeService.BidiGenerateContent",
        "/ws/google.ai.generativelanguage.v1/x.GenerativeService.BidiGenerateContent"})
    EXPECT_EQ(service_at(path), std::nullopt) << path;
}

TEST(Handshake, ReadsTheRequest) {
  const auto request = parse_request(
      "GET /a/b?key=bad%2Dkey HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
      "Upgrade\r\n"
      "Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ== \r\nSec-WebSocket-Version: 13\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/a/b");
  EXPECT_STREQ(find_credential(*request).kind, "key");
  EXPECT_TRUE(find_credential(*request).bad_key);
  const auto answer = answer_upgrade(*request);
  EXPECT_EQ(answer.find("HTTP/1.1 101 "), 0u);
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), answer.npos);

  EXPECT_FALSE(parse_request("nonsense\r\n\r\n"));
  EXPECT_FALSE(parse_request("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(answer_upgrade(*parse_request("POST / HTTP/1.1\r\n\r\n")).substr(9, 3), "405");
  EXPECT_EQ(answer_upgrade(*parse_request("GET / HTTP/1.1\r\n\r\n")).substr(9, 3), "400");
}

TEST(Handshake, DistinguishesCredentials) {
  const auto kind = [](const std::string &query, const std::string &header) {
    return std::string(
        find_credential(*parse_request("GET /" + query + " HTTP/1.1\r\n" + header + "\r\n")).kind);
  };
  EXPECT_EQ(kind("", ""), "none");
  EXPECT_EQ(kind("", "X-Goog-Api-Key: abc\r\n"), "key");
  EXPECT_EQ(kind("?alt=1&key=abc", ""), "key");
  EXPECT_EQ(kind("?keys=abc", ""), "none");
  EXPECT_EQ(kind("", "Authorization: Bearer abc\r\n"), "bearer");
  EXPECT_EQ(kind("?access_token=auth_tokens/abc", ""), "bearer");
}

}  // namespace
}  // namespace gemlive::simulator
