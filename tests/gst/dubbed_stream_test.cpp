// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs gemlive-dub (examples/dubbing) on a live MPEG-TS stream whose picture is bright while its
// sound speaks. The simulator is an interpreter half a second behind, which never completes a turn.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "arrival_watch.hpp"
#include "local_socket.hpp"
#include "no_service.hpp"
#include "onsets.hpp"
#include "pipeline.hpp"
#include "program.hpp"
#include "samples.hpp"
#include "shell_run.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr const char *interprets = R"({"when":{"on":"ready"},"do":{"interpret":500}})";

/// Speech with pauses whose lengths do not repeat.
struct Speech {
  struct Part {
    milliseconds loud, quiet;
  };
  std::vector<Part> parts;

  std::string samples() const {
    std::string all(16000, '\0');  // 500 ms
    for (const auto &part : parts)
      all += loud(part.loud) + std::string(static_cast<std::size_t>(part.quiet.count()) * 32, '\0');
    return all;
  }
  milliseconds duration() const {
    auto sum = 500ms;
    for (const auto &part : parts)
      sum += part.loud + part.quiet;
    return sum;
  }
  bool speaks_at(double ms) const {
    double at = 500;
    for (const auto &part : parts) {
      if (ms >= at && ms < at + static_cast<double>(part.loud.count())) return true;
      at += static_cast<double>((part.loud + part.quiet).count());
    }
    return false;
  }
};

/// 20 s.
const Speech talk = {{{900ms, 700ms},
                      {1700ms, 900ms},
                      {700ms, 500ms},
                      {1300ms, 1100ms},
                      {600ms, 800ms},
                      {1500ms, 600ms},
                      {1000ms, 1200ms},
                      {800ms, 700ms},
                      {1600ms, 900ms},
                      {900ms, 800ms}}};

int free_udp_port() {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  bind_locally(descriptor, 0);
  const int port = local_port(descriptor);
  close(descriptor);
  return port;
}

/// A live programme: a picture and its sound.
class Sender {
 public:
  enum class Picture { from_the_start, later };

  Sender(const Speech &speech, const std::string &sink, Picture picture = Picture::from_the_start)
      : speech_(speech),
        file_(wav(speech.samples()), ".wav"),
        pipeline_("mpegtsmux name=m alignment=7 ! " + sink +
                  "  videotestsrc is-live=true pattern=black num-buffers=" +
                  std::to_string(speech.duration() / 40ms) +
                  " ! video/x-raw,format=I420,width=64,height=64,framerate=25/1 ! "
                  "identity name=picture ! openh264enc gop-size=25 ! h264parse ! "
                  "video/x-h264,stream-format=byte-stream,alignment=au ! queue name=pictures " +
                  (picture == Picture::later ? "" : "! m. ") + " filesrc location=" + file_.path() +
                  " ! wavparse ! identity sync=true ! "
                  "audioconvert ! audioresample ! audio/x-raw,rate=48000 ! voaacenc ! aacparse ! "
                  "queue ! m.") {
    PadPtr pad(gst_element_get_static_pad(pipeline_["picture"], "src"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, paint, this, nullptr);
    if (picture == Picture::from_the_start) return;
    pictures_.reset(gst_element_get_static_pad(pipeline_["pictures"], "src"));
    dropped_ = gst_pad_add_probe(
        pictures_.get(), GST_PAD_PROBE_TYPE_BUFFER,
        +[](GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_DROP; }, nullptr,
        nullptr);
  }
  /// Picture::later: now it begins. The muxer sends a new PMT.
  void begin_picture() {
    const PadPtr input(gst_element_request_pad_simple(pipeline_["m"], "sink_%d"));
    EXPECT_EQ(gst_pad_link(pictures_.get(), input.get()), GST_PAD_LINK_OK);
    gst_pad_remove_probe(pictures_.get(), dropped_);
  }
  /// Frames so far, also if they are not sent yet.
  std::size_t painted() const { return painted_; }
  bool play() { return pipeline_.play(); }
  std::size_t frames() const { return static_cast<std::size_t>(speech_.duration() / 40ms); }
  void stop() { pipeline_.set_state(GST_STATE_NULL); }
  std::string wait_eos() {
    std::string result = "no EOS";
    for (int i = 0; i < 3 && result != ""; ++i)
      result = pipeline_.wait_eos();
    return result;
  }

 private:
  static GstPadProbeReturn paint(GstPad *, GstPadProbeInfo *info, gpointer self) {
    auto *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
    const bool bright = static_cast<Sender *>(self)->speech_.speaks_at(
        static_cast<double>(GST_BUFFER_PTS(buffer)) / 1e6);
    gst_buffer_memset(buffer, 0, bright ? 235 : 16, 64 * 64);
    GST_PAD_PROBE_INFO_DATA(info) = buffer;
    ++static_cast<Sender *>(self)->painted_;
    return GST_PAD_PROBE_OK;
  }

  Speech speech_;
  TempFile file_;
  Pipeline pipeline_;
  PadPtr pictures_ = {};
  gulong dropped_ = 0;
  std::atomic<std::size_t> painted_ = 0;
};

/// What a viewer of the dubbed stream gets. Times in ms, with the same zero.
struct Dubbed {
  std::vector<double> frames = {};
  std::vector<double> bright = {};  // when the picture becomes bright
  std::vector<LoudSpan> sound = {}, voice = {};
  std::vector<Tap::Item> captions = {};
};

void read_picture(Dubbed &dubbed, const std::vector<Tap::Item> &items) {
  bool was_bright = false;
  for (const auto &item : items) {
    const auto time = static_cast<double>(item.start) / 1e6;
    const bool is_bright = static_cast<unsigned char>(item.bytes[32 * 64 + 32]) > 125;
    if (is_bright && !was_bright) dubbed.bright.push_back(time);
    was_bright = is_bright;
    dubbed.frames.push_back(time);
  }
}

Dubbed read(const std::string &path) {
  const bool matroska = path.ends_with(".mkv");
  const std::string picture = matroska ? "video_0" : "video_0_0041";
  const std::string sound = matroska ? "audio_0" : "audio_0_0042";
  const std::string voice = matroska ? "audio_1" : "audio_0_0043";
  // A track may begin late.
  const std::string queue = " ! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! ";
  const std::string audio =
      queue + "aacparse ! faad ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! fakesink ";
  Pipeline reader("filesrc location=" + path + " ! " + (matroska ? "matroskademux" : "tsdemux") +
                  " name=d  d." + picture + queue +
                  "h264parse ! openh264dec ! videoconvert ! video/x-raw,format=GRAY8 ! "
                  "fakesink name=picture  d." +
                  sound + audio + "name=sound  d." + voice + audio + "name=voice" +
                  (matroska ? "  d.subtitle_0" + queue + "fakesink name=captions" : ""));
  Tap frames(reader["picture"]), original(reader["sound"]), second(reader["voice"]);
  std::unique_ptr<Tap> text;
  if (matroska) text = std::make_unique<Tap>(reader["captions"]);
  EXPECT_EQ(reader.run(), "") << path;
  Dubbed dubbed;
  read_picture(dubbed, frames.items(Tap::Item::buffer));
  dubbed.sound = loud_spans(original.items());
  dubbed.voice = loud_spans(second.items());
  if (text) dubbed.captions = text->items(Tap::Item::buffer);
  return dubbed;
}

/// How far the voice begins from this moment, in ms. Positive: it is late.
double voice_offset(const Dubbed &dubbed, double bright) {
  double nearest = 1e9;
  for (const auto &span : dubbed.voice)
    if (std::abs(span.begin - bright) < std::abs(nearest)) nearest = span.begin - bright;
  return nearest;
}

/// From `since` on, the voice speaks when the picture is bright: within 80 ms, but for one word in
/// four. A piece of audio that is late on a busy machine, or a pause that the interpreter shortens,
/// moves a word by `latency` more.
void expect_in_sync(const Dubbed &dubbed, double since = 0) {
  std::ptrdiff_t compared = 0, close = 0;
  std::string figures;
  for (const auto bright : dubbed.bright) {
    if (bright < since) continue;
    const auto offset = voice_offset(dubbed, bright);
    figures += " " + std::to_string(std::lround(offset));
    EXPECT_LE(std::abs(offset), 80 + 100) << "bright at " << bright << " ms";
    ++compared;
    close += std::abs(offset) <= 80;
  }
  std::printf("The voice is late by%s ms\n", figures.c_str());
  EXPECT_GE(compared, 3) << "since " << since;
  EXPECT_GE(close * 4, compared * 3) << close << " of " << compared << " words are in sync";
}

double length(const LoudSpan &span) {
  return span.end - span.begin;
}

void expect_no_stall(const Dubbed &dubbed, std::size_t least_frames) {
  EXPECT_GE(dubbed.frames.size(), least_frames);
  double longest = 0;
  for (std::size_t i = 1; i < dubbed.frames.size(); ++i) {
    const auto step = dubbed.frames[i] - dubbed.frames[i - 1];
    EXPECT_LE(step, 150) << "frame " << i;
    longest = std::max(longest, step);
  }
  std::printf("The longest step of the picture is %.0f ms\n", longest);
}

/// The picture fits the sound with which it came.
void expect_lips_in_sync(const Dubbed &dubbed) {
  ASSERT_EQ(dubbed.sound.size(), dubbed.bright.size());
  for (std::size_t i = 0; i < dubbed.sound.size(); ++i)
    EXPECT_NEAR(dubbed.sound[i].begin, dubbed.bright[i], 60) << i;
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
  return wait_until([&] { return run.output().find(words) != std::string::npos; });
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
  /// Sends all, and waits for the end of the program. Returns the time between both. The program
  /// may complain of what is `expected`.
  milliseconds send(Sender &sender, const char *expected = "") {
    EXPECT_TRUE(sender.play());
    EXPECT_EQ(sender.wait_eos(), "");
    const auto sent = std::chrono::steady_clock::now();
    sender.stop();
    EXPECT_EQ(shell.status(), 0) << shell.error_output();
    expect_no_complaint_but(expected);
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - sent);
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
  Sender sender(talk, "srtsink uri=" + srt(port));
  const auto end = send(sender);
  std::printf("The end came %d ms after the stream\n", static_cast<int>(end.count()));
  EXPECT_LT(end, 500ms + 3s + 1s);
  for (const auto *file : {"dubbed.ts", "dubbed.mkv"}) {
    SCOPED_TRACE(file);
    const auto dubbed = read(shell.folder() / file);
    EXPECT_EQ(dubbed.bright.size(), talk.parts.size());
    EXPECT_EQ(dubbed.voice.size(), talk.parts.size());
    expect_in_sync(dubbed, 14000);
    expect_no_stall(dubbed, sender.frames() - 25);
    expect_lips_in_sync(dubbed);
    ASSERT_FALSE(dubbed.voice.empty() || dubbed.sound.empty());
    EXPECT_NEAR(length(dubbed.voice.back()), length(dubbed.sound.back()), 80)
        << "not all of the end";
  }
  expect_lines(read(shell.folder() / "dubbed.mkv").captions);
}

/// As from a GStreamer muxer whose picture is not there yet: the first PMT has the sound alone.
TEST_F(DubbedStream, APictureThatBeginsLateIsThere) {
  interpret();
  dub("--delay 540 '" + srt(port) + "?mode=listener' -o dubbed.mkv");
  Sender sender(talk, "srtsink uri=" + srt(port), Sender::Picture::later);
  EXPECT_TRUE(sender.play());
  EXPECT_TRUE(wait_until([&] { return sender.painted() >= 30; }));
  sender.begin_picture();
  EXPECT_EQ(sender.wait_eos(), "");
  sender.stop();
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
  const auto dubbed = read(shell.folder() / "dubbed.mkv");
  EXPECT_EQ(dubbed.sound.size(), talk.parts.size());
  EXPECT_GE(dubbed.bright.size(), talk.parts.size() - 2);
  expect_no_stall(dubbed, sender.frames() - 100);
  for (const auto bright : dubbed.bright) {
    if (bright < dubbed.frames.front() + 1000) continue;
    EXPECT_LE(std::abs(voice_offset(dubbed, bright)), 250) << "bright at " << bright << " ms";
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
  Sender sender(talk, "udpsink host=127.0.0.1 port=" + std::to_string(port));
  ASSERT_TRUE(sender.play());
  ASSERT_TRUE(caller.play());
  EXPECT_EQ(sender.wait_eos(), "");
  shell.interrupt();
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
  EXPECT_GT(watch.longest(), 0ms);
  EXPECT_LT(watch.longest(), 2s);
  viewer.set_state(GST_STATE_NULL);
  caller.set_state(GST_STATE_NULL);
  for (const auto *file : {"udp.ts", "srt.ts"}) {
    SCOPED_TRACE(file);
    const auto dubbed = read(shell.folder() / file);
    EXPECT_GE(dubbed.bright.size(), 5u);
    for (const auto bright : dubbed.bright) {
      if (bright < dubbed.frames.front() + 1000) continue;
      EXPECT_LE(std::abs(voice_offset(dubbed, bright)), 250) << "bright at " << bright << " ms";
    }
    expect_no_stall(dubbed, sender.frames() / 2);
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
  Sender sender(speech, "srtsink uri=" + srt(port));
  send(sender, GetParam().complaint);
  const auto dubbed = read(shell.folder() / "dubbed.mkv");
  expect_in_sync(dubbed, GetParam().over + 10000);
  expect_no_stall(dubbed, sender.frames() - 25);
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

}  // namespace
}  // namespace gemlive::test
