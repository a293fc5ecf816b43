// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The parts of gemlive-web (examples/browser) that decide, without a browser.

#include <gtest/gtest.h>

#include "conversations.hpp"
#include "json.hpp"
#include "origin.hpp"
#include "rate_limit.hpp"

namespace web {
namespace {

TEST(RateLimit, AllowsABurstAndThenTheRate) {
  RateLimit limit(10, 2);
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(limit.take(1, 100)) << i;
  EXPECT_FALSE(limit.take(1, 100));
  EXPECT_FALSE(limit.take(1, 100.4));
  EXPECT_TRUE(limit.take(1, 100.6));
  EXPECT_FALSE(limit.take(1, 100.6));
}

TEST(RateLimit, APauseGivesNoMoreThanTheBurst) {
  RateLimit limit(10, 2);
  EXPECT_TRUE(limit.take(10, 0));
  EXPECT_FALSE(limit.take(11, 1000));
  EXPECT_TRUE(limit.take(10, 1000));
}

TEST(Conversations, GiveAHandleOnce) {
  Conversations conversations;
  conversations.put("a", "handle", 0);
  EXPECT_EQ(conversations.take("b", 1), "");
  EXPECT_EQ(conversations.take("a", 1), "handle");
  EXPECT_EQ(conversations.take("a", 1), "");
}

TEST(Conversations, KeepTheNewestHandleOfAVisitor) {
  Conversations conversations;
  conversations.put("a", "old", 0);
  conversations.put("a", "new", 1);
  EXPECT_EQ(conversations.size(), 1u);
  EXPECT_EQ(conversations.take("a", 2), "new");
}

TEST(Conversations, AVisitWithoutAHandleForgetsTheOldOne) {
  Conversations conversations;
  conversations.put("a", "old", 0);
  conversations.put("a", "", 1);
  EXPECT_EQ(conversations.size(), 0u);
}

TEST(Conversations, AreForgottenAfterTwoHours) {
  Conversations conversations;
  conversations.put("a", "handle", 0);
  conversations.put("b", "handle", 10);
  EXPECT_EQ(conversations.take("a", 7201), "");
  EXPECT_EQ(conversations.take("b", 7201), "handle");
}

TEST(Conversations, AreBoundedInNumber) {
  Conversations conversations;
  for (int i = 0; i < 1001; ++i)
    conversations.put(std::to_string(i), "handle", 0);
  EXPECT_EQ(conversations.size(), 1000u);
  EXPECT_EQ(conversations.take("0", 1), "") << "the oldest";
  EXPECT_EQ(conversations.take("1000", 1), "handle");
}

TEST(Origin, IsTakenAsBrowsersSendIt) {
  for (const char *origin : {"https://talk.example.org", "http://localhost:8080",
                             "https://talk.example.org:8443", "http://[::1]:8080"})
    EXPECT_EQ(check_origin(origin), "") << origin;
}

TEST(Origin, AnotherFormIsRefusedWithWhatToWrite) {
  const std::pair<const char *, const char *> origins[] = {
      {"https://talk.example.org/", "Write https://talk.example.org."},
      {"https://talk.example.org/page?a#b", "Write https://talk.example.org."},
      {"HTTPS://Talk.Example.org", "Write https://talk.example.org."},
      {"https://talk.example.org:443", "Write https://talk.example.org."},
      {"http://talk.example.org:80", "Write http://talk.example.org."},
      {"https://user@talk.example.org", "Write https://talk.example.org."},
      {"talk.example.org", "Write it with https://"},
      {"talk.example.org/", "Write it with https://"},
      {"talk.example.org:8080", "Write it with https://"},
      {"ftp://talk.example.org", "Write it with https://"},
      {"https://", "Write it with https://"},
      {"", "Write it with https://"},
      {"*", "Write it with https://"},
  };
  for (const auto &[origin, advice] : origins)
    EXPECT_NE(check_origin(origin).find(advice), std::string::npos)
        << origin << ": " << check_origin(origin);
}

TEST(Origin, IsWhereTheServerListens) {
  using Origins = std::vector<std::string>;
  EXPECT_EQ(local_origins("127.0.0.1", 80), (Origins{"http://localhost", "http://127.0.0.1"}));
  EXPECT_EQ(local_origins("0.0.0.0", 8080).front(), "http://localhost:8080");
  EXPECT_EQ(local_origins("::1", 8080)[1], "http://[::1]:8080");
  EXPECT_EQ(local_origins("192.0.2.7", 8080), Origins{"http://192.0.2.7:8080"});
}

TEST(Json, WritesAnObject) {
  EXPECT_EQ(to_json({{"text", "\"\n"}, {"number", 2.5}, {"flag", true}}),
            R"({"text":"\"\n","number":2.5,"flag":true})");
}

TEST(Json, ReadsOnlyObjects) {
  for (const char *text : {"", "7", "[]", "null", "{", "{}x", "nonsense"})
    EXPECT_FALSE(Request::parse(text)) << text;
}

TEST(Json, MembersOfAnotherTypeAreEmpty) {
  const auto request = Request::parse(R"({"text": 7, "number": "x", "list": []})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->text("text"), "");
  EXPECT_EQ(request->text("list"), "");
  EXPECT_EQ(request->text("nothing"), "");
  EXPECT_EQ(request->number("number"), 0u);
}

}  // namespace
}  // namespace web
