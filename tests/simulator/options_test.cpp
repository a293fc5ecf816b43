// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gemlive::simulator {
namespace {

Result<Options> parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "gemlive-simulator");
  std::vector<char *> pointers;
  for (auto &argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return parse_options(static_cast<int>(arguments.size()), pointers.data());
}

TEST(Options, HaveDefaults) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->port, 8765);
  EXPECT_EQ(options->address, "127.0.0.1");
  EXPECT_EQ(options->voice, Voice::Kind::espeak);
  EXPECT_EQ(options->service, std::nullopt);
  EXPECT_EQ(options->turn_complete, TurnComplete::playback);
  EXPECT_FALSE(options->quiet);
}

TEST(Options, AreRead) {
  const auto options = parse({"--port",
                              "0",
                              "-a",
                              "::1",
                              "--voice",
                              "tone",
                              "--speed",
                              "0.5",
                              "--service",
                              "vertex",
                              "--turn-complete",
                              "never",
                              "--silence-duration",
                              "300",
                              "--tone-duration",
                              "10",
                              "--say",
                              "Grüß Gott, 世界.",
                              "--events",
                              "-",
                              "--sign-in",
                              "d",
                              "--sign-in-faults",
                              "f",
                              "-q"});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->port, 0);
  EXPECT_EQ(options->address, "::1");
  EXPECT_EQ(options->voice, Voice::Kind::tone);
  EXPECT_EQ(options->speed, 0.5);
  EXPECT_EQ(options->service, Service::vertex);
  EXPECT_EQ(options->turn_complete, TurnComplete::never);
  EXPECT_EQ(options->silence_duration, 300);
  EXPECT_EQ(options->tone_duration, 10);
  EXPECT_EQ(options->say, "Grüß Gott, 世界.");
  EXPECT_EQ(options->events, "-");
  EXPECT_EQ(options->sign_in, "d");
  EXPECT_EQ(options->sign_in_faults, "f");
  EXPECT_TRUE(options->quiet);
}

TEST(Options, AReplayHasTheSpeedOfTheRecording) {
  EXPECT_EQ(parse({})->speed, 4);
  const auto options = parse({"--replay", "r"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->replay, "r");
  EXPECT_EQ(options->speed, 1);
  EXPECT_EQ(parse({"--replay", "r", "--speed", "4"})->speed, 4);
}

TEST(Options, AreChecked) {
  const std::vector<std::vector<std::string>> invalid = {{"--voice", "robot"},
                                                         {"--speed", "-1"},
                                                         {"--speed", "nan"},
                                                         {"--port", "65536"},
                                                         {"--say", "\xff"},
                                                         {"--service", "other"},
                                                         {"--turn-complete", "later"},
                                                         {"--tone-duration", "-1"},
                                                         {"--silence-duration", "-1"},
                                                         {"--tls-cert", "c"},
                                                         {"--sign-in-faults", "f"},
                                                         {"--replay", "r", "--script", "s"},
                                                         {"--unknown"},
                                                         {"argument"}};
  for (const auto &arguments : invalid) {
    const auto options = parse(arguments);
    ASSERT_FALSE(options) << arguments[0];
    EXPECT_EQ(options.error().kind, ErrorKind::bad_setting);
    EXPECT_NE(options.error().message.find("--help"), std::string::npos);
  }
}

}  // namespace
}  // namespace gemlive::simulator
