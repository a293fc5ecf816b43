// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <string>

#include "decoder_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

class ToolCallReaderTest : public DecoderFixture {
 protected:
  Events call(const std::string &fields) {
    return decode(R"({"toolCall":{"functionCalls":[{)" + fields + "}]}}");
  }
};

TEST_F(ToolCallReaderTest, WholeCallsAndCancellations) {
  EXPECT_EQ(decode(R"({"toolCall":{"functionCalls":[
              {"name":"set_light","args":{ "on" : true, "why": "a \" b\\" },"id":"function-call-1"},
              {"name":"no_args"},{"args":7,"name":"odd","id":null},null,"x",[]]}})"),
            (Events{ToolCall{"function-call-1", "set_light", R"({"on":true,"why":"a \" b\\"})"},
                    ToolCall{"", "no_args", "{}"}, ToolCall{"", "odd", "{}"}}));
  EXPECT_EQ(decode(R"({"toolCallCancellation":{"ids":["a1","b2",3]}})"),
            (Events{ToolCallCancelled{"a1"}, ToolCallCancelled{"b2"}}));
}

TEST_F(ToolCallReaderTest, PartsOfACall) {
  EXPECT_EQ(call(R"("name":"f","id":"1","willContinue":true)"),
            (Events{ToolCallPart{.id = "1", .name = "f", .will_continue = true}}));
  EXPECT_EQ(call(R"("partial_args":[
          {"json_path":"$.a","string_value":"x\ny","will_continue":true},
          {"jsonPath":"$.b","numberValue":1.50},{"jsonPath":"$.c","boolValue":false},
          {"jsonPath":"$.d","nullValue":"NULL_VALUE"},{"jsonPath":"$.e","stringValue":""}],
          "willContinue":true)"),
            (Events{ToolCallPart{
                .partial_args =
                    {{.path = "$.a", .value = "x\ny", .is_string = true, .will_continue = true},
                     {.path = "$.b", .value = "1.50"},
                     {.path = "$.c", .value = "false"},
                     {.path = "$.d", .value = "null"},
                     {.path = "$.e", .value = "", .is_string = true}},
                .will_continue = true}}));
  EXPECT_EQ(call(R"("name":"f","partialArgs":[{"jsonPath":"$.b","numberValue":1}])"),
            (Events{ToolCallPart{.name = "f", .partial_args = {{.path = "$.b", .value = "1"}}}}));
  EXPECT_EQ(call(R"("id":"1")"), (Events{ToolCallPart{.id = "1"}}));
  EXPECT_EQ(call(""), (Events{ToolCallPart{}})) << "the end of a call";
}

/// So that the call is refused, and the value is not lost without a word.
TEST_F(ToolCallReaderTest, ValuesWithoutAPathAreKept) {
  const PartialArg x{.value = "x", .is_string = true}, one{.value = "1"};
  EXPECT_EQ(
      call(R"("name":"f","partialArgs":[{"stringValue":"x"},{"jsonPath":7,"numberValue":1}])"),
      (Events{ToolCallPart{.name = "f", .partial_args = {x, one}}}));
}

TEST_F(ToolCallReaderTest, OddPartialArgumentsAreLeftOut) {
  EXPECT_EQ(call(R"("name":"f","partialArgs":[{},null,7,{"jsonPath":"$.a"},
                    {"jsonPath":"$.a","stringValue":7},{"jsonPath":"$.a","newer":{}}],"willContinue":"yes")"),
            (Events{ToolCall{"", "f", "{}"}}));
  EXPECT_EQ(call(R"("name":"f","partialArgs":{},"newer":1)"),
            (Events{ToolCall{"", "f", "{}"}, ServerMessage{R"({"newer":1})"}}));
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += R"({"jsonPath":"$.a","numberValue":1},)";
  EXPECT_TRUE(refuses(R"({"toolCall":{"functionCalls":[{"partialArgs":[)" + many + "{}]}]}}"));
}

}  // namespace
