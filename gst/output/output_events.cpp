// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_events.hpp"

#include <utility>

#include "categories.hpp"
#include "gst_ptr.hpp"

#define GST_CAT_DEFAULT gemlive::categories::playout

namespace gemlive {

OutputEvents::OutputEvents(GstBaseSrc *source) : source_(source) {
  probe_ = gst_pad_add_probe(GST_BASE_SRC_PAD(source), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                             drop_base_segment, this, nullptr);
}

OutputEvents::~OutputEvents() {
  if (probe_ != 0) gst_pad_remove_probe(GST_BASE_SRC_PAD(source_), probe_);
}

/// GstBaseSrc sends its own segment after ours. The result is HANDLED, because after DROP the base
/// class would send it again before each buffer.
GstPadProbeReturn OutputEvents::drop_base_segment(GstPad *pad, GstPadProbeInfo *info,
                                                  gpointer self) {
  auto &output = *static_cast<OutputEvents *>(self);
  const bool is_segment = GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_SEGMENT;
  if (!is_segment || output.is_own_segment_) return GST_PAD_PROBE_OK;
  gst_event_unref(GST_PAD_PROBE_INFO_EVENT(info));
  GST_PAD_PROBE_INFO_DATA(info) = nullptr;
  gst_pad_remove_probe(pad, std::exchange(output.probe_, 0));
  return GST_PAD_PROBE_HANDLED;
}

void OutputEvents::push(GstEvent *event) {
  gst_pad_push_event(GST_BASE_SRC_PAD(source_), event);
}

void OutputEvents::push_start(ns at) {
  GST_DEBUG_OBJECT(source_, "segment and empty gap at %" GST_TIME_FORMAT,
                   GST_TIME_ARGS(clock_time(at)));
  is_own_segment_ = true;
  push(gst_event_new_segment(&source_->segment));
  is_own_segment_ = false;
  push(gst_event_new_gap(clock_time(at), 0));
}

void OutputEvents::push_gap(ns start, ns duration) {
  if (duration <= ns(0)) return;
  GST_LOG_OBJECT(source_, "gap, PTS %" GST_TIME_FORMAT ", duration %" GST_TIME_FORMAT,
                 GST_TIME_ARGS(clock_time(start)), GST_TIME_ARGS(clock_time(duration)));
  push(gst_event_new_gap(clock_time(start), clock_time(duration)));
}

/// Without reset_time, because other branches of a live pipeline keep their running time.
void OutputEvents::push_flush(ns at) {
  GST_DEBUG_OBJECT(source_, "flush downstream");
  push(gst_event_new_flush_start());
  push(gst_event_new_flush_stop(FALSE));
  push_start(at);
}

void OutputEvents::push_final_transcript() {
  push(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                            gst_structure_new_empty("rstranscribe/final-transcript")));
}

}  // namespace gemlive
