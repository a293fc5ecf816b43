// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "notice_mask.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gemlive {
namespace {

const std::string secret = "SECRETHANDLE-1-zzz";
const std::string quoted = "No session " + secret;
const std::string hidden = "No session ***";

struct NoticeMaskTest : testing::Test {
  NoticeMaskTest() { secrets->add(secret); }
  template <typename Body>
  Body pass(Body body) {
    NoticeMask(secrets, [this](const Notice &notice) { last = notice; })({.turn = 7, .body = body});
    EXPECT_EQ(last.turn, 7u);
    return std::get<Body>(last.body);
  }

  std::shared_ptr<SecretMask> secrets = std::make_shared<SecretMask>();
  Notice last;
};

TEST_F(NoticeMaskTest, HidesSecretsInErrors) {
  const Error error = {.message = quoted, .detail = quoted, .close_reason = quoted};
  for (const auto &shown :
       {pass(notice::Warning{error}).error, pass(notice::Failed{error}).error}) {
    EXPECT_EQ(shown.message, hidden);
    EXPECT_EQ(shown.detail, hidden);
    EXPECT_EQ(shown.close_reason, hidden);
  }
}

TEST_F(NoticeMaskTest, InCloseReasonsAndUnknownMessages) {
  EXPECT_EQ(pass(notice::Reconnecting{.close_code = 1008, .close_reason = quoted}).close_reason,
            hidden);
  EXPECT_EQ(pass(notice::Reconnecting{.error = quoted}).error, hidden);
  EXPECT_EQ(pass(ServerMessage{R"({"new":")" + secret + "\"}"}).json, R"({"new":"***"})");
  EXPECT_EQ(pass(Usage{.json = R"({"x":")" + secret + "\"}"}).json, R"({"x":"***"})");
}

TEST_F(NoticeMaskTest, NotInTheConversation) {
  EXPECT_EQ(pass(Text{quoted}).text, quoted);
  EXPECT_EQ(pass(Transcript{.text = quoted}).text, quoted);
}

}  // namespace
}  // namespace gemlive
