// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "replay.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "event_log.hpp"
#include "main_loop.hpp"
#include "virtual_clock.hpp"
#include "websocket_log.hpp"

namespace gemlive::simulator {
namespace {

using namespace std::chrono_literals;

class ReplayTest : public testing::Test {
 protected:
  /// A recording of this many connections. The last is closed by the client.
  void load(int connections) {
    for (int i = 0; i < connections; ++i)
      websocket_log::append(text_, true, "{\"setup\":{}}", 0);
    ASSERT_FALSE(replay.load(text_));
    replay.on_over([this] { is_over = true; });
  }

  EventLog event_log;
  Replay replay{event_log};
  bool is_over = false;

 private:
  std::string text_;
};

TEST_F(ReplayTest, IsOverAfterTheLastConnection) {
  load(2);
  EXPECT_TRUE(replay.begin(1));
  replay.end();
  EXPECT_FALSE(is_over);
  EXPECT_TRUE(replay.begin(2));
  replay.end();
  EXPECT_TRUE(test::run_until([&] { return is_over; }));
  EXPECT_EQ(replay.finish(), 0);
}

TEST_F(ReplayTest, IsOverIfNoConnectionComes) {
  test::VirtualClock clock;
  load(1);
  clock.advance(59s);
  EXPECT_FALSE(is_over);
  clock.advance(2s);
  EXPECT_TRUE(is_over);
  EXPECT_EQ(replay.finish(), 2);
}

TEST_F(ReplayTest, ADifferenceIsItsExitStatus) {
  load(1);
  replay.begin(1);
  replay.report(1, "something");
  EXPECT_EQ(replay.finish(), 2);
}

TEST_F(ReplayTest, AConnectionTooManyOrTooFewIsADifference) {
  load(1);
  EXPECT_TRUE(replay.begin(1));
  EXPECT_FALSE(replay.begin(2));
  EXPECT_EQ(replay.finish(), 2);

  Replay another(event_log);
  ASSERT_FALSE(another.load(">13 {\"setup\":{}}\n"));
  EXPECT_EQ(another.finish(), 2);
}

TEST_F(ReplayTest, NamesSecretsAsTheRecordingDoes) {
  load(1);
  EXPECT_EQ(replay.without_secrets(R"({"setup":{"sessionResumption":{"handle":"real"}}})"),
            R"({"setup":{"sessionResumption":{"handle":"gemlive-handle-1"}}})");
}

TEST_F(ReplayTest, ABadRecordingIsAnError) {
  const auto error = replay.load("RIFF");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::bad_setting);
}

}  // namespace
}  // namespace gemlive::simulator
