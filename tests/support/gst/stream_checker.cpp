// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream_checker.hpp"

#include <algorithm>

namespace gemlive::test {
namespace {

/// Timestamps are rounded.
constexpr GstClockTime rounding = GST_USECOND;

}  // namespace

StreamChecker::StreamChecker(GstElement *element, Maker maker)
    : pad_(gst_element_get_static_pad(element, "sink")), maker_(maker) {
  std::lock_guard lock(mutex_);
  const auto types = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                     GST_PAD_PROBE_TYPE_EVENT_FLUSH;
  id_ = gst_pad_add_probe(pad_.get(), static_cast<GstPadProbeType>(types), probe, this, nullptr);
}

StreamChecker::~StreamChecker() {
  gst_pad_remove_probe(pad_.get(), id_);
}

std::string StreamChecker::issues() {
  std::lock_guard lock(mutex_);
  return issues_;
}
GstClockTime StreamChecker::position() {
  std::lock_guard lock(mutex_);
  return state_.position;
}
GstClockTime StreamChecker::played() {
  std::lock_guard lock(mutex_);
  return played_;
}
guint32 StreamChecker::segment_seqnum() {
  std::lock_guard lock(mutex_);
  return state_.segment_seqnum;
}

void StreamChecker::add(const std::string &issue) {
  const StrPtr path(gst_object_get_path_string(GST_OBJECT(pad_.get())));
  issues_ += std::string(path.get()) + ": " + issue + '\n';
}

GstPadProbeReturn StreamChecker::probe(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto &checker = *static_cast<StreamChecker *>(self);
  std::lock_guard lock(checker.mutex_);
  if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER)
    checker.check_buffer(GST_PAD_PROBE_INFO_BUFFER(info));
  else
    checker.check_event(GST_PAD_PROBE_INFO_EVENT(info));
  return GST_PAD_PROBE_OK;
}

void StreamChecker::check_event(GstEvent *event) {
  const auto seqnum = gst_event_get_seqnum(event);
  const auto type = GST_EVENT_TYPE(event);
  const bool is_flush = type == GST_EVENT_FLUSH_START || type == GST_EVENT_FLUSH_STOP;
  if (!is_flush && type != GST_EVENT_STREAM_START &&
      (type & static_cast<int>(GST_EVENT_TYPE_SERIALIZED))) {
    if (!state_.started) add(std::string(GST_EVENT_TYPE_NAME(event)) + " before STREAM_START");
    if (state_.ended) add(std::string(GST_EVENT_TYPE_NAME(event)) + " after EOS");
  }
  switch (type) {
    case GST_EVENT_STREAM_START:
      // After READY everything begins again.
      state_ = State{};
      state_.started = true;
      break;
    case GST_EVENT_FLUSH_START:
      if (state_.flushing) add("FLUSH_START twice");
      state_.flushing = true;
      state_.flush_seqnum = seqnum;
      state_.flushed_since_caps = true;
      break;
    case GST_EVENT_FLUSH_STOP:
      check_flush_stop(seqnum);
      break;
    case GST_EVENT_CAPS: {
      GstCaps *caps = nullptr;
      gst_event_parse_caps(event, &caps);
      // Core repeats sticky events that a flush has interrupted.
      if (state_.caps && !state_.flushed_since_caps && gst_caps_is_equal(state_.caps.get(), caps))
        add("the same CAPS twice");
      state_.flushed_since_caps = false;
      state_.caps.reset(gst_caps_ref(caps));
      break;
    }
    case GST_EVENT_SEGMENT:
      check_segment(event);
      break;
    case GST_EVENT_GAP: {
      GstClockTime start = 0, duration = 0;
      gst_event_parse_gap(event, &start, &duration);
      check_data(start, duration, "GAP");
      break;
    }
    case GST_EVENT_EOS:
      check_eos(seqnum);
      break;
    default:
      break;
  }
}

void StreamChecker::check_flush_stop(guint32 seqnum) {
  if (!state_.flushing) add("FLUSH_STOP without FLUSH_START");
  if (seqnum != state_.flush_seqnum) add("FLUSH_STOP has another seqnum than FLUSH_START");
  state_.flushing = false;
  state_.flushed = true;
  state_.ended = false;
  state_.segment.reset();
}

void StreamChecker::check_segment(GstEvent *event) {
  const GstSegment *segment = nullptr;
  gst_event_parse_segment(event, &segment);
  state_.segment = *segment;
  state_.segment_seqnum = gst_event_get_seqnum(event);
  state_.start = state_.position = 0;
  if (state_.flushed && state_.segment_seqnum != state_.flush_seqnum)
    add("SEGMENT behind a flush has another seqnum");
  state_.flushed = false;
}

void StreamChecker::check_eos(guint32 seqnum) {
  if (!state_.segment) add("EOS before SEGMENT");
  if (!state_.caps) add("EOS before CAPS");
  if (maker_ == Maker::gemlive && seqnum != state_.segment_seqnum)
    add("EOS has another seqnum than SEGMENT");
  state_.ended = true;
}

void StreamChecker::check_buffer(GstBuffer *buffer) {
  if (state_.ended) add("buffer after EOS");
  if (!state_.caps) add("buffer before CAPS");
  if (!GST_BUFFER_PTS_IS_VALID(buffer)) add("buffer without PTS");
  check_data(GST_BUFFER_PTS(buffer), GST_BUFFER_DURATION(buffer), "buffer");
}

void StreamChecker::check_data(GstClockTime start, GstClockTime duration, const char *what) {
  const auto when = [&] {
    return " at " + std::to_string(start / GST_USECOND) + " us, position " +
           std::to_string(state_.start / GST_USECOND) + " us before";
  };
  if (GST_CLOCK_TIME_IS_VALID(duration)) played_ += duration;
  if (!state_.segment) return add(std::string(what) + " before SEGMENT");
  if (state_.segment->format != GST_FORMAT_TIME) return;
  const auto end = GST_CLOCK_TIME_IS_VALID(duration) ? start + duration : start;
  guint64 clipped_start = 0, clipped_end = 0;
  if (!gst_segment_clip(&*state_.segment, GST_FORMAT_TIME, start, end, &clipped_start,
                        &clipped_end))
    return add(std::string(what) + " outside of the SEGMENT" + when());
  const auto first = gst_segment_to_running_time(&*state_.segment, GST_FORMAT_TIME, clipped_start);
  const auto last = gst_segment_to_running_time(&*state_.segment, GST_FORMAT_TIME, clipped_end);
  const auto low = std::min(first, last);
  // Durations of text overlap.
  if (low + rounding < state_.start) add(std::string(what) + " goes back in running time" + when());
  state_.start = low;
  state_.position = std::max(first, last);
}

}  // namespace gemlive::test
