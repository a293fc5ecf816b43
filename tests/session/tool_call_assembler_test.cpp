// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_assembler.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive {
namespace {

ToolCallPart piece(const char *id, const char *name, const char *city, bool will_continue) {
  ToolCallPart part{.id = id, .name = name, .will_continue = will_continue};
  if (city)
    part.partial_args.push_back(
        {.path = "$.city", .value = city, .is_string = true, .will_continue = true});
  return part;
}

class ToolCallAssemblerTest : public testing::Test {
 protected:
  /// "id name args" if the part completes a call, "..." if it is kept, "" if it belongs to no call.
  std::string add(const ToolCallPart &part) {
    if (!calls.add(part)) return "";
    const auto complete = calls.take_complete();
    if (!complete) return "...";
    EXPECT_EQ(complete->fault, wire::PartialArgs::Fault::none);
    return complete->call.id + " " + complete->call.name + " " + complete->call.args;
  }
  ToolCallAssembler calls;
};

TEST_F(ToolCallAssemblerTest, OnlyTheFirstPartNeedsTheName) {
  EXPECT_EQ(add(piece("", "weather", nullptr, true)), "...");
  EXPECT_FALSE(calls.empty());
  EXPECT_EQ(add(piece("", "", "Bo", true)), "...");
  EXPECT_EQ(add(piece("", "", "nn", true)), "...");
  EXPECT_EQ(add({}), R"( weather {"city":"Bonn"})");
  EXPECT_TRUE(calls.empty());
  EXPECT_EQ(add({}), "") << "nothing is open";
}

TEST_F(ToolCallAssemblerTest, ThePartsOfTwoCallsMayAlternate) {
  EXPECT_EQ(add(piece("1", "weather", "Bo", true)), "...");
  EXPECT_EQ(add(piece("2", "weather", "U", true)), "...");
  EXPECT_EQ(add(piece("1", "", "nn", true)), "...");
  EXPECT_EQ(add(piece("", "", "!", true)), "...") << "of the newest";
  EXPECT_EQ(add(piece("2", "", "lm", false)), R"(2 weather {"city":"Ulm"})");
  EXPECT_EQ(add(piece("1", "weather", nullptr, false)), R"(1 weather {"city":"Bonn!"})");
}

TEST_F(ToolCallAssemblerTest, ARepeatedNameIsNoOtherCall) {
  EXPECT_EQ(add(piece("", "weather", "Bo", true)), "...");
  EXPECT_EQ(add(piece("", "weather", "nn", false)), R"( weather {"city":"Bonn"})");
  EXPECT_EQ(add(piece("", "weather", "Ulm", true)), "...");
  EXPECT_EQ(add(piece("", "news", nullptr, false)), " news {}");
  EXPECT_EQ(add({}), R"( weather {"city":"Ulm"})");
}

TEST_F(ToolCallAssemblerTest, AWholeCallOfTheSameIdEndsIt) {
  EXPECT_EQ(add(piece("1", "weather", "Bo", true)), "...");
  EXPECT_EQ(add({.id = "2", .name = "news", .args = R"({"a":1})"}), R"(2 news {"a":1})");
  EXPECT_EQ(add({.id = "1", .name = "weather", .args = R"({"city":"Bonn"})"}),
            R"(1 weather {"city":"Bonn"})");
}

TEST_F(ToolCallAssemblerTest, WithoutItsBeginningAPartBelongsToNoCall) {
  EXPECT_EQ(add(piece("1", "", "Bo", true)), "");
  EXPECT_EQ(add(piece("", "", "Bo", true)), "");
  EXPECT_EQ(add({.id = "1"}), "");
}

TEST_F(ToolCallAssemblerTest, CancelledCallsAreDropped) {
  add(piece("1", "weather", "Bo", true));
  add(piece("2", "weather", "U", true));
  calls.cancel("1");
  EXPECT_EQ(add(piece("1", "", "nn", false)), "");
  calls.clear();
  EXPECT_TRUE(calls.empty());
  EXPECT_EQ(add(piece("2", "", "lm", true)), "");
}

TEST_F(ToolCallAssemblerTest, IsBounded) {
  for (int i = 0; i < 20; ++i)
    add(piece(std::to_string(i).c_str(), "f", "x", true));
  EXPECT_EQ(add(piece("3", "", "y", true)), "") << "the oldest were dropped";
  EXPECT_EQ(add(piece("4", "", "y", false)), R"(4 f {"city":"xy"})");
  const std::string long_text(wire::PartialArgs::max_bytes + 1, 'x');
  EXPECT_EQ(add(piece("a", "f", long_text.c_str(), true)), "...");
  ASSERT_TRUE(calls.add({.id = "a"}));
  const auto complete = calls.take_complete();
  ASSERT_TRUE(complete);
  EXPECT_EQ(complete->fault, wire::PartialArgs::Fault::too_large);
  EXPECT_EQ(complete->call.args, "{}");
  ASSERT_TRUE(calls.add({.id = "b", .name = long_text}));
  EXPECT_EQ(calls.take_complete()->call.name.size(), 1025u);
}

}  // namespace
}  // namespace gemlive
