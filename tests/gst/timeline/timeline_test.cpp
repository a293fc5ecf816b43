// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A conversation is recorded and drawn, as a user does it: examples/timeline/record.py, then
// gemlive-timeline.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "read_file.hpp"
#include "samples.hpp"
#include "shell_run.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Timeline : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "Python with libtsan crashes";
#endif
  }
  /// The outputs and the exit status of a program that ends by itself.
  void draw(const std::string &arguments) {
    shell.run("\"$GEMLIVE_EXAMPLE_PROGRAMS\"/timeline/gemlive-timeline " + arguments, {});
  }
  std::string picture(const std::string &file) {
    return shell.read(file);
  }

  ShellRun shell;
};

TEST_F(Timeline, ARecordedConversationIsDrawn) {
  SimulatorProcess simulator(
      {"--voice", "tone", "--tone-duration", "800", "--speed", "0", "--say", "It is ten o'clock."});
  shell.folder().write("question.wav", wav(loud(600ms)));
  shell.run(
      "\"$GEMLIVE_EXAMPLES\"/timeline/record.py talk \"filesrc location=question.wav ! wavparse\" "
      "\"fakesink sync=true\" && \"$GEMLIVE_EXAMPLE_PROGRAMS\"/timeline/gemlive-timeline talk && "
      "\"$GEMLIVE_EXAMPLE_PROGRAMS\"/timeline/gemlive-timeline -o log.svg "
      "talk/session.websocket.log && "
      "\"$GEMLIVE_EXAMPLE_PROGRAMS\"/timeline/gemlive-timeline --html talk",
      {{"GEMLIVE_URI", simulator.uri()}});
  ASSERT_EQ(shell.status(), 0) << shell.error_output();
  for (const auto *file : {"timeline.svg", "log.svg", "timeline.html"}) {
    const auto text = shell.read(file);
    EXPECT_NE(text.find("1 turn; first sound after"), std::string::npos) << file;
    EXPECT_NE(text.find("It is ten o&#39;clock."), std::string::npos) << file;
    EXPECT_NE(text.find("connected"), std::string::npos) << file;
    EXPECT_NE(text.find("class=\"user\""), std::string::npos) << file;  // levels
    EXPECT_NE(text.find("class=\"model\""), std::string::npos) << file;
  }
  EXPECT_NE(shell.read("timeline.html").find("src=\"data:audio/wav;base64,UklGR"),
            std::string::npos);
  EXPECT_EQ(shell.output(), "timeline.svg\nlog.svg\ntimeline.html\n");
}

TEST_F(Timeline, TellsWhatIsWrong) {
  shell.folder().write("a.jsonl", "{\"at\": 1, \"message\": \"error\"}\nnonsense\n{}\n");
  draw("a.jsonl");
  EXPECT_EQ(shell.status(), 1);
  EXPECT_NE(shell.error_output().find("a.jsonl, line 2: "), std::string::npos)
      << shell.error_output();
  EXPECT_FALSE(std::filesystem::exists(shell.folder() / "timeline.svg"));
}

TEST_F(Timeline, NeedsAFile) {
  draw("");
  EXPECT_EQ(shell.status(), 2);
  EXPECT_NE(shell.error_output().find("A FILE or folder is needed. Run gemlive-timeline --help"),
            std::string::npos)
      << shell.error_output();
}

TEST_F(Timeline, DoesNotOverwriteWhatItReads) {
  const std::string line = "{\"at\": 1, \"message\": \"error\", \"fields\": {\"text\": \"No\"}}\n";
  shell.folder().write("a.jsonl", line);
  draw("-o ./a.jsonl a.jsonl");
  EXPECT_EQ(shell.status(), 1);
  EXPECT_EQ(shell.read("a.jsonl"), line);

  std::filesystem::create_directory(shell.folder() / "talk");
  shell.folder().write("talk/events.jsonl", line);
  draw("-o talk/events.jsonl talk");
  EXPECT_EQ(shell.status(), 1);
  EXPECT_NE(shell.error_output().find("talk/events.jsonl is a file to read"), std::string::npos)
      << shell.error_output();
  EXPECT_EQ(shell.read("talk/events.jsonl"), line);
}

}  // namespace
}  // namespace gemlive::test
