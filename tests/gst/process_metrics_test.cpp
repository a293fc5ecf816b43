// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// GEMLIVE_METRICS, as an operator sets it.

#include <gtest/gtest.h>

#include <string>

#include "program.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

TEST(ProcessMetrics, AreOfAllConversations) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "a shell with libtsan crashes";
#endif
  SimulatorProcess simulator({"--voice", "tone", "--tone-duration", "300", "--speed", "0"}, "[]");
  const TempFile question(wav(loud(500ms)), ".wav");
  const TempFolder folder;
  const auto file = folder / "gemlive.prom";
  const auto conversation =
      "filesrc location=" + question.path() + " ! wavparse ! gemlive pacing=none ! fakesink ";
  Program launch({"sh", "-c", "exec gst-launch-1.0 -q " + conversation + conversation},
                 {{"GEMLIVE_URI", simulator.uri()}, {"GEMLIVE_METRICS", file}});
  EXPECT_EQ(launch.status(), 0);
  const auto metrics = read_file(file);
  for (const char *line :
       {"gemlive_conversations 0", "gemlive_conversations_started_total 2",
        "gemlive_connections_total 2", "gemlive_turns_total 2",
        "gemlive_output_audio_taken_bytes_total 28800", "gemlive_turn_first_audio_seconds_count 2",
        "gemlive_errors_total{kind=\"lost\"} 0"})
    EXPECT_NE(metrics.find(std::string("\n") + line + '\n'), std::string::npos)
        << line << " is not in\n"
        << metrics;
  EXPECT_EQ(metrics.find("gemlive bin"), std::string::npos) << "no name of a conversation";
}

}  // namespace
}  // namespace gemlive::test
