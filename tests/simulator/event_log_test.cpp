// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "event_log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace gemlive::simulator {
namespace {

TEST(EventLog, WritesALineOfJsonForEachEvent) {
  const auto path = testing::TempDir() + "gemlive-events-" + std::to_string(getpid());
  EventLog log;
  ASSERT_TRUE(log.open(path, true));
  log.write(3, "audio", "\"bytes\":12");
  log.write(0, "ready");
  log.print("not an event");
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::regex expected(R"(\{"time":\d+,"session":3,"type":"audio","bytes":12\})"
                            "\n"
                            R"(\{"time":\d+,"session":0,"type":"ready"\})"
                            "\n");
  EXPECT_TRUE(std::regex_match(text, expected)) << text;
  std::remove(path.c_str());
}

TEST(EventLog, ReportsAFileThatItCannotOpen) {
  EventLog log;
  EXPECT_FALSE(log.open("/nowhere/at/all", true));
}

}  // namespace
}  // namespace gemlive::simulator
