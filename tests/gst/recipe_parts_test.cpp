// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The recipes of docs/recipes.md that need an application, or a peer: run from the text of the
// page.

#include <gio/gio.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "onsets.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "read_file.hpp"
#include "recipe_page.hpp"
#include "shell_run.hpp"
#include "tap.hpp"
#include "wait.hpp"
#include "warning_collector.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

/// A tone of 0.6 s, then silence, live.
constexpr auto microphone =
    "audiotestsrc name=mic is-live=true wave=ticks freq=440 sine-periods-per-tick=264 "
    "tick-interval=60000000000 apply-tick-ramp=false samplesperbuffer=882";

class RecipeParts : public PipelineFixture {
 protected:
  void SetUp() override {
    serve();
    g_setenv("GEMLIVE_URI", simulator->uri().c_str(), TRUE);
  }
  void TearDown() override {
    g_unsetenv("GEMLIVE_URI");
    EXPECT_EQ(warnings.lines(), "");
  }
  /// A command line of the page as the description of a pipeline.
  static std::string description(const std::string &heading, std::size_t block,
                                 const Replacements &replacements) {
    const auto line = replaced(RecipePage().block(heading, block), replacements);
    return std::regex_replace(line, std::regex("gst-launch-1.0|\\s-e\\s|\\\\\n"), " ");
  }
  static int free_udp_port() {
    const ObjectPtr<GSocket> socket(
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, nullptr));
    const ObjectPtr<GSocketAddress> any(g_inet_socket_address_new_from_string("127.0.0.1", 0));
    g_socket_bind(socket.get(), any.get(), FALSE, nullptr);
    const ObjectPtr<GSocketAddress> bound(g_socket_get_local_address(socket.get(), nullptr));
    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound.get()));
  }

  WarningCollector warnings;
};

TEST_F(RecipeParts, ThePairInTwoPipelines) {
  const auto page = RecipePage().block("The pair", 1);
  std::vector<std::string> lines;
  const std::regex call("gst_parse_launch \\(\"(.*)\", NULL\\)");
  for (std::sregex_iterator at(page.begin(), page.end(), call), end; at != end; ++at)
    lines.push_back((*at)[1]);
  ASSERT_EQ(lines.size(), 2u);
  TempFile reply("", ".wav");
  Pipeline input(replaced(lines[0], {{"question.wav", file.path()}}));
  Pipeline output(replaced(lines[1], {{"reply.wav", reply.path()}}));
  ASSERT_TRUE(output.play());
  ASSERT_TRUE(input.play());
  EXPECT_EQ(output.wait_eos(), "");
  EXPECT_EQ(input.wait_eos(), "");
  EXPECT_NE(wav_samples(reply.path()).find(as_string(simulator->said())), std::string::npos);
}

TEST_F(RecipeParts, JsonInParseLaunch) {
  const auto element = RecipePage().block("JSON on a command line", 3);
  Pipeline pipeline(question() + element + " ! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  const auto setup = simulator->wait_event("setup");
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->json_at("/setup/tools/0/functionDeclarations/0/name"), "\"weather\"");
}

/// The microphone goes on speaking; the valve ends the speech.
TEST_F(RecipeParts, MuteByTheValve) {
  Pipeline pipeline(description("Mute", 0,
                                {{"autoaudiosrc", "audiotestsrc is-live=true"},
                                 {"autoaudiosink", "fakesink name=out sync=true"}}));
  const auto page = RecipePage().block("Mute", 1);
  ASSERT_NE(page.find("g_object_set (mute, \"drop\", TRUE, NULL)"), std::string::npos);
  ASSERT_NE(page.find("(gemlive, \"audio-stream-end\")"), std::string::npos);
  Tap out(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  for (const bool at_once : {false, true}) {
    const auto turns = simulator->count("turn-complete");
    g_object_set(pipeline["mute"], "drop", FALSE, nullptr);
    const auto audio = simulator->count("audio");
    ASSERT_TRUE(simulator->wait_event("audio", audio + 15));
    g_object_set(pipeline["mute"], "drop", TRUE, nullptr);
    if (at_once) g_signal_emit_by_name(pipeline["g"], "audio-stream-end");
    ASSERT_TRUE(simulator->wait_event("turn-complete", turns));
    ASSERT_TRUE(simulator->wait_event("audio-stream-end", turns));
  }
  EXPECT_TRUE(wait_until([&] { return out.bytes() == as_string(simulator->said()); }));
}

/// A busy machine, or a service that is slow: nothing is known of these sides yet when the
/// recording begins.
class InStereo : public RecipeParts,
                 public ::testing::WithParamInterface<std::vector<const char *>> {};

/// audiointerleave then puts the user on the right, and the model on the left. audiomixer without
/// caps behind it takes 44100 Hz, and neither side can be linked.
TEST_P(InStereo, TheUserIsLeftAlsoIfASideBeginsLate) {
  TempFile stereo("", ".wav");
  Pipeline pipeline(description("In stereo", 0,
                                {{"autoaudiosrc", microphone},
                                 {"autoaudiosink", "fakesink sync=true async=false"},
                                 {"stereo.wav", stereo.path()}}));
  std::vector<std::pair<PadPtr, gulong>> late;
  for (const auto *name : GetParam()) {
    PadPtr pad(gst_element_get_static_pad(pipeline["m"], name));
    const auto probe = gst_pad_add_probe(
        pad.get(), GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
        +[](GstPad *, GstPadProbeInfo *info, gpointer) {
          const bool is_event = GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM;
          const bool is_start =
              is_event && GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_STREAM_START;
          return is_start ? GST_PAD_PROBE_PASS : GST_PAD_PROBE_OK;
        },
        nullptr, nullptr);
    late.emplace_back(std::move(pad), probe);
  }
  ASSERT_TRUE(pipeline.play());
  // The mixer has begun by then in five of six runs. In the others an allocation query of the
  // user's side waits at the blocked pad, and the mixer does not learn that it is live.
  EXPECT_TRUE(wait_until([&] {
    const auto time = gst_element_get_current_running_time(pipeline.get());
    return GST_CLOCK_TIME_IS_VALID(time) && time > 2 * GST_SECOND;
  }));
  for (const auto &[pad, probe] : late)
    gst_pad_remove_probe(pad.get(), probe);
  EXPECT_TRUE(simulator->wait_event("turn-complete"));
  pipeline.send("mic", gst_event_new_eos());
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto samples = wav_samples(stereo.path());
  const auto left = onsets_in(samples, 48000, 2, 0), right = onsets_in(samples, 48000, 2, 1);
  ASSERT_EQ(left.size(), 1u);
  ASSERT_EQ(right.size(), 1u);
  EXPECT_GT(right[0], left[0] + 1000) << "0.6 s of speech, and 0.8 s of silence";
}

INSTANTIATE_TEST_SUITE_P(Late, InStereo,
                         ::testing::Values(std::vector<const char *>{"sink_1"},
                                           std::vector<const char *>{"sink_0", "sink_1"}),
                         [](const auto &info) {
                           return std::string(info.param.size() == 1 ? "model" : "both");
                         });

/// A phone that sends to `to` and hears what comes to `from`.
class Phone {
 public:
  Phone(const std::string &send, const std::string &caps, int to, int from)
      : speaker_("udpsrc name=in port=" + std::to_string(from) + " caps=\"" + caps +
                 "\" ! fakesink name=heard"),
        microphone_(std::string(microphone) + " num-buffers=100 ! " + send +
                    " ! udpsink name=sent host=127.0.0.1 port=" + std::to_string(to)),
        heard_(speaker_["heard"]),
        sent_(microphone_["sent"]) {
    EXPECT_TRUE(speaker_.play());
  }
  void speak() { EXPECT_TRUE(microphone_.play()); }
  std::vector<Tap::Item> heard() { return heard_.items(Tap::Item::buffer); }
  std::vector<Tap::Item> sent() { return sent_.items(Tap::Item::buffer); }

 private:
  Pipeline speaker_;
  Pipeline microphone_;
  Tap heard_;
  Tap sent_;
};

std::uint32_t rtp_time(const std::string &packet) {
  std::uint32_t time = 0;
  for (std::size_t i = 4; i < 8; ++i)
    time = time << 8 | static_cast<unsigned char>(packet[i]);
  return time;
}

class PhoneRecipe : public RecipeParts {
 protected:
  static constexpr auto pcmu =
      "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0";
  static constexpr auto opus =
      "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=96";

  std::string call(const std::string &heading) {
    return description(heading, 0,
                       {{"5004", std::to_string(to_model)}, {"5006", std::to_string(from_model)}});
  }
  /// The question gets its answer although the phone sends nothing behind it.
  void expect_answer(const std::string &heading, Phone &phone) {
    Pipeline pipeline(call(heading));
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(simulator->wait_event("setup"));
    phone.speak();
    ASSERT_TRUE(simulator->wait_event("turn-complete"));
    ASSERT_TRUE(simulator->wait_event("audio-stream-end"));
    const auto before = phone.heard().size();
    EXPECT_TRUE(wait_until([&] { return phone.heard().size() >= before + 5; }));
  }

  int to_model = free_udp_port();
  int from_model = free_udp_port();
};

TEST_F(PhoneRecipe, PcmuWithSilenceSuppression) {
  Phone phone(
      "audioconvert ! audioresample ! audio/x-raw,rate=8000,channels=1 ! removesilence "
      "remove=true hysteresis=1600 ! mulawenc ! rtppcmupay",
      pcmu, to_model, from_model);
  expect_answer("A phone", phone);
  const auto packets = phone.heard();
  for (std::size_t i = 1; i < packets.size(); ++i)
    EXPECT_EQ(rtp_time(packets[i].bytes) - rtp_time(packets[i - 1].bytes),
              packets[i - 1].bytes.size() - 12)
        << "RTP paused before packet " << i;
}

TEST_F(PhoneRecipe, OpusWithDtx) {
  Phone phone("audioconvert ! audioresample ! opusenc dtx=true ! rtpopuspay pt=96 dtx=true", opus,
              to_model, from_model);
  expect_answer("Opus with DTX", phone);
  EXPECT_LT(phone.sent().size(), 75u) << "2 s without DTX are 100 packets";
  std::uint32_t longest = 0;
  const auto packets = phone.heard();
  for (std::size_t i = 1; i < packets.size(); ++i)
    longest = std::max(longest, rtp_time(packets[i].bytes) - rtp_time(packets[i - 1].bytes));
  EXPECT_GE(longest, 48000u / 5) << "the answer's encoder saves packets too";
}

/// The program contains the two lines of the page.
TEST_F(RecipeParts, WebRtc) {
  const RecipePage page;
  auto source = read_file(std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/c/webrtc.c");
  source = std::regex_replace(source, std::regex("\"\\s+\""), "");
  for (const std::size_t block : {0, 1}) {
    auto line = page.block("WebRTC", block);
    line.pop_back();
    EXPECT_NE(source.find('"' + line + '"'), std::string::npos) << line;
  }
#ifndef __SANITIZE_THREAD__
  serve({"--tone-duration", "600", "--speed", "1"});
  ShellRun shell;
  shell.folder().write("question.wav", wav(loud(1500ms)));
  shell.run(
      replaced(page.block("WebRTC", 2), {{"build/examples", g_getenv("GEMLIVE_EXAMPLE_PROGRAMS")}}),
      {{"GEMLIVE_URI", simulator->uri()}});
  EXPECT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
  const auto heard = wav_samples(shell.folder() / "reply.wav");
  std::size_t loud_samples = 0;
  for (std::size_t i = 0; i + 1 < heard.size(); i += 2)
    loud_samples += std::abs(static_cast<signed char>(heard[i + 1])) >= 2;
  EXPECT_GE(loud_samples, 48000u * 6 / 10 / 2) << "half of the samples of 0.6 s";
#endif
}

}  // namespace
}  // namespace gemlive::test
