// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs the programs of examples/c and examples/python: the same four in both languages.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "no_service.hpp"
#include "program.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class LanguageExamples : public ::testing::TestWithParam<const char *> {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "Python with libtsan crashes";
#endif
  }
  Program run(const std::string &name, std::vector<std::string> arguments) {
    const std::string python =
        std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/python/" + name + ".py";
    const auto program =
        std::string(GetParam()) == "c" ? example_program(("c/" + name).c_str()) : python;
    const std::vector<std::string> shell = {"sh", "-c", "exec \"$0\" \"$@\" 2>&1", program};
    arguments.insert(arguments.begin(), shell.begin(), shell.end());
    return Program(arguments, environment());
  }
  /// A service for all programs of this test. Without it, each program starts its own.
  void serve() {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--speed", "0",
                                 "--say", "Bonjour", "--turn-complete", "now"});
  }
  std::string question_source() {
    return "filesrc location=" + question.path() + " ! wavparse";
  }

  std::unique_ptr<SimulatorProcess> simulator;
  TempFolder folder;
  TempFile question{wav(loud(600ms)), ".wav"};
  const std::string reply = folder / "reply.wav";

 private:
  std::vector<std::pair<std::string, std::string>> environment() {
    if (simulator) return {{"GEMLIVE_URI", simulator->uri()}, {"LC_ALL", "C.UTF-8"}};
    return no_service();
  }
};

TEST_P(LanguageExamples, Captions) {
  serve();
  auto program = run("captions", {question_source(), "fakesink sync=true"});
  EXPECT_TRUE(program.prints("user: (0.6 seconds of speech)"));
  EXPECT_TRUE(program.prints("model: Bonjour"));
  EXPECT_EQ(program.status(), 0);
}

TEST_P(LanguageExamples, PushToTalk) {
  serve();
  auto program = run("push-to-talk", {"audiotestsrc is-live=true", "fakesink"});
  EXPECT_TRUE(program.prints("Press Enter, and speak"));
  program.type("\n");
  EXPECT_TRUE(program.prints("Speak"));
  EXPECT_TRUE(simulator->wait_event("activity-start"));
  program.type("\n");
  EXPECT_TRUE(simulator->wait_event("activity-end"));
  EXPECT_TRUE(program.prints("Bonjour"));
  EXPECT_TRUE(program.prints("Press Enter, and speak")) << "the answer is not complete";
  program.close_input();
  EXPECT_EQ(program.status(), 0);
}

/// Before there is a connection.
TEST_P(LanguageExamples, PushToTalkTakesKeysAtOnce) {
  serve();
  auto program = run("push-to-talk", {"audiotestsrc is-live=true", "fakesink"});
  program.type("\n");
  EXPECT_TRUE(simulator->wait_event("activity-start"));
  program.close_input();
  EXPECT_EQ(program.status(), 0);
}

/// With the simulator that the program starts: its script calls the function.
TEST_P(LanguageExamples, ToolCall) {
  auto program = run("tool-call", {question.path(), reply});
  EXPECT_TRUE(program.prints(R"(The model calls weather({"city":"Bonn"}))"));
  EXPECT_TRUE(program.prints("It was answered"));
  EXPECT_EQ(program.status(), 0);
  EXPECT_GT(wav_samples(reply).size(), 24000u) << "half a second";
}

TEST_P(LanguageExamples, Resume) {
  serve();
  const auto handle = folder / "handle";
  auto first = run("resume", {handle, question.path(), reply});
  EXPECT_TRUE(first.prints("A new conversation"));
  EXPECT_EQ(first.status(), 0);
  EXPECT_EQ(wav_samples(reply), as_string(simulator->said(1)));
  EXPECT_NE(read_file(handle), "");
  EXPECT_EQ(fs::status(handle).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  auto second = run("resume", {handle, question.path(), reply});
  EXPECT_TRUE(second.prints("The conversation continues"));
  EXPECT_EQ(second.status(), 0);
}

TEST_P(LanguageExamples, ResumeFailsIfItCannotKeepTheHandle) {
  serve();
  auto program = run("resume", {folder / "none/handle", question.path(), reply});
  const auto output = program.output();
  EXPECT_NE(output.find(folder / "none/handle"), std::string::npos) << output;
  EXPECT_EQ(output.find("conversation"), std::string::npos) << "it says so before";
  EXPECT_EQ(program.status(), 1);
}

TEST_P(LanguageExamples, NameAFileThatIsMissing) {
  serve();
  const auto missing = folder / "Grüße.wav";
  auto program = run("tool-call", {missing, reply});
  const auto output = program.output();
  EXPECT_NE(output.find("No such file \"" + missing + "\""), std::string::npos) << output;
  EXPECT_EQ(program.status(), 1);
}

TEST_P(LanguageExamples, CtrlCEndsThem) {
  serve();
  auto program = run("captions", {"audiotestsrc is-live=true", "fakesink sync=true"});
  ASSERT_TRUE(simulator->wait_event("setup"));
  program.send_signal(SIGINT);
  EXPECT_EQ(program.output().find("Traceback"), std::string::npos);
  EXPECT_EQ(program.status(), -1);
}

TEST_P(LanguageExamples, EndWithAnErrorWhereTheServiceIsNotReached) {
  serve();
  simulator->stop();
  auto program = run("captions", {question_source(), "fakesink"});
  EXPECT_EQ(program.status(), 1);
}

TEST_P(LanguageExamples, EndWithAnErrorWhereThereIsNoSuchElement) {
  serve();
  auto program = run("captions", {"nosuchelement", "fakesink"});
  const auto output = program.output();
  EXPECT_NE(output.find("no element \"nosuchelement\""), std::string::npos) << output;
  EXPECT_EQ(output.find("Traceback"), std::string::npos) << output;
  EXPECT_EQ(program.status(), 1);
}

/// Nothing else is printed.
TEST_P(LanguageExamples, SayHowTheyAreUsed) {
  auto program = run("tool-call", {});
  const auto output = program.output();
  EXPECT_NE(output.find("tool-call"), std::string::npos) << output;
  EXPECT_EQ(output.find("simulator"), std::string::npos) << output;
  EXPECT_GE(program.status(), 1);
}

INSTANTIATE_TEST_SUITE_P(All, LanguageExamples, ::testing::Values("c", "python"),
                         [](const auto &info) { return std::string(info.param); });

}  // namespace
}  // namespace gemlive::test
