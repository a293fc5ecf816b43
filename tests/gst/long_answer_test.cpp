// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// An answer that arrives faster than it is played.

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class LongAnswer : public ::testing::Test {
 protected:
  static constexpr guint64 eight_minutes = 8 * 60 * 48000;

  std::string gemlive() const {
    return "gemlive name=g pacing=none uri=" + simulator->uri() + " ! fakesink name=out";
  }
  void serve(const char *turn_complete, std::string_view script = {}) {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--speed", "0", "--tone-duration", "480000",
                                 "--turn-complete", turn_complete},
        script);
  }
  static bool type(Pipeline &pipeline, const char *text) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, TRUE, &sent);
    return sent;
  }
  static guint64 stat(Pipeline &pipeline, const char *name) {
    GstStructure *stats = nullptr;
    g_object_get(pipeline["g"], "stats", &stats, nullptr);
    const StructurePtr owned(stats);
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
    return value;
  }
  static int warnings(Pipeline &pipeline) {
    return pipeline.count(
        [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING; });
  }
  /// Blocks downstream at the first buffer.
  void block(Tap &tap) {
    tap.on_buffer([this] {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, deadline, [this] { return is_open; });
      return GST_PAD_PROBE_OK;
    });
  }
  void unblock() {
    {
      const std::lock_guard lock(mutex);
      is_open = true;
    }
    changed.notify_all();
  }
  /// Ends the input, takes the rest of the output, and returns what the simulator said.
  std::string finish(Pipeline &pipeline) {
    EXPECT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
    EXPECT_EQ(pipeline.wait_eos(), "");
    EXPECT_EQ(stat(pipeline, "output-overflowed"), 0u);
    EXPECT_EQ(stat(pipeline, "output-held"), 0u);
    EXPECT_EQ(warnings(pipeline), 0);
    EXPECT_TRUE(pipeline.set_state(GST_STATE_NULL));
    EXPECT_TRUE(simulator->wait_event("closed"));
    return as_string(simulator->said());
  }

  std::unique_ptr<SimulatorProcess> simulator;
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;
};

TEST_F(LongAnswer, IsWholeAfterDownstreamWasBlocked) {
  serve("now");
  Pipeline pipeline(gemlive());
  Tap tap(pipeline["out"]);
  block(tap);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline, "hello"));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_GE(stat(pipeline, "output-held"), eight_minutes - 48000);
  unblock();
  const auto said = finish(pipeline);
  EXPECT_EQ(said.size(), eight_minutes);
  EXPECT_TRUE(tap.bytes() == said);
}

TEST_F(LongAnswer, IsWholeAfterThePipelineWasPaused) {
  serve("now");
  Pipeline pipeline(gemlive());
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_TRUE(type(pipeline, "hello"));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(stat(pipeline, "output-held"), eight_minutes);
  ASSERT_TRUE(pipeline.play());
  const auto said = finish(pipeline);
  EXPECT_EQ(said.size(), eight_minutes);
  EXPECT_TRUE(tap.bytes() == said);
}

TEST_F(LongAnswer, IsInterruptedAtOnceBehindTheWholeQueue) {
  // The service thinks that the answer is still played.
  serve("playback", R"([{"when":{"on":"turn","turn":2},"do":{"answer":{"tone":300}}}])");
  Pipeline pipeline(gemlive());
  Tap tap(pipeline["out"]);
  block(tap);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline, "hello"));
  ASSERT_TRUE(pipeline.wait("gemlive/generation-complete"));
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(type(pipeline, "stop"));
  const auto interrupted = pipeline.wait("gemlive/interrupted");
  ASSERT_TRUE(interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  guint64 discarded = 0;
  gst_structure_get_uint64(gst_message_get_structure(interrupted.get()), "discarded-duration",
                           &discarded);
  EXPECT_GT(discarded, 479 * GST_SECOND);
  const auto taken = stat(pipeline, "output-taken");
  unblock();
  const auto said = finish(pipeline);
  EXPECT_EQ(said.size(), eight_minutes + 14400);
  EXPECT_TRUE(tap.bytes() == said.substr(0, taken) + said.substr(eight_minutes));
}

}  // namespace
}  // namespace gemlive::test
