// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>

#include "gst_ptr.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

class RequestPads : public PipelineFixture {
 protected:
  RequestPads() { serve(); }
  static bool type(Pipeline &pipeline, const char *text = "hello") {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, TRUE, &sent);
    return sent;
  }
  static ElementPtr inner_element(Pipeline &pipeline, const std::string &name) {
    return ElementPtr(gst_bin_get_by_name(GST_BIN(pipeline.get()), name.c_str()));
  }
};

TEST_F(RequestPads, EachHasAnElementOfItsNameWhileItIsRequested) {
  struct Expected {
    const char *element;
    const char *factory;
    std::string stream = "";
  };
  const std::map<std::string, Expected> all = {
      {"video", {"gemlive-video-sink", "gemlivesink"}},
      {"text", {"gemlive-text-sink", "gemlivesink"}},
      {"input_transcript", {"gemlive-input-transcript-src", "gemlivesrc", "input-transcript"}},
      {"output_transcript", {"gemlive-output-transcript-src", "gemlivesrc", "output-transcript"}},
      {"model_text", {"gemlive-model-text-src", "gemlivesrc", "text"}}};
  Pipeline pipeline("gemlive name=g");
  std::size_t templates = 0;
  for (auto *list = gst_element_get_pad_template_list(pipeline["g"]); list; list = list->next)
    templates += GST_PAD_TEMPLATE_PRESENCE(list->data) == GST_PAD_REQUEST;
  EXPECT_EQ(templates, all.size());
  for (const auto &[name, expected] : all) {
    EXPECT_FALSE(inner_element(pipeline, expected.element)) << name;
    const PadPtr pad(gst_element_request_pad_simple(pipeline["g"], name.c_str()));
    ASSERT_TRUE(pad) << name;
    const auto inner = inner_element(pipeline, expected.element);
    ASSERT_TRUE(inner) << name;
    EXPECT_STREQ(GST_OBJECT_NAME(gst_element_get_factory(inner.get())), expected.factory);
    if (!expected.stream.empty()) {
      GValue value = G_VALUE_INIT;
      g_object_get_property(G_OBJECT(inner.get()), "stream", &value);
      const StrPtr stream(gst_value_serialize(&value));
      g_value_unset(&value);
      EXPECT_EQ(stream.get(), expected.stream);
    }
    gst_element_release_request_pad(pipeline["g"], pad.get());
    EXPECT_FALSE(inner_element(pipeline, expected.element)) << name;
  }
}

TEST_F(RequestPads, ATranscriptPadCanComeAndGoWhileItRuns) {
  Pipeline pipeline("gemlive name=g output-transcription=true" + uri() + "! fakesink sync=true");
  ASSERT_TRUE(pipeline.play());
  auto *pad = gst_element_request_pad_simple(pipeline["g"], "output_transcript");
  ASSERT_NE(pad, nullptr);
  auto *sink = gst_element_factory_make("fakesink", nullptr);
  Tap tap(sink);
  gst_bin_add(GST_BIN(pipeline.get()), sink);
  gst_element_sync_state_with_parent(sink);
  PadPtr sink_pad(gst_element_get_static_pad(sink, "sink"));
  ASSERT_EQ(gst_pad_link(pad, sink_pad.get()), GST_PAD_LINK_OK);
  ASSERT_TRUE(type(pipeline, "good morning"));
  auto complete = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(complete);
  const std::string transcript =
      gst_structure_get_string(gst_message_get_structure(complete.get()), "output-transcript");
  EXPECT_NE(transcript.find("good morning"), std::string::npos);
  EXPECT_TRUE(wait_until([&] { return tap.bytes().size() >= transcript.size(); }));
  EXPECT_EQ(tap.bytes(), transcript);
  gst_element_release_request_pad(pipeline["g"], pad);
  gst_object_unref(pad);
  ASSERT_TRUE(type(pipeline));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

std::atomic<int> warnings = 0;

void count_warning(GstDebugCategory *, GstDebugLevel level, const gchar *, const gchar *, gint,
                   GObject *, GstDebugMessage *, gpointer) {
  if (level <= GST_LEVEL_WARNING) ++warnings;
}

TEST_F(RequestPads, AnElementThatGoesWithItsPadsLogsNoWarning) {
  gst_debug_set_active(TRUE);
  gst_debug_set_threshold_for_name("bin", GST_LEVEL_WARNING);
  gst_debug_add_log_function(count_warning, nullptr, nullptr);
  { Pipeline pipeline("gemlive name=g ! fakesink g.output_transcript ! fakesink appsrc ! g.text"); }
  gst_debug_remove_log_function(count_warning);
  gst_debug_unset_threshold_for_name("bin");
  EXPECT_EQ(warnings, 0);
}

TEST_F(RequestPads, ATranscriptThatWasNotAskedForIsRefusedWithAWarning) {
  Pipeline pipeline("gemlive name=g" + uri() + "! fakesink");
  ASSERT_TRUE(pipeline.play());
  EXPECT_EQ(gst_element_request_pad_simple(pipeline["g"], "input_transcript"), nullptr);
  auto warning = pipeline.wait(GST_MESSAGE_WARNING);
  ASSERT_TRUE(warning);
  EXPECT_NE(describe(warning.get()).find("input-transcription"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::test
