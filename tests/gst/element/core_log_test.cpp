// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The core's log lines in GStreamer's debug categories.

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

/// Collects the lines of the categories gemlive-*, as "category: line".
class CoreLines {
 public:
  CoreLines() {
    gst_debug_remove_log_function(gst_debug_log_default);
    gst_debug_add_log_function(&CoreLines::log, this, nullptr);
    gst_debug_set_threshold_for_name("gemlive-*", GST_LEVEL_NONE);
  }
  ~CoreLines() {
    for (const char *name : {"gemlive-session", "gemlive-*"})
      gst_debug_unset_threshold_for_name(name);
    gst_debug_remove_log_function(&CoreLines::log);
    gst_debug_add_log_function(gst_debug_log_default, nullptr, nullptr);
  }
  std::vector<std::string> with(const std::string &start) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const auto &line : lines_)
      if (line.starts_with(start)) found.push_back(line);
    return found;
  }

 private:
  static void log(GstDebugCategory *category, GstDebugLevel, const char *, const char *, gint,
                  GObject *, GstDebugMessage *message, gpointer self) {
    const std::string name = gst_debug_category_get_name(category);
    if (!name.starts_with("gemlive-")) return;
    auto &lines = *static_cast<CoreLines *>(self);
    const std::lock_guard lock(lines.mutex_);
    lines.lines_.push_back(name + ": " + gst_debug_message_get(message));
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct LogLines : ::testing::Test {
  /// Sends a text and waits for the end of the answer.
  void ask(Pipeline &pipeline) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
    ASSERT_TRUE(sent);
    ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  }
  std::string description(const std::string &session) const {
    const auto client = " session=" + session + " uri=" + simulator.uri();
    return "audiotestsrc is-live=true wave=silence ! gemlivesink name=g" + client + " gemlivesrc" +
           client + " ! fakesink";
  }

  SimulatorProcess simulator{std::vector<std::string>{"--voice", "tone", "--tone-duration", "200",
                                                      "--speed", "0", "--turn-complete", "now"}};
  CoreLines lines;
};

TEST_F(LogLines, AThresholdThatChangesWhilePlayingTakesEffect) {
  Pipeline pipeline(description("one"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ask(pipeline);
  EXPECT_TRUE(lines.with("").empty());
  gst_debug_set_threshold_for_name("gemlive-session", GST_LEVEL_DEBUG);
  ask(pipeline);
  EXPECT_EQ(lines.with("gemlive-session: one: turn 2 opened").size(), 1u);
  EXPECT_EQ(lines.with("").size(), lines.with("gemlive-session: one: ").size());
  gst_debug_set_threshold_for_name("gemlive-session", GST_LEVEL_NONE);
  const auto count = lines.with("").size();
  ask(pipeline);
  EXPECT_EQ(lines.with("").size(), count);
}

TEST_F(LogLines, EachTopicHasACategoryAndEachLineItsSession) {
  gst_debug_set_threshold_for_name("gemlive-*", GST_LEVEL_INFO);
  Pipeline one(description("one")), two(description("two"));
  ASSERT_TRUE(one.play());
  ASSERT_TRUE(two.play());
  ASSERT_TRUE(one.wait("gemlive/connected"));
  ASSERT_TRUE(two.wait("gemlive/connected"));
  for (const std::string session : {"one", "two"})
    for (const char *category : {"gemlive-session", "gemlive-net", "gemlive-protocol"})
      EXPECT_FALSE(lines.with(category + (": " + session + ": ")).empty()) << category << session;
  EXPECT_EQ(lines.with("").size(), lines.with("gemlive-session: one: ").size() +
                                       lines.with("gemlive-session: two: ").size() +
                                       lines.with("gemlive-net: one: ").size() +
                                       lines.with("gemlive-net: two: ").size() +
                                       lines.with("gemlive-protocol: one: ").size() +
                                       lines.with("gemlive-protocol: two: ").size());
}

}  // namespace
}  // namespace gemlive::test
