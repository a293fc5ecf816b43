// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Group ids, stream ids, flags and sequence numbers of the output, and elements that need them.

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using EventPtr = MiniObjectPtr<GstEvent>;

/// What STREAM_START, SEGMENT and EOS of a pad say.
struct Identity {
  std::string id = {};
  guint group = 0;
  bool sparse = false;
  std::optional<guint32> segment = {};
  std::optional<guint32> eos = {};
};

class StreamIdentityTest : public PipelineFixture {
 protected:
  StreamIdentityTest() { serve(); }
  static Identity identity(Pipeline &pipeline, const char *element) {
    const PadPtr pad(gst_element_get_static_pad(pipeline[element], "sink"));
    const auto sticky = [&pad](GstEventType type) {
      return EventPtr(gst_pad_get_sticky_event(pad.get(), type, 0));
    };
    Identity found;
    const auto start = sticky(GST_EVENT_STREAM_START);
    if (!start) return found;
    const gchar *id = nullptr;
    GstStreamFlags flags = GST_STREAM_FLAG_NONE;
    gst_event_parse_stream_start(start.get(), &id);
    gst_event_parse_stream_flags(start.get(), &flags);
    gst_event_parse_group_id(start.get(), &found.group);
    found.id = id;
    found.sparse = flags & GST_STREAM_FLAG_SPARSE;
    if (const auto segment = sticky(GST_EVENT_SEGMENT))
      found.segment = gst_event_get_seqnum(segment.get());
    if (const auto eos = sticky(GST_EVENT_EOS)) found.eos = gst_event_get_seqnum(eos.get());
    return found;
  }
  std::string all_streams() {
    return question() + "gemlive name=g pacing=none input-transcription=true" + uri() +
           "! fakesink name=audio  g.input_transcript ! fakesink name=user "
           "g.output_transcript ! fakesink name=model  g.model_text ! fakesink name=text";
  }
  static constexpr const char *sinks[] = {"audio", "user", "model", "text"};
};

TEST_F(StreamIdentityTest, StreamsOfAConversationShareAGroupAndTextIsSparse) {
  Pipeline pipeline(all_streams());
  EXPECT_EQ(pipeline.run(), "");
  // A sink posts EOS before its pad has stored the event.
  for (const auto *sink : sinks)
    ASSERT_TRUE(wait_until([&] { return identity(pipeline, sink).eos.has_value(); })) << sink;
  std::set<std::string> ids;
  const auto audio = identity(pipeline, "audio");
  EXPECT_NE(audio.group, GST_GROUP_ID_INVALID);
  for (const auto *sink : sinks) {
    const auto found = identity(pipeline, sink);
    EXPECT_EQ(found.group, audio.group) << sink;
    EXPECT_EQ(found.sparse, sink != sinks[0]) << sink;
    EXPECT_EQ(found.eos, found.segment) << sink;
    EXPECT_TRUE(ids.insert(found.id).second) << found.id;
  }
}

TEST_F(StreamIdentityTest, IdsAreTheSameOnEveryRun) {
  std::vector<std::string> before;
  for (int run = 0; run < 2; ++run) {
    Pipeline pipeline(question() + "gemlive pacing=none" + uri() +
                      "! fakesink name=first  gemlivesink session=s" + uri() +
                      "gemlivesrc session=s pacing=none stream=text ! fakesink name=second " +
                      question() + "gemlive pacing=none" + uri() + "! fakesink name=third");
    ASSERT_TRUE(pipeline.play());
    std::vector<std::string> ids;
    for (const char *sink : {"first", "second", "third"}) {
      ASSERT_TRUE(wait_until([&] { return !identity(pipeline, sink).id.empty(); }));
      ids.push_back(identity(pipeline, sink).id);
    }
    pipeline.set_state(GST_STATE_NULL);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 3u);
    EXPECT_EQ(ids[1], "gemlive/s/text");
    if (run > 0) {
      EXPECT_EQ(ids, before);
    }
    before = ids;
  }
}

TEST_F(StreamIdentityTest, TheGroupIsThatOfTheInputIfItHasBegun) {
  Pipeline pipeline(question() + "gemlivesink name=in session=s" + uri() +
                    "  gemlivesrc session=s ! fakesink name=out");
  // The input is prerolled before the output begins.
  g_object_set(pipeline["in"], "sync", FALSE, nullptr);
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  ASSERT_TRUE(wait_until([&] { return !identity(pipeline, "in").id.empty(); }));
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(identity(pipeline, "out").group, identity(pipeline, "in").group);
}

/// streamsynchronizer holds a stream back until all streams of its group have begun.
TEST_F(StreamIdentityTest, StreamsynchronizerLetsThemPassAndEnds) {
  Pipeline pipeline(question() + "gemlive name=g" + uri() +
                    "! y.sink_0  streamsynchronizer name=y  g.output_transcript ! y.sink_1 "
                    "y.src_0 ! queue ! fakesink name=audio sync=true "
                    "y.src_1 ! queue ! fakesink name=model sync=true");
  Tap audio(pipeline["audio"]), model(pipeline["model"]);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(audio.bytes(), as_string(simulator->said()));
  EXPECT_FALSE(model.bytes().empty());
}

/// Proposes a pool, as hardware sinks do, and counts the buffers that come from it.
class Proposal {
 public:
  explicit Proposal(GstElement *sink) : pool_(gst_buffer_pool_new()) {
    const PadPtr pad(gst_element_get_static_pad(sink, "sink"));
    constexpr auto types =
        GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PUSH | GST_PAD_PROBE_TYPE_BUFFER;
    gst_pad_add_probe(pad.get(), static_cast<GstPadProbeType>(types), probe, this, nullptr);
  }
  int pooled() {
    std::lock_guard lock(mutex_);
    return pooled_;
  }
  int others() {
    std::lock_guard lock(mutex_);
    return others_;
  }

 private:
  static GstPadProbeReturn probe(GstPad *, GstPadProbeInfo *info, gpointer data) {
    auto &self = *static_cast<Proposal *>(data);
    if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) {
      std::lock_guard lock(self.mutex_);
      ++(GST_PAD_PROBE_INFO_BUFFER(info)->pool == self.pool_.get() ? self.pooled_ : self.others_);
      return GST_PAD_PROBE_OK;
    }
    auto *query = GST_PAD_PROBE_INFO_QUERY(info);
    GstCaps *caps = nullptr;
    if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return GST_PAD_PROBE_OK;
    gst_query_parse_allocation(query, &caps, nullptr);
    if (!caps) return GST_PAD_PROBE_OK;
    gst_query_add_allocation_pool(query, self.pool_.get(), 100, 2, 0);  // too small for 20 ms
    return GST_PAD_PROBE_HANDLED;
  }

  Handle<GstBufferPool, gst_object_unref> pool_;
  std::mutex mutex_;
  int pooled_ = 0;
  int others_ = 0;
};

TEST_F(StreamIdentityTest, AudioAndSilenceComeFromTheProposedPool) {
  Pipeline pipeline("gemlive name=g" + uri() + "! fakesink name=out sync=true");
  Proposal proposal(pipeline["out"]);
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(tap.wait([](const std::vector<Tap::Item> &items) {
    return std::ranges::count(items, Tap::Item::silence, &Tap::Item::kind) >= 2;
  }));
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(sent);
  ASSERT_TRUE(tap.wait([](const std::vector<Tap::Item> &items) {
    return std::ranges::count(items, Tap::Item::buffer, &Tap::Item::kind) >= 10;
  }));
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed"));
  EXPECT_EQ(tap.bytes(), as_string(simulator->said()));
  EXPECT_GE(proposal.pooled(), 10);
  EXPECT_EQ(proposal.others(), 0);
}

}  // namespace
}  // namespace gemlive::test
