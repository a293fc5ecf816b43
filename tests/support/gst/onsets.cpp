// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "onsets.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "pipeline.hpp"

namespace gemlive::test {

namespace {

std::int16_t sample_at(const std::string &bytes, std::size_t at) {
  std::int16_t sample = 0;
  std::memcpy(&sample, bytes.data() + at, sizeof sample);
  return sample;
}

/// Samples in the order of their times.
void add_to(std::vector<LoudSpan> &spans, double time, std::int16_t sample) {
  if (std::abs(sample) < 500) return;
  if (spans.empty() || time - spans.back().end > 200) spans.push_back({time, time});
  spans.back().end = time;
}

/// The PTS with which the running time begins, in ms.
double segment_start(GstElement *sink) {
  PadPtr pad(gst_element_get_static_pad(sink, "sink"));
  auto *event = gst_pad_get_sticky_event(pad.get(), GST_EVENT_SEGMENT, 0);
  if (!event) return 0;
  const GstSegment *segment = nullptr;
  gst_event_parse_segment(event, &segment);
  const auto start = static_cast<double>(segment->start) / 1e6;
  gst_event_unref(event);
  return start;
}

}  // namespace

std::vector<LoudSpan> loud_spans(const std::vector<Tap::Item> &audio) {
  std::vector<LoudSpan> found;
  int rate = 0;
  for (const auto &item : audio) {
    if (item.kind == Tap::Item::caps) rate = item.rate;
    if (item.kind != Tap::Item::buffer) continue;
    const auto start = static_cast<double>(item.start) / 1e6;
    for (std::size_t at = 0; at + 1 < item.bytes.size(); at += 2)
      add_to(found, start + static_cast<double>(at) * 500 / rate, sample_at(item.bytes, at));
  }
  return found;
}

std::vector<double> onsets_in(const std::string &samples, int rate, int channels, int channel) {
  const auto frame = static_cast<std::size_t>(channels) * 2;
  std::vector<LoudSpan> spans;
  for (std::size_t number = 0; (number + 1) * frame <= samples.size(); ++number)
    add_to(spans, static_cast<double>(number) * 1000 / rate,
           sample_at(samples, number * frame + static_cast<std::size_t>(channel) * 2));
  std::vector<double> found;
  for (const auto &span : spans)
    found.push_back(span.begin);
  return found;
}

std::vector<double> onsets_of(const std::string &reader) {
  Pipeline pipeline(reader + " ! audio/x-raw,format=S16LE,channels=1 ! fakesink name=onsets");
  Tap tap(pipeline["onsets"]);
  EXPECT_EQ(pipeline.run(), "") << reader;
  std::vector<double> found;
  for (const auto &span : loud_spans(tap.items()))
    found.push_back(span.begin - segment_start(pipeline["onsets"]));
  return found;
}

}  // namespace gemlive::test
