// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "schema.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gemlive::simulator {
namespace {

TEST(Schema, ReadsMessagesAndEnums) {
  const Schema schema(R"(# A comment.
message Setup
  model      string     both       1.0
  tools      Tool[]     both       1.10
  labels     string{}   vertex     2.29

message Tool
  behavior   Behavior   developer  -
  enum       string[]   both       1.0
  message    value      both       1.0
enum Behavior BLOCKING NON_BLOCKING
)");
  EXPECT_FALSE(schema.error()) << schema.error()->message;
  const auto &setup = schema.message("Setup");
  ASSERT_EQ(setup.fields.size(), 3u);
  EXPECT_EQ(setup.fields[0].type, Type::string);
  EXPECT_EQ(setup.fields[0].since, "1.0");
  EXPECT_EQ(setup.fields[1].count, Field::Count::list);
  EXPECT_EQ(setup.fields[1].message, &schema.message("Tool")) << "a later message";
  EXPECT_EQ(setup.fields[2].count, Field::Count::map);
  EXPECT_EQ(setup.fields[2].only, Service::vertex);
  const auto &behavior = schema.message("Tool").fields.at(0);
  EXPECT_EQ(behavior.type, Type::enumeration);
  EXPECT_EQ(*behavior.names, (Names{"BLOCKING", "NON_BLOCKING"}));
  EXPECT_EQ(behavior.names, &schema.names("Behavior"));
  EXPECT_EQ(schema.message("Tool").fields.size(), 3u) << "fields can have any name";
  EXPECT_TRUE(schema.message("Absent").fields.empty());
  EXPECT_TRUE(schema.names("Absent").empty());
}

TEST(Schema, FindsAFieldByBothSpellings) {
  const Schema schema("message M\n  topK double both 1.0\n  labels string vertex 1.0\n");
  const auto &message = schema.message("M");
  EXPECT_EQ(message.find("topK", Service::developer), &message.fields[0]);
  EXPECT_EQ(message.find("top_k", Service::developer), &message.fields[0]);
  EXPECT_EQ(message.find("topk", Service::developer), nullptr);
  EXPECT_EQ(message.find("labels", Service::developer), nullptr);
  EXPECT_EQ(message.find("labels", Service::vertex), &message.fields[1]);
}

TEST(Schema, AnErrorNamesTheLine) {
  const auto error = [](const char *table) {
    const Schema schema(table);
    return schema.error() ? schema.error()->message : "";
  };
  EXPECT_EQ(error("message M\n  a string both\n"),
            "Line 2: a field needs a name, a type, a service and a release");
  EXPECT_EQ(error("\nmessage M\n  a text both 1.0\n"), "Line 3: an unknown type");
  EXPECT_EQ(error("message M\n  a string all 1.0\n"),
            "Line 2: a service must be both, developer or vertex");
  const std::string neither = "neither a message, an enum nor a field of a message";
  EXPECT_EQ(error("  a string both 1.0\n"), "Line 1: " + neither);
  EXPECT_EQ(error("message M\na string both 1.0\n"), "Line 2: " + neither);
  EXPECT_EQ(error("message M\nmessage M\n"), "Line 2: a message or enum has this name already");
  EXPECT_EQ(error("enum E A\nenum E B\n"), "Line 2: a message or enum has this name already");
}

/// Adds the names of `message` and of all messages in it.
void visit(const Message &message, std::set<const Message *> &seen) {
  if (!seen.insert(&message).second) return;
  for (const auto &field : message.fields) {
    if (field.message) visit(*field.message, seen);
  }
}

TEST(Schema, TheTableIsValidAndEveryMessageIsUsed) {
  ASSERT_FALSE(schema().error()) << schema().error()->message;
  std::set<const Message *> seen;
  visit(schema().message("ClientMessage"), seen);
  visit(schema().message("ServerMessage"), seen);
  for (const auto &[name, message] : schema().messages()) {
    EXPECT_EQ(seen.count(&message), 1u) << name;
    std::set<std::string_view> names;
    for (const auto &field : message.fields)
      EXPECT_TRUE(names.insert(field.name).second) << name << '.' << field.name << " occurs twice";
  }
  EXPECT_GT(seen.size(), 50u);
  EXPECT_EQ(schema().names("VoiceName").size(), 30u);
}

}  // namespace
}  // namespace gemlive::simulator
