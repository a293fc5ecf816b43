// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_buffers.hpp"

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// The buffers of a source that has not negotiated: from the default allocator.
class OutputBuffersTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  OutputBuffersTest() { gst_segment_init(&source()->segment, GST_FORMAT_TIME); }
  GstBaseSrc *source() const { return GST_BASE_SRC(element.get()); }
  BufferPtr finish(std::size_t bytes, const OutputBuffers::Span &span, int rate) {
    auto made = buffers.allocate(bytes);
    const std::vector content(bytes, std::byte(0x7F));
    gst_buffer_fill(made.get(), 0, content.data(), bytes);
    buffers.keep(content);
    return BufferPtr(buffers.finish(std::move(made), span, rate));
  }
  void push(const OutputBuffers::Span &span) {
    source()->segment.position = clock_time(span.start + span.duration);
  }
  static bool contains_only(GstBuffer *buffer, std::byte value) {
    const ReadMap map(buffer);
    return !map.bytes().empty() &&
           std::ranges::all_of(map.bytes(), [value](std::byte each) { return each == value; });
  }

  ElementPtr element =
      ElementPtr(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("fakesrc", nullptr))));
  OutputBuffers buffers{source()};
};

TEST_F(OutputBuffersTest, SilenceSharesItsMemoryAndIsNotFlagged) {
  const auto first = buffers.silence(3840);
  const auto second = buffers.silence(960);
  for (auto *buffer : {first.get(), second.get()}) {
    EXPECT_TRUE(contains_only(buffer, std::byte(0)));
    EXPECT_FALSE(GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP));
  }
  EXPECT_EQ(gst_buffer_get_size(first.get()), 3840u);
  EXPECT_EQ(gst_buffer_get_size(second.get()), 960u);
  const ReadMap one(first.get()), other(second.get());
  EXPECT_EQ(one.bytes().data(), other.bytes().data());
}

TEST_F(OutputBuffersTest, AnElementThatWritesToSilenceChangesOnlyItsCopy) {
  const auto written = buffers.silence(960);
  {
    const WriteMap map(written.get());
    ASSERT_TRUE(map);
    std::ranges::fill(map.bytes(), std::byte(0x55));
  }
  EXPECT_TRUE(contains_only(written.get(), std::byte(0x55)));
  EXPECT_TRUE(contains_only(buffers.silence(960).get(), std::byte(0)));
}

TEST_F(OutputBuffersTest, SilenceCanBecomeLonger) {
  const auto shorter = buffers.silence(960);
  EXPECT_TRUE(contains_only(buffers.silence(100'000).get(), std::byte(0)));
  EXPECT_TRUE(contains_only(shorter.get(), std::byte(0)));
}

TEST_F(OutputBuffersTest, SilenceOfMemoryThatCannotBeShared) {
  GstAllocationParams params = {};
  params.flags = GST_MEMORY_FLAG_NO_SHARE;
  auto *harness = gst_harness_new_with_element(element.get(), nullptr, "src");
  gst_harness_set_propose_allocator(harness, nullptr, &params);
  gst_harness_set_sink_caps_str(harness, "audio/x-raw");
  gst_harness_play(harness);
  gst_buffer_unref(gst_harness_pull(harness));
  {
    const auto first = buffers.silence(3840);
    const auto second = buffers.silence(960);
    EXPECT_EQ(gst_buffer_get_size(first.get()), 3840u);
    EXPECT_TRUE(contains_only(first.get(), std::byte(0)));
    EXPECT_EQ(gst_buffer_get_size(second.get()), 960u);
    EXPECT_TRUE(contains_only(second.get(), std::byte(0)));
  }
  gst_harness_teardown(harness);
}

TEST_F(OutputBuffersTest, OffsetsOfAudioAreSamplesThatFollowThePts) {
  const auto first = finish(960, {500ms, 20ms, true}, 24000);
  EXPECT_EQ(GST_BUFFER_OFFSET(first.get()), 12000u);
  EXPECT_EQ(GST_BUFFER_OFFSET_END(first.get()), 12480u);
  EXPECT_TRUE(GST_BUFFER_FLAG_IS_SET(first.get(), GST_BUFFER_FLAG_DISCONT));
  const auto next = finish(960, {520ms, 20ms, false}, 24000);
  EXPECT_EQ(GST_BUFFER_OFFSET(next.get()), 12480u);
  EXPECT_FALSE(GST_BUFFER_FLAG_IS_SET(next.get(), GST_BUFFER_FLAG_DISCONT));
  const BufferPtr silent(buffers.finish_silence(buffers.silence(480), {540ms, 10ms, false}, 24000));
  EXPECT_EQ(GST_BUFFER_OFFSET(silent.get()), 12960u);
  EXPECT_EQ(GST_BUFFER_OFFSET_END(silent.get()), 13200u);
  EXPECT_EQ(GST_BUFFER_OFFSET(finish(960, {1s, 20ms, true}, 24000).get()), 24000u);
  EXPECT_EQ(GST_BUFFER_OFFSET(finish(640, {2s, 20ms, false}, 16000).get()), 32000u);
}

TEST_F(OutputBuffersTest, OffsetsOfTextAreBytes) {
  EXPECT_EQ(GST_BUFFER_OFFSET(finish(5, {1s, 300ms}, 0).get()), 0u);
  const auto next = finish(7, {3s, 300ms}, 0);
  EXPECT_EQ(GST_BUFFER_OFFSET(next.get()), 5u);
  EXPECT_EQ(GST_BUFFER_OFFSET_END(next.get()), 12u);
}

TEST_F(OutputBuffersTest, ADroppedBufferIsMadeAgain) {
  EXPECT_FALSE(buffers.was_last_dropped());
  const OutputBuffers::Span span = {1s, 20ms, true};
  finish(960, span, 24000);
  EXPECT_TRUE(buffers.was_last_dropped());
  const BufferPtr again(buffers.repeat_last());
  EXPECT_TRUE(contains_only(again.get(), std::byte(0x7F)));
  EXPECT_EQ(GST_BUFFER_PTS(again.get()), GST_SECOND);
  EXPECT_EQ(GST_BUFFER_DURATION(again.get()), 20 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_OFFSET(again.get()), 24000u);
  EXPECT_TRUE(GST_BUFFER_FLAG_IS_SET(again.get(), GST_BUFFER_FLAG_DISCONT));
  push(span);
  EXPECT_FALSE(buffers.was_last_dropped());

  const BufferPtr silent(buffers.finish_silence(buffers.silence(480), {1020ms, 10ms}, 24000));
  ASSERT_TRUE(buffers.was_last_dropped());
  const BufferPtr silent_again(buffers.repeat_last());
  EXPECT_EQ(gst_buffer_get_size(silent_again.get()), 480u);
  EXPECT_TRUE(contains_only(silent_again.get(), std::byte(0)));
}

TEST_F(OutputBuffersTest, ADroppedTextIsMadeAgainBehindOneThatIsShownLonger) {
  const OutputBuffers::Span longer = {1s, 6s}, shorter = {2s, 300ms};
  finish(90, longer, 0);
  push(longer);
  finish(4, shorter, 0);
  EXPECT_TRUE(buffers.was_last_dropped());
  EXPECT_EQ(gst_buffer_get_size(BufferPtr(buffers.repeat_last()).get()), 4u);
  EXPECT_TRUE(buffers.was_last_dropped());
  push(shorter);
  EXPECT_FALSE(buffers.was_last_dropped());
}

}  // namespace
}  // namespace gemlive
