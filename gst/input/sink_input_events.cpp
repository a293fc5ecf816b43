// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The end of the input, and what is not data: events, flushes, state changes.

#include <utility>

#include "categories.hpp"
#include "gst_ptr.hpp"
#include "sink_input.hpp"

#define GST_CAT_DEFAULT gemlive::categories::input

namespace gemlive {

bool SinkInput::finish(GstEvent *event) {
  // The last audio lasts until then.
  if (!is_live_ && wait_until(timeline_.end()) != GST_FLOW_OK) return false;
  if (medium_ == Medium::text) {
    const auto rest = splitter_.lock()->finish();
    warn_of_text();
    const auto flow = push_turn(rest);  // can wait, so without the lock
    // Text behind an EOS of the application is refused with EOS.
    if (flow != GST_FLOW_OK && flow != GST_FLOW_EOS) return false;
  }
  auto none = guint32{GST_SEQNUM_INVALID};
  eos_seqnum_.compare_exchange_strong(none, gst_event_get_seqnum(event));
  end();
  return true;
}

void SinkInput::handle_custom_event(const GstEvent *event) {
  const auto *structure = gst_event_get_structure(const_cast<GstEvent *>(event));
  if (!structure) return;
  if (gst_structure_has_name(structure, "gemlive/activity-start"))
    conversation_.activity_start();
  else if (gst_structure_has_name(structure, "gemlive/activity-end"))
    conversation_.activity_end();
  else if (gst_structure_has_name(structure, "gemlive/audio-stream-end"))
    input_->push(input::AudioStreamEnd{});
  else
    return;
  GST_DEBUG_OBJECT(sink_, "event %s", gst_structure_get_name(structure));
}

void SinkInput::end(GstEvent *event) {
  eos_seqnum_ = gst_event_get_seqnum(event);
  auto text = splitter_.lock()->finish();
  warn_of_text();
  if (!text.empty()) input_->push(input::TypedText{.text = std::move(text)});
  end();
}

void SinkInput::end() {
  GST_DEBUG_OBJECT(sink_, "input ends: EOS is posted when the conversation has ended");
  input_->end();
  post_eos();
}

void SinkInput::post_eos() {
  if (paused_ || !input_->has_conversation_ended() || eos_posted_.exchange(true)) return;
  GST_DEBUG_OBJECT(sink_, "the conversation has ended: EOS is posted");
  MessagePtr message(gst_message_new_eos(GST_OBJECT(sink_)));
  if (eos_seqnum_ != GST_SEQNUM_INVALID) gst_message_set_seqnum(message.get(), eos_seqnum_);
  gst_element_post_message(GST_ELEMENT(sink_), message.release());
}

void SinkInput::set_unlocked(bool unlocked) {
  GST_DEBUG_OBJECT(sink_, "%s", unlocked ? "unlock" : "unlock stop");
  change_pending_ = unlocked;
  if (!unlocked) return;
  input_->set_unlocked(true);
  pacer_.cancel(true);
}

void SinkInput::set_flushing(bool flushing) {
  GST_DEBUG_OBJECT(sink_, "flush %s", flushing ? "start" : "stop");
  input_->set_flushing(flushing);
  was_flushed_ = true;
  if (!flushing) splitter_.lock()->clear();  // now no buffer is on its way
  eos_seqnum_ = GST_SEQNUM_INVALID;
  eos_posted_ = false;
}

void SinkInput::set_paused(bool paused) {
  GST_DEBUG_OBJECT(sink_, "%s", paused ? "paused: audio and pictures are kept" : "playing");
  input_->set_paused(paused);
  paused_ = paused;
  if (paused)
    eos_posted_ = false;
  else
    pacer_.resume();
}

}  // namespace gemlive
