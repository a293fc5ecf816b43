// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs gemlive-dub (examples/dubbing) on a live MPEG-TS stream whose picture is bright while its
// sound speaks. The simulator is an interpreter half a second behind, which never completes a turn.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "arrival_watch.hpp"
#include "dubbed.hpp"
#include "interpreter_log.hpp"
#include "live_programme.hpp"
#include "local_socket.hpp"
#include "no_service.hpp"
#include "pipeline.hpp"
#include "program.hpp"
#include "shell_run.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr const char *interprets = R"({"when":{"on":"ready"},"do":{"interpret":500}})";

/// 20 s. Of a pause of 500 ms the interpreter leaves out 100 ms, which gemlive takes for a piece
/// that is late by its `latency`: the pause would be shorter by so much.
const Speech talk = {{{900ms, 700ms},
                      {1700ms, 900ms},
                      {700ms, 1000ms},
                      {1300ms, 1100ms},
                      {600ms, 800ms},
                      {1500ms, 700ms},
                      {1000ms, 1200ms},
                      {800ms, 700ms},
                      {1600ms, 900ms},
                      {900ms, 800ms}}};

/// A bound in ms. None with a sanitizer, for which these machines are too slow: there only what it
/// finds counts.
constexpr double at_most(double milliseconds) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  milliseconds = 1e9;
#endif
  return milliseconds;
}

int free_udp_port() {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  bind_locally(descriptor, 0);
  const int port = local_port(descriptor);
  close(descriptor);
  return port;
}

/// What was said from `since` on (ms of the speech): the voice speaks when the picture is bright,
/// within 80 ms. A word may be later if the service said it later than the others: a busy machine.
/// The picture follows the voice in the long run, and not a single word.
void expect_in_sync(const Dubbed &dubbed, const Speech &speech, const InterpreterLog &log,
                    double since) {
  const auto onsets = speech.onsets(), late = log.lateness(onsets);
  ASSERT_LE(dubbed.bright.size(), onsets.size());
  const auto missed = onsets.size() - dubbed.bright.size();  // at the begin of the stream
  std::vector<double> offsets;
  for (std::size_t i = 0; i < dubbed.bright.size(); ++i) {
    if (onsets[i + missed] < since) continue;
    const auto offset = dubbed.voice_offset(dubbed.bright[i]), own = late[i + missed];
    std::printf("The voice is late by %.0f ms, the service by %.0f ms\n", offset, own);
    EXPECT_LE(offset, at_most(80) + std::max(own, 0.0))
        << "bright at " << dubbed.bright[i] << " ms";
    EXPECT_GE(offset, -at_most(80) + std::min(own, 0.0))
        << "bright at " << dubbed.bright[i] << " ms";
    offsets.push_back(offset);
  }
  ASSERT_GE(offsets.size(), 3u) << "since " << since;
  EXPECT_LE(std::abs(median(offsets)), at_most(80));
}

/// How much is said from this moment on, in ms. A busy machine can make holes in it.
double said_since(double moment, const std::vector<LoudSpan> &spans) {
  double sum = 0;
  for (const auto &span : spans)
    sum += std::max(0.0, span.end - std::max(span.begin, moment));
  return sum;
}

void expect_no_stall(const Dubbed &dubbed, std::size_t least_frames) {
  EXPECT_GE(dubbed.frames.size(), least_frames);
  double longest = 0;
  for (std::size_t i = 1; i < dubbed.frames.size(); ++i) {
    const auto step = dubbed.frames[i] - dubbed.frames[i - 1];
    EXPECT_LE(step, at_most(150)) << "frame " << i;
    longest = std::max(longest, step);
  }
  std::printf("The longest step of the picture is %.0f ms\n", longest);
}

/// The picture fits the sound with which it came. If the file begins between two key frames, the
/// first word has no picture at its begin.
void expect_lips_in_sync(const Dubbed &dubbed) {
  ASSERT_EQ(dubbed.sound.size(), dubbed.bright.size());
  ASSERT_FALSE(dubbed.sound.empty());
  const bool is_begin_missing = dubbed.sound.front().begin < dubbed.frames.front();
  for (std::size_t i = is_begin_missing ? 1 : 0; i < dubbed.sound.size(); ++i)
    EXPECT_NEAR(dubbed.sound[i].begin, dubbed.bright[i], at_most(60)) << i;
}

void expect_lines(const std::vector<Tap::Item> &captions) {
  EXPECT_GE(captions.size(), 10u);
  for (const auto &line : captions) {
    EXPECT_LE(line.bytes.size(), 42u);
    EXPECT_NE(line.bytes.front(), ' ');
    EXPECT_NE(line.bytes.back(), ' ');
  }
}

/// Until the program has printed this. False after the deadline.
bool waits(const ShellRun &run, const std::string &words) {
  return wait_until(
      [&] { return (run.output() + run.error_output()).find(words) != std::string::npos; },
      2 * patience);
}

class DubbedStream : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "a shell with libtsan crashes";
#endif
  }
  void interpret(const std::string &more = "") {
    simulator = std::make_unique<SimulatorProcess>(std::vector<std::string>{},
                                                   "[" + std::string(interprets) + more + "]");
  }
  /// Without interpret(), the program starts an interpreter itself.
  void dub(const std::string &arguments) {
    auto environment = no_service();
    if (simulator) environment.push_back({"GEMLIVE_URI", simulator->uri()});
    shell.run("exec \"$GEMLIVE_EXAMPLE_PROGRAMS\"/dubbing/gemlive-dub " + arguments, environment);
  }
  /// Sends all, and waits for the end of the program, which may complain of what is `expected`.
  /// Returns what the interpreter did.
  InterpreterLog send(LiveProgramme &programme, const char *expected = "") {
    EXPECT_TRUE(programme.play());
    EXPECT_EQ(programme.wait_eos(), "");
    programme.stop();
    EXPECT_EQ(shell.status(), 0) << shell.error_output();
    expect_no_complaint_but(expected);
    EXPECT_TRUE(simulator->wait_event([](const ServerEvent &event) {
      return event.type == "closed" && event.text("by") == "client";
    }));
    return InterpreterLog(*simulator);
  }
  void expect_no_complaint_but(const std::string &expected) {
    std::istringstream complaints(shell.complaints());
    for (std::string line; std::getline(complaints, line);)
      if (expected.empty() || line.find(expected) == line.npos) ADD_FAILURE() << line;
  }
  static std::string srt(int port) {
    return "srt://127.0.0.1:" + std::to_string(port);
  }
  static std::string udp(int port) {
    return "udp://127.0.0.1:" + std::to_string(port);
  }

  std::unique_ptr<SimulatorProcess> simulator;
  ShellRun shell;
  const int port = free_udp_port();
};

TEST_F(DubbedStream, ThePictureLearnsToFollowTheVoice) {
  interpret();
  dub("'" + srt(port) + "?mode=listener' -o dubbed.ts -o dubbed.mkv");
  LiveProgramme programme(talk, "srtsink uri=" + srt(port));
  const auto log = send(programme);
  const auto end =
      log.closed - log.last_heard - static_cast<double>(talk.parts.back().quiet.count());
  std::printf("The end came %.0f ms after the stream\n", end);
  milliseconds words{0};
  for (const auto &part : talk.parts)
    words += part.loud;
  EXPECT_LT(end, at_most(3000));
  for (const auto *file : {"dubbed.ts", "dubbed.mkv"}) {
    SCOPED_TRACE(file);
    const Dubbed dubbed(shell.folder() / file);
    EXPECT_EQ(dubbed.bright.size(), talk.parts.size());
    expect_in_sync(dubbed, talk, log, 14000);
    expect_no_stall(dubbed, programme.frames() - LiveProgramme::key_frame_interval);
    expect_lips_in_sync(dubbed);
    ASSERT_FALSE(dubbed.bright.empty());
    const auto last = dubbed.bright.back() - 300;
    EXPECT_GE(said_since(last, dubbed.voice), said_since(last, dubbed.sound) - at_most(80))
        << "not all of the end";
    // Not dubbed.sound: it is slower while the picture is held back more and more.
    EXPECT_GE(said_since(0, dubbed.voice), static_cast<double>(words.count()) - at_most(300))
        << "words are missing";
  }
  const Dubbed film(shell.folder() / "dubbed.mkv");
  expect_lines(film.captions);
  EXPECT_EQ(film.voice_language, "en");
  EXPECT_EQ(film.caption_language, "en");
}

/// Else a word would be as late as its place in the bundle. Counted in gaps: a busy machine makes
/// some.
TEST_F(DubbedStream, TheInterpreterHearsBundledSoundAtItsTime) {
  interpret();
  dub("'" + srt(port) + "?mode=listener' -o dubbed.ts");
  LiveProgramme programme(talk, "srtsink uri=" + srt(port));
  programme.bundle_sound();
  send(programme);
  constexpr double gap = 110000, bundle = 150000;  // us
  double first = 0, last = 0;
  int gaps = 0;
  for (const auto &event : simulator->events()) {
    if (event.type != "audio") continue;
    const auto time = static_cast<double>(event.time);
    gaps += last > 0 && time - last > gap;
    if (first == 0) first = time;
    last = time;
  }
  const auto bundles = (last - first) / bundle;
  std::printf("%d gaps, %.0f bundles\n", gaps, bundles);
  EXPECT_GT(bundles, 80);
  EXPECT_LT(gaps, bundles / 3);
}

/// As from a GStreamer muxer whose picture is not there yet: the first PMT has the sound alone.
TEST_F(DubbedStream, APictureThatBeginsLateIsThere) {
  interpret();
  dub("--delay 540 '" + srt(port) + "?mode=listener' -o dubbed.mkv");
  LiveProgramme programme(talk, "srtsink uri=" + srt(port), LiveProgramme::Picture::later);
  EXPECT_TRUE(programme.play());
  EXPECT_TRUE(wait_until([&] { return programme.painted() >= 30; }));
  programme.begin_picture();
  EXPECT_EQ(programme.wait_eos(), "");
  programme.stop();
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
  const Dubbed dubbed(shell.folder() / "dubbed.mkv");
  EXPECT_EQ(dubbed.sound.size(), talk.parts.size());
  EXPECT_GE(dubbed.bright.size(), talk.parts.size() - 2);
  expect_no_stall(dubbed, programme.frames() - 100);
  for (const auto bright : dubbed.bright) {
    if (bright < dubbed.frames.front() + 1000) continue;
    EXPECT_LE(std::abs(dubbed.voice_offset(bright)), at_most(250))
        << "bright at " << bright << " ms";
  }
}

/// UDP in, and MPEG-TS over UDP and SRT out. The input does not end by itself. How far behind the
/// voice is depends on the machine: about 540 ms. Without the delay the offsets would be so large.
TEST_F(DubbedStream, ThePictureIsHeldBackAsTold) {
  const int out = free_udp_port(), served = free_udp_port();
  dub("--delay 540 " + udp(port) + " -o " + udp(out) + " -o '" + srt(served) + "?mode=listener'");
  Pipeline viewer("udpsrc address=127.0.0.1 port=" + std::to_string(out) +
                  " ! tee name=t ! queue ! filesink location=" + shell.folder() / "udp.ts" +
                  "  t. ! queue ! tsdemux ! h264parse ! fakesink name=picture async=false");
  Pipeline caller("srtsrc uri=" + srt(served) +
                  " ! filesink location=" + shell.folder() / "srt.ts");
  ArrivalWatch watch(viewer["picture"]);
  ASSERT_TRUE(viewer.play());
  ASSERT_TRUE(waits(shell, "Waiting for the input"));
  LiveProgramme programme(talk, "udpsink host=127.0.0.1 port=" + std::to_string(port));
  ASSERT_TRUE(programme.play());
  ASSERT_TRUE(caller.play());
  EXPECT_EQ(programme.wait_eos(), "");
  shell.interrupt();
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
  EXPECT_GT(watch.longest(), 0ms);
  EXPECT_LT(watch.longest(), 2s);
  viewer.set_state(GST_STATE_NULL);
  caller.set_state(GST_STATE_NULL);
  for (const auto *file : {"udp.ts", "srt.ts"}) {
    SCOPED_TRACE(file);
    const Dubbed dubbed(shell.folder() / file);
    EXPECT_GE(dubbed.bright.size(), 5u);
    for (const auto bright : dubbed.bright) {
      if (bright < dubbed.frames.front() + 1000) continue;
      EXPECT_LE(std::abs(dubbed.voice_offset(bright)), at_most(250))
          << "bright at " << bright << " ms";
    }
    expect_no_stall(dubbed, programme.frames() / 2);
  }
}

struct Fault {
  const char *name;
  const char *step;       // of the simulator
  double over;            // when the fault is over, in ms of the speech
  const char *complaint;  // that is in the log
};
class AfterAFault : public DubbedStream, public ::testing::WithParamInterface<Fault> {};

void PrintTo(const Fault &fault, std::ostream *out) {
  *out << fault.name;
}

TEST_P(AfterAFault, TheVoiceIsBackInSyncInTenSeconds) {
  interpret(GetParam().step);
  auto speech = talk;  // 36 s
  speech.parts.insert(speech.parts.end(), talk.parts.rbegin(), talk.parts.rend() - 2);
  dub("'" + srt(port) + "?mode=listener' -o dubbed.mkv");
  LiveProgramme programme(speech, "srtsink uri=" + srt(port));
  const auto log = send(programme, GetParam().complaint);
  const Dubbed dubbed(shell.folder() / "dubbed.mkv");
  expect_in_sync(dubbed, speech, log, GetParam().over + 10000);
  expect_no_stall(dubbed, programme.frames() - LiveProgramme::key_frame_interval);
  expect_lips_in_sync(dubbed);
  expect_lines(dubbed.captions);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, AfterAFault,
    ::testing::Values(
        Fault{"stall", R"(,{"when":{"on":"heard","ms":14000},"do":{"stall":"both","for":3000}})",
              17000, ""},
        Fault{"lost_connection",
              R"(,{"when":{"on":"heard","session":1,"ms":14000},"do":{"drop":"reset"}})", 14000,
              "connection ended"}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(DubbedStream, NeedsSound) {
  dub(udp(port) + " -o dubbed.ts");
  Pipeline sender(
      "videotestsrc is-live=true ! video/x-raw,width=64,height=64 ! openh264enc ! mpegtsmux "
      "alignment=7 ! "
      "udpsink host=127.0.0.1 port=" +
      std::to_string(port));
  ASSERT_TRUE(sender.play());
  EXPECT_EQ(shell.status(), 1);
  EXPECT_NE(shell.error_output().find("The input has no audio"), std::string::npos);
}

/// The part of the pipeline that is made for the input fails, and the rest stops all the same.
TEST_F(DubbedStream, StopsIfTheInterpreterCannotStart) {
  shell.run("exec \"$GEMLIVE_EXAMPLE_PROGRAMS\"/dubbing/gemlive-dub " + udp(port) + " -o dubbed.ts",
            {{"GEMLIVE_URI", "nonsense://"}});
  Pipeline sender(
      "audiotestsrc is-live=true ! voaacenc ! aacparse ! mpegtsmux alignment=7 ! "
      "udpsink host=127.0.0.1 port=" +
      std::to_string(port));
  ASSERT_TRUE(sender.play());
  EXPECT_EQ(shell.status(), 1);
  EXPECT_NE(shell.error_output().find("Variable GEMLIVE_URI"), std::string::npos)
      << shell.error_output();
  EXPECT_EQ(shell.error_output().find("CRITICAL"), std::string::npos) << shell.error_output();
}

/// Nothing ever comes. Ctrl-C ends the program, once it has started.
TEST_F(DubbedStream, EndsWithoutAnInput) {
  for (const auto &input : {"'" + srt(port) + "?mode=listener'", srt(port), udp(port)}) {
    ShellRun run;
    run.run(example_program("dubbing/gemlive-dub ") + input + " -o dubbed.ts",
            {{"GEMLIVE_URI", "ws://127.0.0.1:1"}});
    ASSERT_TRUE(waits(run, "Waiting for the input"));
    run.interrupt();
    EXPECT_EQ(run.status(), 0) << input << run.error_output();
  }
}

/// Sound without a container, and what is MPEG-TS after all.
TEST_F(DubbedStream, SaysWhatTheInputLacks) {
  interpret();
  dub(udp(port) + " -o dubbed.ts");
  EXPECT_TRUE(waits(shell, "Nothing has arrived at " + udp(port)));
  const auto sink = "udpsink host=127.0.0.1 port=" + std::to_string(port);
  Pipeline noise("audiotestsrc is-live=true wave=white-noise samplesperbuffer=400 ! " + sink);
  ASSERT_TRUE(noise.play());
  EXPECT_TRUE(waits(shell, "and no stream is in them. Send MPEG-TS")) << shell.error_output();
  noise.set_state(GST_STATE_NULL);
  LiveProgramme programme({{{1000ms, 1000ms}}}, sink);
  ASSERT_TRUE(programme.play());
  EXPECT_EQ(programme.wait_eos(), "");
  EXPECT_TRUE(simulator->wait_event("audio-sent")) << "the stream is not found behind the noise";
  programme.stop();
  shell.interrupt();
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
}

/// The query has a passphrase.
TEST_F(DubbedStream, ShowsAnAddressWithoutItsQuery) {
  dub("'" + srt(port) + "?mode=listener&passphrase=open-sesame' -o dubbed.ts");
  EXPECT_TRUE(waits(shell, "Nothing has arrived at " + srt(port) + " yet"));
  shell.interrupt();
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ((shell.output() + shell.error_output()).find("sesame"), std::string::npos);
}

TEST_F(DubbedStream, NeedsAnInputAndAnOutput) {
  for (const auto *arguments :
       {"", "udp://127.0.0.1:5000", "-o dubbed.ts", "file.ts -o dubbed.ts"}) {
    ShellRun run;
    run.run(example_program("dubbing/gemlive-dub ") + arguments,
            {{"GEMLIVE_URI", "ws://127.0.0.1:1"}});
    EXPECT_EQ(run.status(), 2) << arguments;
    EXPECT_NE(run.error_output().find("gemlive-dub --help"), std::string::npos) << arguments;
  }
}

TEST_F(DubbedStream, NamesAnArgumentTooMany) {
  dub("udp://127.0.0.1:5000 another -o dubbed.ts");
  EXPECT_EQ(shell.status(), 2);
  EXPECT_NE(shell.error_output().find("not also another"), std::string::npos)
      << shell.error_output();
}

}  // namespace
}  // namespace gemlive::test
