// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_events.hpp"

#include <utility>

#include "categories.hpp"
#include "gst_ptr.hpp"

#define GST_CAT_DEFAULT gemlive::categories::playout

namespace gemlive {

OutputEvents::OutputEvents(GstBaseSrc *source) : source_(source), seqnum_(gst_util_seqnum_next()) {
  watch();
}

OutputEvents::~OutputEvents() {
  unwatch();
}

/// A pad with a probe costs more for each buffer. So there is one only when an event is expected.
void OutputEvents::watch() {
  if (probe_ != 0) return;
  probe_ = gst_pad_add_probe(GST_BASE_SRC_PAD(source_), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                             on_event, this, nullptr);
}

void OutputEvents::unwatch() {
  if (probe_ != 0) gst_pad_remove_probe(GST_BASE_SRC_PAD(source_), std::exchange(probe_, 0));
}

/// The result for an unwanted event is HANDLED, because after DROP the base class would send it
/// again before each buffer.
GstPadProbeReturn OutputEvents::on_event(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto *event = GST_PAD_PROBE_INFO_EVENT(info);
  if (!static_cast<OutputEvents *>(self)->is_unwanted(event)) return GST_PAD_PROBE_OK;
  gst_event_unref(event);
  GST_PAD_PROBE_INFO_DATA(info) = nullptr;
  return GST_PAD_PROBE_HANDLED;
}

/// GstBaseSrc makes a STREAM_START with a random id, sends its own segment after ours, and gives
/// its segment and EOS a sequence number that it does not tell. The pad alone has seen them yet, so
/// that the number can be replaced.
bool OutputEvents::is_unwanted(GstEvent *event) {
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_STREAM_START:
      return event != stream_start_.get();
    case GST_EVENT_SEGMENT:
      if (gst_event_get_seqnum(event) == seqnum_) return false;
      GST_EVENT_SEQNUM(event) = seqnum_;
      unwatch();
      return true;
    case GST_EVENT_EOS:
      GST_EVENT_SEQNUM(event) = seqnum_;
      return false;
    default:
      return false;
  }
}

void OutputEvents::push(GstEvent *event) {
  gst_pad_push_event(GST_BASE_SRC_PAD(source_), event);
}

void OutputEvents::push_with_seqnum(GstEvent *event) {
  gst_event_set_seqnum(event, seqnum_);
  push(event);
}

void OutputEvents::push_stream_start(const StreamIdentity &identity) {
  GST_DEBUG_OBJECT(source_, "stream \"%s\", group %u", identity.id.c_str(), identity.group);
  stream_start_.reset(gst_event_new_stream_start(identity.id.c_str()));
  gst_event_set_group_id(stream_start_.get(), identity.group);
  if (identity.sparse) gst_event_set_stream_flags(stream_start_.get(), GST_STREAM_FLAG_SPARSE);
  push(gst_event_ref(stream_start_.get()));
}

void OutputEvents::prepare_start(guint32 flush_seqnum) {
  if (flush_seqnum != GST_SEQNUM_INVALID) seqnum_ = flush_seqnum;
  watch();
}

void OutputEvents::push_start(ns at) {
  GST_DEBUG_OBJECT(source_, "segment and empty gap at %" GST_TIME_FORMAT,
                   GST_TIME_ARGS(clock_time(at)));
  push_with_seqnum(gst_event_new_segment(&source_->segment));
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
  seqnum_ = gst_util_seqnum_next();
  push_with_seqnum(gst_event_new_flush_start());
  push_with_seqnum(gst_event_new_flush_stop(FALSE));
  push_start(at);
}

void OutputEvents::push_final_transcript() {
  push(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                            gst_structure_new_empty("rstranscribe/final-transcript")));
}

}  // namespace gemlive
