// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs gemlive-talk as a user does, with files and pipes.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "no_service.hpp"
#include "onsets.hpp"
#include "program.hpp"
#include "samples.hpp"
#include "shell_run.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Talk : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "a shell with libtsan crashes";
#endif
    shell.folder().write("question.wav", wav(loud(600ms)));
  }
  /// Starts the service of a test. `script`: its steps.
  void serve(std::string_view script = {}, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--voice",         "tone",    "--tone-duration", "300",
                                          "--say",           "Bonjour", "--speed",         "0",
                                          "--turn-complete", "now"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    simulator = std::make_unique<SimulatorProcess>(arguments, script);
  }
  void start(const std::string &arguments, ShellRun::Environment environment = {}) {
    environment.emplace_back("TALK", example_program("talk/gemlive-talk"));
    if (simulator) environment.emplace_back("GEMLIVE_URI", simulator->uri());
    shell.run("exec \"$TALK\" " + arguments, environment);
  }
  int talk(const std::string &arguments, ShellRun::Environment environment = {}) {
    start(arguments, std::move(environment));
    return shell.status();
  }
  std::string all_output() {
    return shell.output() + shell.error_output();
  }
  std::string samples(const char *file) {
    return wav_samples(shell.folder() / file);
  }
  /// An executable file in the folder.
  void write_program(const char *name, const std::string &commands) {
    const auto path = shell.folder().write(name, "#!/bin/sh\n" + commands);
    fs::permissions(path, fs::perms::owner_all);
  }
  std::string tool_response() {
    const auto event = simulator->wait_event("tool-response", 0, 60s);
    return event ? event->json_at("/response") : "no response";
  }

  std::unique_ptr<SimulatorProcess> simulator;
  ShellRun shell;
};

bool has_line(const std::string &text, const std::string &wanted) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line == wanted) return true;
  return false;
}

bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

constexpr auto calls_weather =
    R"([{"when": {"on": "turn"}, "do": {"tool-call": "weather", "args": {"city": "Bonn"}}}])";

TEST_F(Talk, HasTheSamplesOfTheQuestionAndOfTheAnswer) {
  serve();
  EXPECT_EQ(talk("--input question.wav --output reply.wav"), 0) << all_output();
  EXPECT_EQ(samples("reply.wav"), as_string(simulator->said()));
  EXPECT_TRUE(simulator->wait_event("closed", 0, 60s));
  EXPECT_TRUE(is_followed_by_silence(as_string(simulator->heard()), loud(600ms)));
  EXPECT_EQ(shell.complaints(), "");
}

TEST_F(Talk, PrintsALineForEachEventWithoutEscapeCodes) {
  serve();
  EXPECT_EQ(talk("--input question.wav --output reply.wav"), 0);
  for (const char *line : {"connected", "user: (0.6 seconds of speech)", "model: Bonjour"})
    EXPECT_TRUE(has_line(shell.output(), line)) << line << " is not in\n" << shell.output();
  EXPECT_TRUE(has(shell.output(), "turn: complete, first sound after ")) << shell.output();
  EXPECT_EQ(shell.error_output(), "");
  EXPECT_EQ(all_output().find_first_of("\033\r\b"), std::string::npos);
}

TEST_F(Talk, ReadsAndWritesPipes) {
  serve();
  EXPECT_EQ(talk("--input - --output - < question.wav"), 0);
  EXPECT_EQ(shell.output(), as_string(simulator->said()));
  EXPECT_TRUE(has_line(shell.error_output(), "model: Bonjour")) << shell.error_output();
}

TEST_F(Talk, ReadsRawSamplesFromAPipe) {
  serve();
  shell.folder().write("question.raw", loud(600ms));
  EXPECT_EQ(talk("--input - --output reply.wav < question.raw"), 0) << all_output();
  EXPECT_TRUE(simulator->wait_event("closed", 0, 60s));
  EXPECT_TRUE(is_followed_by_silence(as_string(simulator->heard()), loud(600ms)));
}

TEST_F(Talk, ReadsWhatItHasWrittenInOtherFormats) {
  serve();
  EXPECT_EQ(talk("--input question.wav --output reply.ogg"), 0) << all_output();
  EXPECT_EQ(talk("--input reply.ogg --output reply.flac"), 0) << all_output();
  EXPECT_EQ(talk("--input - --output reply.raw < reply.flac"), 0) << all_output();
  EXPECT_EQ(shell.read("reply.raw"), as_string(simulator->said(3)));
  EXPECT_TRUE(has(shell.output(), "user: (0.3 seconds of speech)")) << shell.output();
}

TEST_F(Talk, SaysATypedLine) {
  serve();
  EXPECT_EQ(talk("--text 'Guten Tag, Łódź 你好' --output reply.wav", {{"LC_ALL", "C"}}), 0)
      << all_output();
  const auto typed = simulator->wait_event("content", 0, 60s);
  ASSERT_TRUE(typed);
  EXPECT_TRUE(has(typed->json, "Guten Tag, Łódź 你好")) << typed->json;
  EXPECT_TRUE(has_line(shell.output(), "user: Guten Tag, Łódź 你好"));
  EXPECT_EQ(samples("reply.wav"), as_string(simulator->said()));
}

TEST_F(Talk, RecordsATypedLine) {
  serve();
  EXPECT_EQ(talk("--text 'Guten Tag' --output reply.wav --record talk"), 0) << all_output();
  EXPECT_TRUE(has(shell.read("talk/events.jsonl"), R"("typed", "fields": {"text":"Guten Tag"})"));
  EXPECT_TRUE(has(samples("reply.wav"), as_string(simulator->said()))) << "among silence";
  EXPECT_EQ(shell.complaints(), "");
}

TEST_F(Talk, RunsAProgramForATool) {
  serve(calls_weather);
  write_program("weather.sh", "cat > \"$1\"; echo '{\"degrees\": 7}'\n");
  EXPECT_EQ(talk("--tool 'weather=./weather.sh \"the arguments\"' --input question.wav "
                 "--output reply.wav"),
            0)
      << all_output();
  EXPECT_EQ(shell.read("the arguments"), R"({"city":"Bonn"})");
  EXPECT_TRUE(has(tool_response(), R"("degrees":7)")) << tool_response();
  EXPECT_TRUE(has_line(shell.output(), R"(tool: weather {"city":"Bonn"})")) << shell.output();
  EXPECT_TRUE(has_line(shell.output(), R"(tool result: weather {"degrees": 7})"));
}

TEST_F(Talk, WrapsTheWordsOfAProgramThatReadsNothing) {
  serve(calls_weather);
  EXPECT_EQ(talk("--tool 'weather=echo It rains' --input question.wav --output reply.wav"), 0)
      << all_output();
  EXPECT_TRUE(has(tool_response(), R"("result":"It rains")")) << tool_response();
}

TEST_F(Talk, TellsTheModelThatAProgramFailed) {
  serve(calls_weather);
  write_program("weather.sh", "echo No network >&2; exit 3\n");
  EXPECT_EQ(talk("--tool weather=./weather.sh --input question.wav --output reply.wav"), 1);
  EXPECT_TRUE(
      has(tool_response(), R"("error":"The program of this function ended with status 3.")"))
      << tool_response();
  EXPECT_TRUE(has(shell.error_output(), "ended with status 3: No network")) << shell.error_output();
  EXPECT_EQ(samples("reply.wav"), as_string(simulator->said())) << "the model answers all the same";
}

TEST_F(Talk, EndsAProgramThatIsLate) {
  serve(calls_weather);
  write_program("weather.sh", "echo $$ > pid; sleep 600 & wait\n");
  EXPECT_EQ(talk("--tool weather=./weather.sh --tool-timeout 500 --input question.wav "
                 "--output reply.wav"),
            1);
  EXPECT_TRUE(has(tool_response(), "did not answer in time")) << tool_response();
  EXPECT_TRUE(has(shell.error_output(), "--tool-timeout MS")) << shell.error_output();
  EXPECT_FALSE(fs::exists("/proc/" + std::to_string(std::atoi(shell.read("pid").c_str()))));
}

TEST_F(Talk, EndsAProgramThatWritesWithoutEnd) {
  serve(calls_weather);
  write_program("endless", "exec cat /dev/zero\n");
  EXPECT_EQ(talk("--tool weather=./endless --input question.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(tool_response(), "wrote too much")) << tool_response();
  EXPECT_TRUE(has(shell.error_output(), "more than 1 MiB")) << shell.error_output();
}

TEST_F(Talk, TellsTheModelThatAnOutputCannotBeSent) {
  serve(calls_weather);
  write_program("comment", "echo '{/* JSON for people */}'\n");
  EXPECT_EQ(talk("--tool weather=./comment --input question.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(tool_response(), "cannot be sent")) << tool_response();
  EXPECT_TRUE(has(shell.error_output(), "strict JSON")) << shell.error_output();
}

TEST_F(Talk, TakesMuchThatAProgramComplains) {
  serve(calls_weather);
  write_program("loud", "head -c 300000 /dev/zero | tr '\\0' x >&2\necho sunny\n");
  EXPECT_EQ(talk("--tool weather=./loud --input question.wav --output reply.wav"), 0)
      << all_output();
  EXPECT_TRUE(has(tool_response(), "sunny")) << tool_response();
}

TEST_F(Talk, ContinuesAConversation) {
  serve();
  const auto arguments = "--resume handle --input question.wav --output reply.wav";
  EXPECT_EQ(talk(arguments), 0) << all_output();
  EXPECT_TRUE(has_line(shell.output(), "connected")) << shell.output();
  const auto handle = shell.read("handle");
  EXPECT_NE(handle, "");
  EXPECT_EQ(fs::status(shell.folder() / "handle").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(talk(arguments), 0) << all_output();
  EXPECT_TRUE(has_line(shell.output(), "connected: the conversation continues")) << shell.output();
  EXPECT_NE(shell.read("handle"), handle) << "the newest is kept";
  fs::create_symlink("handle", shell.folder() / "link");
  const auto second = shell.read("handle");
  EXPECT_EQ(talk("--resume link --input question.wav --output reply.wav"), 0) << all_output();
  EXPECT_TRUE(fs::is_symlink(shell.folder() / "link"));
  EXPECT_NE(shell.read("handle"), second);
  EXPECT_FALSE(has(all_output(), handle));
}

TEST_F(Talk, SaysThatAHandleWasNotAccepted) {
  serve();
  shell.folder().write("handle", "of-another-service");
  EXPECT_EQ(talk("--resume handle --input question.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "did not accept the handle")) << shell.error_output();
  EXPECT_FALSE(has(all_output(), "of-another-service"));
  EXPECT_NE(shell.read("handle"), "of-another-service");
}

TEST_F(Talk, SaysThatAHandleOfAPropertyWasNotAccepted) {
  serve();
  EXPECT_EQ(talk("--property resumption-handle=of-another-service --input question.wav "
                 "--output reply.wav"),
            1);
  EXPECT_TRUE(has(shell.error_output(), "did not accept the handle:")) << shell.error_output();
  EXPECT_FALSE(has(all_output(), "of-another-service"));
}

TEST_F(Talk, KeepsAFileThatHasNoHandle) {
  serve();
  const auto question = shell.read("question.wav");
  EXPECT_EQ(talk("--resume question.wav --text hello --output reply.wav"), 2);
  EXPECT_TRUE(has(shell.error_output(), "no handle")) << shell.error_output();
  EXPECT_TRUE(shell.read("question.wav") == question);
  EXPECT_EQ(talk("--resume /dev/zero --text hello --output reply.wav"), 2);
}

TEST_F(Talk, KeepsTheQuestionThatIsNamedAsOutput) {
  serve();
  const auto question = shell.read("question.wav");
  EXPECT_EQ(talk("--input question.wav --output ./question.wav"), 2);
  EXPECT_TRUE(has(shell.error_output(), "the file of --input")) << shell.error_output();
  EXPECT_TRUE(shell.read("question.wav") == question);
}

TEST_F(Talk, KeepsWhatIsInTheFolderOfARecording) {
  serve();
  fs::create_directory(shell.folder() / "talk");
  shell.folder().write("talk/conversation.wav", "another");
  EXPECT_EQ(talk("--text hello --output reply.wav --record talk"), 2);
  EXPECT_TRUE(has(shell.error_output(), "Name a new folder")) << shell.error_output();
  EXPECT_EQ(shell.read("talk/conversation.wav"), "another");
}

TEST_F(Talk, WritesNoSamplesToATerminal) {
  serve();
  const auto on_terminal = [&](const std::string &arguments) {
    shell.run("exec script -qec '\"$TALK\" " + arguments + "' /dev/null < /dev/null",
              {{"TALK", example_program("talk/gemlive-talk")}, {"GEMLIVE_URI", simulator->uri()}});
    return shell.status();
  };
  EXPECT_EQ(on_terminal("--text hello --output -"), 2);
  EXPECT_TRUE(has(shell.output(), "is a terminal")) << all_output();
  EXPECT_EQ(on_terminal("--input - --output reply.wav"), 2);
  EXPECT_TRUE(has(shell.output(), "waits for audio")) << all_output();
}

TEST_F(Talk, TakesAClosedInputForAnEmptyOne) {
  EXPECT_EQ(talk("--input - --output reply.wav <&-", no_service()), 2) << all_output();
  EXPECT_TRUE(has(shell.error_output(), "is empty")) << shell.error_output();
  EXPECT_EQ(talk("--input question.wav --output reply.wav >&-", no_service()), 0) << all_output();
}

TEST_F(Talk, SaysWhatToDoWhereAnElementDoesNot) {
  serve();
  shell.folder().write("empty.wav", "");
  EXPECT_EQ(talk("--input empty.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "another file with --input")) << shell.error_output();
  fs::create_directory(shell.folder() / "folder.wav");
  EXPECT_EQ(talk("--input question.wav --output folder.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "another place with --output")) << shell.error_output();
}

TEST_F(Talk, EndsWithAnErrorWithoutAService) {
  serve();
  simulator->stop();
  EXPECT_EQ(talk("--property max-retries=0 --input question.wav --output reply.wav --record talk"),
            1);
  EXPECT_TRUE(has(shell.error_output(), "refuses connections")) << shell.error_output();
  EXPECT_EQ(shell.error_output().find("The recording"), std::string::npos) << shell.error_output();
  EXPECT_FALSE(fs::exists(shell.folder() / "talk/session.websocket.log")) << "it would be empty";
  EXPECT_EQ(shell.complaints().find("CRITICAL"), std::string::npos) << shell.complaints();
  // Long enough that audio has come before it gives up, on a busy machine too.
  EXPECT_EQ(talk("--property max-retries=4 --input question.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "There was no connection: ")) << shell.error_output();
  EXPECT_TRUE(has(shell.output(), " ms. ws://127.0.0.1:")) << shell.output();
}

TEST_F(Talk, EndsWithAnErrorWithoutADevice) {
  serve();
  const auto no_devices =
      "alsasrc:0,alsasink:0,jackaudiosrc:0,jackaudiosink:0,openalsrc:0,openalsink:0,oss4src:0,"
      "oss4sink:0,osssrc:0,osssink:0,pipewiresrc:0,pipewiresink:0,pulsesrc:0,pulsesink:0";
  EXPECT_EQ(talk("--output reply.wav", {{"GST_PLUGIN_FEATURE_RANK", no_devices}}), 1);
  EXPECT_TRUE(has(shell.error_output(), "There is no microphone")) << shell.error_output();
  EXPECT_TRUE(has(shell.error_output(), "--input FILE"));
  EXPECT_EQ(talk("--input question.wav", {{"GST_PLUGIN_FEATURE_RANK", no_devices}}), 1);
  EXPECT_TRUE(has(shell.error_output(), "There is no loudspeaker")) << shell.error_output();
  EXPECT_EQ(talk("--input no-such-device"), 2);
  EXPECT_TRUE(has(shell.error_output(), "--list-devices")) << shell.error_output();
}

TEST_F(Talk, EndsWithAnErrorWithoutAnAnswer) {
  serve();
  shell.folder().write("silence.wav", wav(std::string(32000, '\0')));
  EXPECT_EQ(talk("--input silence.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "gave no answer")) << shell.error_output();
}

TEST_F(Talk, SaysThatAnAnswerIsNotComplete) {
  serve(R"([{"when": {"on": "turn"}, "do": {"answer": {"generation-complete": false,
                                                       "turn-complete": false}}}])");
  EXPECT_EQ(talk("--property eos-timeout=500 --input question.wav --output reply.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "answer is not complete")) << shell.error_output();
}

TEST_F(Talk, EndsWithAnErrorIfTheInputHasNoAudio) {
  serve();
  shell.folder().write("notes.txt", "Only words.\n");
  EXPECT_EQ(talk("--input notes.txt --output reply.wav"), 1);
  EXPECT_TRUE(has(shell.error_output(), "error: ")) << shell.error_output();
}

TEST_F(Talk, SaysWhichOptionIsWrong) {
  serve();
  struct Wrong {
    const char *arguments, *what, *what_to_do;
  };
  for (const auto &[arguments, what, what_to_do] : {
           Wrong{"--input missing.wav --output r.wav", "there is no file missing.wav", "path"},
           Wrong{"--input question.wav --output no-folder/r.wav", "no-folder/r.wav", "folder"},
           Wrong{"--input question.wav --output r.doc", "r.doc", ".wav"},
           Wrong{"--property name=mine", "\"name\"", "gst-inspect-1.0"},
           Wrong{"--tool a=cat --tool a=echo", "twice", "Leave out"},
           Wrong{"--property colour=red", "\"colour\"", "gst-inspect-1.0"},
           Wrong{"--property latency=secret", "\"latency\"", "0 to 60000"},
           Wrong{"--property latency=60001", "\"latency\"", "0 to 60000"},
           Wrong{"--property gaps=secret", "\"gaps\"", "gap, silence"},
           Wrong{"--property voice", "NAME=VALUE", "--help"},
           Wrong{"--tool weather=no-such-program", "no-such-program", "path"},
           Wrong{"--tool \"weather=echo 'a\"", "weather", "program"},
           Wrong{"--metrics=70000", "70000", "65535"},
           Wrong{"--metrics=-1", "--metrics=-1 is not a port", "65535"},
           Wrong{"--push-to-talk --output r.wav", "keys", "terminal"},
           Wrong{"--push-to-talk --input question.wav --output r.wav", "microphone",
                 "Leave it out"},
           Wrong{"--push-to-talk --text hello --output r.wav", "microphone", "Leave it out"},
           Wrong{"--record a --property pacing=none", "pacing=none", "Leave out"},
           Wrong{"--loud", "--loud", "--help"},
           Wrong{"question.wav", "question.wav", "--input"},
       }) {
    EXPECT_EQ(talk(arguments), 2) << arguments;
    EXPECT_TRUE(has(shell.error_output(), what)) << arguments << '\n' << shell.error_output();
    EXPECT_TRUE(has(shell.error_output(), what_to_do)) << arguments << '\n' << shell.error_output();
    EXPECT_FALSE(has(shell.error_output(), "secret")) << arguments;
    EXPECT_EQ(shell.output(), "") << arguments;
  }
}

TEST_F(Talk, SetsPropertiesAndShortcuts) {
  serve();
  EXPECT_EQ(talk("--voice Puck --language de-DE --system-instruction 'Be \"short\"' --model mine "
                 "--property temperature=0.5 --property tools='[{\"googleSearch\":{}}]' "
                 "--input question.wav --output reply.wav"),
            0)
      << all_output();
  const auto setup = simulator->wait_event("setup", 0, 60s);
  ASSERT_TRUE(setup);
  for (const char *part : {"\"Puck\"", "\"de-DE\"", "Be \\\"short\\\"", "models/mine", "0.5",
                           "googleSearch", "slidingWindow"})
    EXPECT_TRUE(has(setup->json, part)) << part << " is not in " << setup->json;
}

TEST_F(Talk, CompletesItsFilesAtCtrlC) {
  serve({}, {"--speed", "1"});
  // An answer of 0.3 s, and a file that goes on.
  shell.folder().write("long.wav", wav(loud(600ms) + std::string(60 * 32000, '\0')));
  start("--property pacing=clock --input long.wav --output reply.wav --record talk");
  ASSERT_TRUE(simulator->wait_event("turn-complete", 0, 60s));
  shell.interrupt();
  EXPECT_EQ(shell.status(), 130) << all_output();
  const auto heard = samples("reply.wav"), said = as_string(simulator->said());
  EXPECT_TRUE(has(heard, said.substr(0, said.size() / 2))) << heard.size();
  EXPECT_GT(samples("talk/conversation.wav").size(), 0u);
  EXPECT_TRUE(has_line(shell.output(), "disconnected"));
}

TEST_F(Talk, WritesMetrics) {
  serve();
  EXPECT_EQ(talk("--metrics=talk.prom --input question.wav --output reply.wav"), 0);
  EXPECT_TRUE(has_line(shell.read("talk.prom"), "gemlive_turns_total 1"))
      << shell.read("talk.prom");
}

TEST_F(Talk, EndsIfThereCanBeNoMetrics) {
  serve();
  const auto port = simulator->uri().substr(simulator->uri().rfind(':') + 1);
  for (const auto &where : {port, std::string("no-folder/talk.prom"), std::string("/dev/null")}) {
    EXPECT_EQ(talk("--metrics=" + where + " --text hello --output reply.wav"), 2) << where;
    EXPECT_TRUE(has(shell.error_output(), "another port")) << shell.error_output();
  }
}

/// --record: the question is in real time.
TEST_F(Talk, SaysOnceThatMetricsCannotBeWrittenAnyMore) {
  serve();
  fs::create_directory(shell.folder() / "metrics");
  shell.folder().write("long.wav", wav(std::string(60 * 32000, '\0')));
  start("--metrics=metrics/talk.prom --input long.wav --output reply.wav --record talk");
  ASSERT_TRUE(simulator->wait_event("audio", 0, 60s)) << all_output();
  fs::rename(shell.folder() / "metrics", shell.folder() / "moved");
  const std::string told = "error: --metrics=";
  EXPECT_TRUE(wait_until([&] { return has(shell.error_output(), told); }, 60s)) << all_output();
  shell.interrupt();
  EXPECT_EQ(shell.status(), 1);
  EXPECT_EQ(shell.error_output().find(told), shell.error_output().rfind(told)) << all_output();
}

TEST_F(Talk, StartsTheSimulatorIfNoServiceIsConfigured) {
  EXPECT_EQ(talk("--input question.wav --output reply.wav", no_service()), 0) << all_output();
  const auto line = shell.error_output();
  EXPECT_TRUE(has(line, "gemlive-simulator")) << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  EXPECT_GT(samples("reply.wav").size(), 24000u);
}

/// The number after "name": in the first line of events.jsonl that has `message`.
double number_in(const std::string &events, const std::string &message, const std::string &name) {
  std::istringstream lines(events);
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find('"' + name + "\":");
    if (has(line, "\"" + message + "\"") && at != std::string::npos)
      return std::strtod(line.c_str() + at + name.size() + 3, nullptr);
  }
  return -1;
}

TEST_F(Talk, RecordsBothSidesInTime) {
  serve();
  // The user speaks after a second.
  shell.folder().write("late.wav", wav(std::string(32000, '\0') + loud(600ms)));
  EXPECT_EQ(talk("--input late.wav --output reply.wav --record talk"), 0) << all_output();
  const auto reader = "filesrc location=" + shell.folder() / "talk/conversation.wav" +
                      " ! wavparse ! deinterleave "
                      "name=d d.src_";
  const auto user = onsets_of(reader + "0"), model = onsets_of(reader + "1");
  const auto events = shell.read("talk/events.jsonl");
  ASSERT_EQ(user.size(), 1u);
  ASSERT_EQ(model.size(), 1u);
  EXPECT_NEAR(user[0], 1000, 10) << "the user on the left, at the time of the file";
  const auto sound = number_in(events, "gemlive/turn-complete", "first-audible-sample") / 1e6;
  EXPECT_NEAR(model[0], sound, 10) << "the model on the right\n" << events;
  const auto started = number_in(events, "gemlive/turn-started", "running-time") / 1e9;
  EXPECT_NEAR(number_in(events, "gemlive/turn-started", "at"), started, 1e-5);
  EXPECT_TRUE(has(shell.read("talk/session.websocket.log"), "serverContent"));
  EXPECT_TRUE(has(shell.read("talk/timeline.svg"), "Bonjour"));
  EXPECT_EQ(talk("--input late.wav --output reply.wav --record talk"), 2) << "it is kept";
}

TEST_F(Talk, RecordsToolsAndErrorsWithoutSecrets) {
  serve(calls_weather);
  shell.folder().write("handle", "my-secret-handle");
  EXPECT_EQ(talk("--tool 'weather=echo 7' --resume handle --record talk --input question.wav "
                 "--output reply.wav"),
            1);
  const auto events = shell.read("talk/events.jsonl");
  EXPECT_TRUE(has(events, "\"gemlive/tool-call\"")) << events;
  EXPECT_TRUE(has(events, "\"gemlive/tool-response\"")) << events;
  EXPECT_TRUE(has(events, R"("response":"{\"result\":7}","failed":false)")) << events;
  EXPECT_TRUE(has(events, "\"warning\"")) << "the handle was refused\n" << events;
  for (const auto &handle : {std::string("my-secret-handle"), shell.read("handle")})
    for (const char *file : {"talk/events.jsonl", "talk/session.websocket.log"})
      EXPECT_FALSE(has(shell.read(file), handle)) << file;
}

}  // namespace
}  // namespace gemlive::test
