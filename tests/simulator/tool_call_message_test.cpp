// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gemlive::simulator {
namespace {

std::string call(const std::string &members) {
  return R"({"toolCall":{"functionCalls":[{)" + members + "}]}}";
}

TEST(ToolCallMessage, LeavesOutEmptyMembers) {
  EXPECT_EQ(messages::tool_call("f", "", ""), call(R"("name":"f")"));
  EXPECT_EQ(messages::tool_call("f", "{}", "7"), call(R"("name":"f","args":{},"id":"7")"));
}

TEST(ToolCallMessage, AStringComesInParts) {
  EXPECT_EQ(
      messages::partial_tool_call("f", R"({"text":"Bonn am Rhein"})", "7", 2),
      (std::vector<std::string>{
          call(R"("name":"f","id":"7","willContinue":true)"),
          call(
              R"("partialArgs":[{"jsonPath":"$.text","stringValue":"Bonn am","willContinue":true}],"willContinue":true)"),
          call(R"("partialArgs":[{"jsonPath":"$.text","stringValue":" Rhein"}])")}));
}

TEST(ToolCallMessage, OtherValuesComeWithTheirPath) {
  const auto messages =
      messages::partial_tool_call("f", R"({"a":{"b c":[1.50,true,null]},"d":""})", "", 1);
  ASSERT_EQ(messages.size(), 5u);
  EXPECT_EQ(messages[0], call(R"("name":"f","willContinue":true)"));
  EXPECT_EQ(
      messages[1],
      call(
          R"("partialArgs":[{"jsonPath":"$.a['b c'][0]","numberValue":1.50}],"willContinue":true)"));
  EXPECT_EQ(
      messages[2],
      call(R"("partialArgs":[{"jsonPath":"$.a['b c'][1]","boolValue":true}],"willContinue":true)"));
  EXPECT_EQ(
      messages[3],
      call(
          R"("partialArgs":[{"jsonPath":"$.a['b c'][2]","nullValue":"NULL_VALUE"}],"willContinue":true)"));
  EXPECT_EQ(messages[4], call(R"("partialArgs":[{"jsonPath":"$.d","stringValue":""}])"));
}

TEST(ToolCallMessage, APartNeverSplitsACharacter) {
  std::string joined;
  for (const auto &message :
       messages::partial_tool_call("f", R"({"t":"\u00e4\u00f6\u00fc"})", "", 4)) {
    const std::string key = "\"stringValue\":\"";
    const auto at = message.find(key);
    if (at == message.npos) continue;
    const auto part =
        message.substr(at + key.size(), message.find('"', at + key.size()) - at - key.size());
    EXPECT_EQ(part.size() % 2, 0u) << part;
    joined += part;
  }
  EXPECT_EQ(joined, "\u00e4\u00f6\u00fc");
}

TEST(ToolCallMessage, ACallWithoutArgumentsEndsWithAnEmptyMessage) {
  EXPECT_EQ(messages::partial_tool_call("f", "{}", "", 3),
            (std::vector<std::string>{call(R"("name":"f","willContinue":true)"), call("")}));
}

}  // namespace
}  // namespace gemlive::simulator
