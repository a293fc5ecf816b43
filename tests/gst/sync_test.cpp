// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The property `sync` belongs to the user, and gemlivesink answers LATENCY as a sink that does not
// synchronise.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr auto caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";

/// Collects what GStreamer warns of.
class Warnings {
 public:
  Warnings() { gst_debug_add_log_function(log, this, nullptr); }
  ~Warnings() { gst_debug_remove_log_function_by_data(this); }
  Warnings(const Warnings &) = delete;
  Warnings &operator=(const Warnings &) = delete;
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  static void log(GstDebugCategory *, GstDebugLevel level, const char *, const char *, gint,
                  GObject *, GstDebugMessage *message, gpointer self) {
    if (level > GST_LEVEL_WARNING) return;
    auto *warnings = static_cast<Warnings *>(self);
    const std::lock_guard lock(warnings->mutex_);
    warnings->text_ += std::string(gst_debug_message_get(message)) + "\n";
  }

  std::mutex mutex_;
  std::string text_;
};

class SyncTest : public PipelineFixture {
 protected:
  void SetUp() override { serve(); }
  std::string sink(const std::string &properties = "") const {
    return "gemlivesink name=s session=sync " + properties + uri();
  }
  static bool sync(Pipeline &pipeline) {
    gboolean value = FALSE;
    g_object_get(pipeline["s"], "sync", &value, nullptr);
    return value;
  }
  static bool is_warning(GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING;
  }
  /// GStreamer's own default level does not log the warning of a bin.
  static void warn_of_latency() { gst_debug_set_threshold_for_name("bin", GST_LEVEL_WARNING); }
};

TEST_F(SyncTest, ThePropertyIsTheUsers) {
  for (const bool wanted : {false, true}) {
    Pipeline pipeline(question() + sink(wanted ? "sync=true" : "sync=false"));
    EXPECT_EQ(sync(pipeline), wanted);
    EXPECT_EQ(pipeline.run(), "");
    EXPECT_EQ(sync(pipeline), wanted);
    pipeline.set_state(GST_STATE_NULL);
    Pipeline live(std::string("audiotestsrc is-live=true num-buffers=5 ! ") + caps + " ! " +
                  sink(wanted ? "sync=true" : "sync=false"));
    EXPECT_EQ(live.run(), "");
    EXPECT_EQ(sync(live), wanted);
  }
  Pipeline pipeline(question() + sink());
  EXPECT_TRUE(sync(pipeline)) << "the default of a sink";
}

TEST_F(SyncTest, PacingDoesNotDependOnIt) {
  TempFile file{wav(loud(2000ms)), ".wav"};
  for (const char *property : {"sync=false", "sync=true"}) {
    serve();
    Pipeline pipeline("filesrc location=" + file.path() + " ! wavparse ! " + sink(property));
    EXPECT_EQ(pipeline.run(), "");
    const auto first = simulator->wait_event("audio");
    const auto last =
        simulator->wait_event([sum = std::int64_t(0)](const ServerEvent &event) mutable {
          if (event.type == "audio") sum += event.number("bytes");
          return sum >= 64000;
        });
    ASSERT_TRUE(first && last) << property;
    EXPECT_GE(last->time - first->time, 1'400'000) << property;
  }
}

TEST_F(SyncTest, TheAnswerToLatencyIsThatOfASinkThatDoesNotSynchronise) {
  for (const std::string live : {"true", "false"}) {
    Pipeline pipeline("audiotestsrc is-live=" + live + " ! " + caps + " ! " + sink());
    const QueryPtr query(gst_query_new_latency());
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(simulator->wait_event("audio"));
    ASSERT_TRUE(gst_element_query(pipeline["s"], query.get()));
    gboolean is_live = TRUE;
    GstClockTime min = 1, max = 1;
    gst_query_parse_latency(query.get(), &is_live, &min, &max);
    EXPECT_FALSE(is_live) << live;
    EXPECT_EQ(min, 0u);
    EXPECT_EQ(max, GST_CLOCK_TIME_NONE);
  }
}

TEST_F(SyncTest, NoFalseWarningWhileLiveDataIsLate) {
  Pipeline pipeline(std::string("appsrc name=in is-live=true format=time caps=") + caps +
                    " ! gemlive name=g " + uri() + " ! fakesink name=out sync=true");
  warn_of_latency();
  Warnings warnings;
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));  // in PLAYING, without any data
  gst_bin_recalculate_latency(GST_BIN(pipeline.get()));
  const auto said = loud(600ms);
  GstBuffer *buffer = gst_buffer_new_memdup(said.data(), said.size());
  GST_BUFFER_PTS(buffer) = 0;
  gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(warnings.text().find("Impossible to configure latency"), std::string::npos)
      << warnings.text();
  EXPECT_EQ(pipeline.count(is_warning), 0);
}

TEST_F(SyncTest, NoFalseWarningForAMicrophoneWithAShortMaximum) {
  Pipeline pipeline(std::string("appsrc name=in is-live=true format=time min-latency=20000000 "
                                "max-latency=200000000 caps=") +
                    caps + " ! gemlive name=g latency=300 " + uri() +
                    " ! fakesink name=out sync=true");
  warn_of_latency();
  Warnings warnings;
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  gst_bin_recalculate_latency(GST_BIN(pipeline.get()));
  EXPECT_EQ(warnings.text().find("Impossible to configure latency"), std::string::npos)
      << warnings.text();
}

}  // namespace
}  // namespace gemlive::test
