// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs the programs and pipelines of examples/ as a user does.

#include <gio/gio.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <string>
#include <vector>

#include "gst_ptr.hpp"
#include "pipeline.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

/// A running program with its standard input and output. The destructor kills it.
class Program {
 public:
  Program(const std::vector<std::string> &command,
          const std::vector<std::pair<const char *, std::string>> &environment) {
    ObjectPtr<GSubprocessLauncher> launcher(g_subprocess_launcher_new(static_cast<GSubprocessFlags>(
        G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE)));
    for (const auto &[name, value] : environment)
      g_subprocess_launcher_setenv(launcher.get(), name, value.c_str(), TRUE);
    std::vector<const char *> argv;
    for (const auto &word : command)
      argv.push_back(word.c_str());
    argv.push_back(nullptr);
    process_.reset(g_subprocess_launcher_spawnv(launcher.get(), argv.data(), nullptr));
    if (!process_) throw std::runtime_error("cannot run " + command[0]);
    lines_.reset(g_data_input_stream_new(g_subprocess_get_stdout_pipe(process_.get())));
  }
  ~Program() { g_subprocess_force_exit(process_.get()); }

  void type(const std::string &text) {
    auto *input = g_subprocess_get_stdin_pipe(process_.get());
    g_output_stream_write_all(input, text.data(), text.size(), nullptr, nullptr, nullptr);
    g_output_stream_flush(input, nullptr, nullptr);
  }
  void close_input() {
    g_output_stream_close(g_subprocess_get_stdin_pipe(process_.get()), nullptr, nullptr);
  }
  void send_signal(int number) { g_subprocess_send_signal(process_.get(), number); }
  /// Reads until a line contains `words`.
  bool prints(const std::string &words) {
    return in_time([this, words] {
      for (;;) {
        char *line = g_data_input_stream_read_line(lines_.get(), nullptr, nullptr, nullptr);
        if (!line) return false;
        const bool found = std::string(line).find(words) != std::string::npos;
        g_free(line);
        if (found) return true;
      }
    });
  }
  /// Waits for the end of the program. Returns its exit status.
  int status() {
    const bool ended =
        in_time([this] { return g_subprocess_wait(process_.get(), nullptr, nullptr) == TRUE; });
    return ended && g_subprocess_get_if_exited(process_.get())
               ? g_subprocess_get_exit_status(process_.get())
               : -1;
  }

 private:
  template <typename Do>
  bool in_time(Do act) {
    auto done = std::async(std::launch::async, act);
    if (done.wait_for(deadline) != std::future_status::ready)
      g_subprocess_force_exit(process_.get());
    return done.get();
  }

  ObjectPtr<GSubprocess> process_;
  ObjectPtr<GDataInputStream> lines_;
};

class Examples : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "a shell with libtsan crashes";
#endif
  }
  void serve(const std::string &script = "[]") {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--speed", "0",
                                 "--turn-complete", "now"},
        script);
  }
  Program run(std::vector<std::string> command,
              std::vector<std::pair<const char *, std::string>> environment = {}) {
    environment.emplace_back("GEMLIVE_URI", simulator->uri());
    if (const char *sanitizers = g_getenv("GEMLIVE_PRELOAD")) {
      environment.emplace_back("LD_PRELOAD", sanitizers);
      // The shell and gst-launch-1.0 have no sanitizer. Their leaks do not count.
      environment.emplace_back("ASAN_OPTIONS", g_getenv("ASAN_OPTIONS") + ":detect_leaks=0"s);
    }
    return Program(command, environment);
  }
  static std::string script(const char *name) {
    return std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/" + name;
  }
  static std::string program(const char *name) {
    return std::string(g_getenv("GEMLIVE_EXAMPLE_PROGRAMS")) + "/" + name;
  }

  std::unique_ptr<SimulatorProcess> simulator;
  TempFile question{wav(loud(500ms)), ".wav"};
};

struct Interrupted {
  const char *name;
  const char *input;  // the part before the file name
};
class LaunchedWithE : public Examples, public ::testing::WithParamInterface<Interrupted> {};

/// After Ctrl-C the speech so far gets its answer, and the file is complete.
TEST_P(LaunchedWithE, WritesTheWholeAnswerAfterAnInterrupt) {
  serve();
  TempFile speech(wav(loud(60s)), ".wav"), answer("", ".wav");
  std::string input = GetParam().input;
  if (const auto at = input.find("FILE"); at != std::string::npos)
    input.replace(at, 4, speech.path());
  auto launch = run(
      {"sh", "-c", "exec gst-launch-1.0 -q -e " + input + " ! filesink location=" + answer.path()});
  const auto heard = [&](const ServerEvent &event) { return event.type == "audio"; };
  ASSERT_TRUE(simulator->wait_event(heard, 10));
  launch.send_signal(SIGINT);
  EXPECT_EQ(launch.status(), 0);
  EXPECT_EQ(wav_samples(answer.path()).size(), 14400u);
  EXPECT_EQ(read_file(answer.path()).size(), 44u + 14400);
}

INSTANTIATE_TEST_SUITE_P(
    Pipelines, LaunchedWithE,
    ::testing::Values(
        Interrupted{"file", "filesrc location=FILE ! wavparse ! gemlive gaps=gap ! wavenc"},
        Interrupted{"microphone", "audiotestsrc is-live=true ! gemlive gaps=gap ! wavenc"},
        Interrupted{"pair",
                    "audiotestsrc is-live=true ! audioconvert ! gemlivesink session=a "
                    "gemlivesrc session=a gaps=gap ! wavenc"},
        Interrupted{"with_a_queue",
                    "audiotestsrc is-live=true ! queue ! gemlive gaps=gap ! queue ! wavenc"}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(Examples, TextTimeline) {
  serve();
  TempFile answer("", ".mkv");
  auto captions = run({script("captions.sh"), question.path(), answer.path()});
  EXPECT_EQ(captions.status(), 0);
  const auto file = read_file(answer.path());
  EXPECT_NE(file.find("S_TEXT/UTF8"), std::string::npos);
  EXPECT_NE(file.find("A_PCM"), std::string::npos);
}

TEST_F(Examples, Chat) {
  serve();
  TempFile answer("", ".wav");
  auto chat = run({script("chat.sh"), "wavenc ! filesink location=" + answer.path()});
  chat.type("How are you?\n");
  chat.close_input();
  EXPECT_EQ(chat.status(), 0);
  ASSERT_TRUE(simulator->wait_event("closed"));
  const auto said = as_string(simulator->said());
  EXPECT_EQ(said.size(), 14400u);
  EXPECT_NE(wav_samples(answer.path()).find(said), std::string::npos) << "between silence";
  EXPECT_NE(simulator->wait_event("content")->json_at("/content").find("How are you?"),
            std::string::npos);
}

TEST_F(Examples, Camera) {
  serve();
  auto camera = run({script("camera.sh")}, {{"CAMERA", "videotestsrc num-buffers=3"},
                                            {"MICROPHONE", "audiotestsrc num-buffers=30"},
                                            {"SINK", "fakesink"}});
  EXPECT_EQ(camera.status(), 0);
  EXPECT_TRUE(simulator->wait_event("video"));
  EXPECT_TRUE(simulator->wait_event("audio"));
}

TEST_F(Examples, ToolCall) {
  serve(R"([{"when":{"on":"turn"},"do":{"tool-call":"weather","args":{"city":"Bonn"},"id":"1"}}])");
  TempFile answer("", ".wav");
  auto program = run({this->program("tool-call"), question.path(), answer.path()});
  EXPECT_TRUE(program.prints(R"(The model calls weather({"city":"Bonn"}))"));
  EXPECT_TRUE(program.prints("It was answered"));
  EXPECT_EQ(program.status(), 0);
  EXPECT_EQ(wav_samples(answer.path()).size(), 14400u);
}

TEST_F(Examples, PushToTalk) {
  serve();
  auto program = run({this->program("push-to-talk"), "audiotestsrc is-live=true", "fakesink"});
  EXPECT_TRUE(program.prints("Press Enter, and speak"));
  program.type("\n");
  EXPECT_TRUE(program.prints("Speak"));
  EXPECT_TRUE(simulator->wait_event("activity-start"));
  program.type("\n");
  EXPECT_TRUE(simulator->wait_event("activity-end"));
  EXPECT_TRUE(program.prints("Press Enter, and speak")) << "the answer is not complete";
  program.close_input();
  EXPECT_EQ(program.status(), 0);
}

}  // namespace
}  // namespace gemlive::test
