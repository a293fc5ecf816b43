// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_handler.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include "wait.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

class ToolCallHandlerTest : public testing::Test {
 protected:
  ToolCallHandler handler(std::chrono::milliseconds timeout = 0ms, bool refuse_unknown = true) {
    return ToolCallHandler(
        {.calls = calls,
         .input_queue = input_queue,
         .functions = {"known"},
         .refuse_unknown = refuse_unknown,
         .timeout = timeout,
         .now = [this] { return now; },
         .warn = [this](const Error &error) { warnings.push_back(error); },
         .notify_cancelled = [this](const std::string &id) { cancelled.push_back(id); }},
        exchange);
  }
  /// The next tool response in the queue; empty if there is none.
  std::string response() {
    auto item = input_queue->pop();
    const auto *found = item ? std::get_if<input::ToolResponse>(&*item) : nullptr;
    return found ? found->message : "";
  }

  Exchange exchange{{}};
  std::int64_t now = 1'000'000;
  std::shared_ptr<PendingToolCalls> calls = std::make_shared<PendingToolCalls>();
  std::shared_ptr<InputQueue> input_queue = std::make_shared<InputQueue>([] {});
  std::vector<Error> warnings;
  std::vector<std::string> cancelled;
};

TEST_F(ToolCallHandlerTest, ADeclaredCallWaitsForTheApplication) {
  auto tools = handler();
  EXPECT_TRUE(tools.accept({.id = "1", .name = "known"}));
  EXPECT_EQ(response(), "");
  const auto call = calls->answer("1", "known", false);
  ASSERT_TRUE(call);
  EXPECT_TRUE(tools.is_current(*call));
  tools.clear();
  EXPECT_FALSE(tools.is_current(*call)) << "the connection of the call has ended";
}

TEST_F(ToolCallHandlerTest, AnAnswerIsOwedUntilItIsSent) {
  auto tools = handler();
  tools.accept({.id = "1", .name = "known"});
  EXPECT_FALSE(exchange.owed()) << "its turn has not begun";
  tools.count();
  EXPECT_TRUE(exchange.owed());
  const auto call = calls->answer("1", "known", false);
  ASSERT_TRUE(call);
  EXPECT_TRUE(exchange.owed()) << "it waits in the queue";
  EXPECT_TRUE(tools.is_current(*call));
  EXPECT_FALSE(calls->answer("1", "known", false)) << "once";
  tools.sent(*call, true);
  EXPECT_FALSE(exchange.owed());
  EXPECT_FALSE(tools.is_current(*call));
}

TEST_F(ToolCallHandlerTest, PendingCallsAreLimited) {
  auto tools = handler();
  for (int i = 0; i < 64; ++i)
    EXPECT_TRUE(tools.accept({.id = std::to_string(i), .name = "known"}));
  EXPECT_FALSE(tools.accept({.id = "64", .name = "known"}));
  EXPECT_FALSE(tools.accept({.id = "65", .name = std::string(2000, 'x')}));
  EXPECT_FALSE(warnings.empty());
  EXPECT_EQ(response(), "") << "nothing waits for a service that does not read";
}

TEST_F(ToolCallHandlerTest, AnUndeclaredCallIsRefusedWithAWarning) {
  auto tools = handler();
  EXPECT_FALSE(tools.accept({.id = "1", .name = "unknown"}));
  EXPECT_NE(response().find("unknown"), std::string::npos);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].message.find("unknown"), std::string::npos);
}

TEST_F(ToolCallHandlerTest, AnUndeclaredCallIsRefusedAndNotTheOneWithTheSameId) {
  auto tools = handler();
  EXPECT_TRUE(tools.accept({.id = "1", .name = "known"}));
  EXPECT_FALSE(tools.accept({.id = "1", .name = "unknown"}));
  EXPECT_NE(response().find("unknown"), std::string::npos);
  const auto call = calls->answer("1", "", false);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->name, "known");
}

TEST_F(ToolCallHandlerTest, AnUndeclaredCallIsPassedOnIfTheUserWantsIt) {
  auto tools = handler(0ms, false);
  EXPECT_TRUE(tools.accept({.id = "1", .name = "unknown"}));
  EXPECT_TRUE(warnings.empty());
}

TEST_F(ToolCallHandlerTest, ACallWithoutIdGetsAnIdOfOurOwn) {
  auto tools = handler();
  const auto first = tools.with_id({.name = "known"});
  const auto second = tools.with_id({.name = "known"});
  EXPECT_TRUE(PendingToolCalls::is_own_id(first.id));
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(tools.with_id({.id = "theirs", .name = "known"}).id, "theirs");
}

TEST_F(ToolCallHandlerTest, AnUnansweredCallTimesOut) {
  auto tools = handler(5ms);
  tools.accept({.id = "1", .name = "known"});
  now += 5000;
  const bool timed_out = test::wait_until([&] {
    g_main_context_iteration(nullptr, FALSE);
    return !cancelled.empty();
  });
  ASSERT_TRUE(timed_out);
  EXPECT_EQ(cancelled[0], "1");
  EXPECT_NE(response().find("known"), std::string::npos);
  EXPECT_FALSE(calls->answer("1", "known", false));
}

TEST_F(ToolCallHandlerTest, AfterTheConversationNoCallTimesOut) {
  auto tools = handler(5ms);
  tools.accept({.id = "1", .name = "known"});
  tools.stop();
  now += 5000;
  EXPECT_FALSE(test::wait_until(
      [&] {
        g_main_context_iteration(nullptr, FALSE);
        return !cancelled.empty();
      },
      50ms));
}

}  // namespace
}  // namespace gemlive
