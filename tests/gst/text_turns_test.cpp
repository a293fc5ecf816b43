// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Which part of a text input is one turn.

#include <gst/app/gstappsrc.h>
#include <gst/base/gstbasesink.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr auto caps = "text/x-raw,format=utf8";

class TextTurnsTest : public PipelineFixture {
 protected:
  void SetUp() override { serve(); }
  std::string sink(const std::string &properties = "") const {
    return std::string(" ! ") + caps + " ! gemlivesink name=s session=turns pacing=none " +
           properties + uri();
  }
  static std::string prompt() {
    std::string text;
    while (text.size() < 20'000)
      text += "This is a line of a long prompt.\n";
    return text + "last";
  }
  std::size_t turns() { return simulator->count("content"); }
  /// Of the whole conversation, which ends.
  std::size_t all_turns(Pipeline &pipeline) {
    pipeline.set_state(GST_STATE_NULL);
    EXPECT_TRUE(simulator->wait_event("closed"));
    return turns();
  }
  bool has_content(const std::string &text) {
    return simulator
        ->wait_event([&](const ServerEvent &event) {
          return event.type == "content" && event.json.find(text) != std::string::npos;
        })
        .has_value();
  }
};

TEST_F(TextTurnsTest, AFileIsOneTurn) {
  TempFile file(prompt(), ".txt");
  Pipeline pipeline("filesrc location=" + file.path() + sink());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(all_turns(pipeline), 1u) << "five buffers";
  EXPECT_TRUE(has_content("prompt.\\nlast\""));
}

TEST_F(TextTurnsTest, AFileThatIsNotUtf8IsAWarning) {
  TempFile file("caf\xe9 au lait", ".txt");
  Pipeline pipeline("filesrc location=" + file.path() + sink());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(all_turns(pipeline), 1u);
  EXPECT_TRUE(has_content(" au lait"));
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
}

TEST_F(TextTurnsTest, AFileThroughTheBin) {
  TempFile file(prompt(), ".txt");
  Pipeline pipeline("filesrc location=" + file.path() + " ! " + caps +
                    " ! queue ! g.text  gemlive name=g pacing=none " + uri() + " ! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(all_turns(pipeline), 1u);
}

TEST_F(TextTurnsTest, ALineIsATurnOfAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Pipeline pipeline("fdsrc fd=" + std::to_string(ends[0]) + sink());
  ASSERT_TRUE(pipeline.play());
  const std::string text = "one\ntwo\nthr";
  ASSERT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_TRUE(has_content("\"two\""));
  EXPECT_EQ(turns(), 2u) << "the third is not complete";
  ASSERT_EQ(write(ends[1], "ee", 2), 2);
  close(ends[1]);
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_TRUE(has_content("\"three\""));
  EXPECT_EQ(all_turns(pipeline), 3u);
  close(ends[0]);
}

TEST_F(TextTurnsTest, ThePropertyDecides) {
  TempFile file("one\n\ntwo\n", ".txt");
  const std::pair<const char *, std::size_t> modes[] = {
      {"text-turns=line", 2}, {"text-turns=stream", 1}, {"text-turns=buffer", 3}};
  for (const auto &[property, wanted] : modes) {
    serve();
    Pipeline pipeline("filesrc blocksize=3 location=" + file.path() + sink(property));
    EXPECT_EQ(pipeline.run(), "");
    EXPECT_EQ(all_turns(pipeline), wanted) << property;
  }
}

TEST_F(TextTurnsTest, ABufferOfAnAppsrcIsATurn) {
  for (const char *format : {"bytes", "time"}) {
    serve();
    Pipeline pipeline(std::string("appsrc name=in format=") + format + " caps=" + caps +
                      " ! queue" + sink());
    ASSERT_TRUE(pipeline.play());
    for (const char *text : {"one\ntwo", "three"})
      gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]),
                              gst_buffer_new_memdup(text, std::strlen(text)));
    gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
    EXPECT_EQ(pipeline.wait_eos(), "");
    EXPECT_EQ(all_turns(pipeline), 2u) << format;
    EXPECT_TRUE(has_content("one\\ntwo"));
  }
}

TEST_F(TextTurnsTest, AFlushDropsTheTextThatWaits) {
  Pipeline pipeline("appsrc name=a format=time" + sink("text-turns=line"));
  ASSERT_TRUE(pipeline.play());
  auto *source = GST_APP_SRC(pipeline["a"]);
  Tap tap(pipeline["s"]);
  const auto push = [&](const char *text) {
    gst_app_src_push_buffer(source, gst_buffer_new_memdup(text, std::strlen(text)));
  };
  push("before the flush ");
  ASSERT_TRUE(wait_until([&] { return !tap.items(Tap::Item::buffer).empty(); }));
  EXPECT_TRUE(gst_element_send_event(pipeline["a"], gst_event_new_flush_start()));
  EXPECT_TRUE(gst_element_send_event(pipeline["a"], gst_event_new_flush_stop(FALSE)));
  push("after it\n");
  EXPECT_TRUE(has_content("\"after it\""));
}

TEST_F(TextTurnsTest, EosOfTheApplicationEndsTheTurn) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Pipeline pipeline("fdsrc fd=" + std::to_string(ends[0]) + sink("text-turns=stream"));
  Tap tap(pipeline["s"]);
  ASSERT_TRUE(pipeline.play());
  for (std::size_t buffers = 1; buffers <= 2; ++buffers) {  // the sink has taken the first of them
    ASSERT_EQ(write(ends[1], "one\n", 4), 4);
    ASSERT_TRUE(tap.wait([&](const std::vector<Tap::Item> &items) {
      return std::ranges::count(items, Tap::Item::buffer, &Tap::Item::kind) ==
             static_cast<std::ptrdiff_t>(buffers);
    }));
  }
  gst_element_send_event(pipeline["s"], gst_event_new_eos());
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_TRUE(has_content("\"one"));
  pipeline.set_state(GST_STATE_NULL);
  close(ends[0]);
  close(ends[1]);
}

/// 64 turns wait for a connection, and the rest of the text, at EOS of upstream, for room.
TEST_F(TextTurnsTest, EosOfTheApplicationDoesNotWaitForRoom) {
  std::string text;
  for (int i = 0; i < 64; ++i)
    text += "line\n";
  TempFile file(text + "rest", ".txt");
  Pipeline pipeline("filesrc location=" + file.path() + sink("text-turns=line max-retries=-1"));
  simulator.reset();
  Tap tap(pipeline["s"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(tap.wait([](const std::vector<Tap::Item> &items) {
    return std::ranges::count(items, Tap::Item::eos, &Tap::Item::kind) > 0;
  }));
  // The sink lets go of the lock only while it waits for room.
  auto *sink = GST_BASE_SINK(pipeline["s"]);
  ASSERT_TRUE(wait_until([sink, free = 0]() mutable {
    const bool is_free = g_mutex_trylock(GST_BASE_SINK_GET_PREROLL_LOCK(sink));
    if (is_free) g_mutex_unlock(GST_BASE_SINK_GET_PREROLL_LOCK(sink));
    free = is_free ? free + 1 : 0;
    return free > 50;
  }));
  auto sent = std::async(std::launch::async, [&pipeline] {
    return gst_element_send_event(pipeline["s"], gst_event_new_eos());
  });
  EXPECT_EQ(sent.wait_for(patience), std::future_status::ready);
  const PadPtr pad(gst_element_get_static_pad(pipeline["s"], "sink"));
  gst_pad_send_event(pad.get(), gst_event_new_flush_start());  // ends all waits
  EXPECT_TRUE(sent.get());
}

TEST_F(TextTurnsTest, RunningTimeIsUnknownBeforePlaying) {
  Pipeline pipeline(std::string("appsrc name=in caps=") + caps + sink());
  const auto running_time = [](const MessagePtr &message) {
    guint64 value = 0;
    EXPECT_TRUE(message && gst_structure_get_uint64(gst_message_get_structure(message.get()),
                                                    "running-time", &value));
    return value;
  };
  for (int i = 0; i < 2; ++i) {  // the second time the element has a clock
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
    EXPECT_EQ(running_time(pipeline.wait("gemlive/connected")), GST_CLOCK_TIME_NONE) << i;
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
    gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), gst_buffer_new_memdup("one", 3));
    EXPECT_LT(running_time(pipeline.wait("gemlive/turn-complete")), 60 * GST_SECOND) << i;
    ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  }
}

}  // namespace
}  // namespace gemlive::test
