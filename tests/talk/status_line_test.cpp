// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "status_line.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gemlive::talk {
namespace {

using namespace std::chrono_literals;

Status full() {
  Status status;
  status.connection = Connection::Connected;
  status.levels = {-30, -90};
  status.time_to_first_sound = 823ms;
  status.tokens = 12345;
  return status;
}

TEST(StatusLine, ShowsAllInEightyColumns) {
  EXPECT_EQ(status_line(full(), 80),
            "connected  you [####....]  model [........]  first sound 0.82 s  12,345 tokens");
  EXPECT_EQ(status_line(Status{}, 80), "connecting  you [........]  model [........]");
}

TEST(StatusLine, Connections) {
  auto status = full();
  for (const auto &[state, text] : {std::pair(Connection::Connecting, "connecting "),
                                    std::pair(Connection::Connected, "connected "),
                                    std::pair(Connection::Reconnecting, "reconnecting "),
                                    std::pair(Connection::Disconnected, "not connected ")}) {
    status.connection = state;
    EXPECT_TRUE(status_line(status, 200).starts_with(text)) << status_line(status, 200);
  }
}

TEST(StatusLine, FitsAnyWidth) {
  auto status = full();
  status.is_muted = status.is_scrolled = true;
  status.progress = Progress{75s, 150s};
  for (int width = 0; width < 200; ++width) {
    const auto line = status_line(status, width);
    EXPECT_LE(line.size(), static_cast<std::size_t>(width));
    if (width >= 5) {
      EXPECT_NE(line.find("MUTED"), std::string::npos) << width;
    }
    if (width >= 20) {
      EXPECT_TRUE(line.starts_with("connected") || line.starts_with("on ")) << line;
    }
  }
  EXPECT_EQ(status_line(status, 200),
            "connected  MUTED  you [####....]  model [........]  first sound 0.82 s  "
            "12,345 tokens  [#####.....] 1:15/2:30  PageDown: newer");
}

TEST(StatusLine, TokensGoFirst) {
  EXPECT_EQ(status_line(full(), 77),
            "connected  you [####....]  model [........]  first sound 0.82 s  12.3k tok");
  EXPECT_EQ(status_line(full(), 70),
            "connected  you [####....]  model [........]  0.8 s  12.3k tok");
  EXPECT_EQ(status_line(full(), 50), "connected  you [##..]  model [....]  0.8 s");
  EXPECT_EQ(status_line(full(), 30), "connected  [##.]  [...]");
  EXPECT_EQ(status_line(full(), 16), "on  [##.]  [...]");
}

TEST(StatusLine, PushToTalk) {
  auto status = full();
  status.push_to_talk = true;
  EXPECT_NE(status_line(status, 120).find("space to talk"), std::string::npos);
  status.is_talking = true;
  EXPECT_NE(status_line(status, 120).find("TALKING (space ends)"), std::string::npos);
  EXPECT_NE(status_line(status, 20).find("TALKING"), std::string::npos);
  status.is_muted = true;
  EXPECT_EQ(status_line(status, 120).find("TALKING"), std::string::npos);
}

TEST(StatusLine, Bars) {
  EXPECT_EQ(level_bar(0, 10), "##########");
  EXPECT_EQ(level_bar(6, 10), "##########");
  EXPECT_EQ(level_bar(-60, 10), "..........");
  EXPECT_EQ(level_bar(-INFINITY, 10), "..........");
  EXPECT_EQ(level_bar(NAN, 10), "..........");
  EXPECT_EQ(level_bar(-15, 4), "###.");
  EXPECT_EQ(level_bar(0, -1), "");
}

TEST(StatusLine, Numbers) {
  Status status;
  for (const auto &[tokens, text] :
       {std::pair(1, "1 token"), std::pair(999, "999 tokens"), std::pair(1000, "1,000 tokens"),
        std::pair(1234567, "1,234,567 tokens")}) {
    status.tokens = static_cast<std::uint64_t>(tokens);
    EXPECT_TRUE(status_line(status, 200).ends_with("  " + std::string(text)));
  }
  status.tokens = 0;
  status.progress = Progress{61s, 0s};
  EXPECT_TRUE(status_line(status, 200).ends_with("  1:01"));
}

}  // namespace
}  // namespace gemlive::talk
