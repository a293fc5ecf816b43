// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Text streams: pieces and lines.

#include <glib.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "categories.hpp"
#include "playout.hpp"

#define GST_CAT_DEFAULT gemlive::categories::playout
#define TIME "%" GST_TIME_FORMAT
#define TIME_ARGS(time) GST_TIME_ARGS(clock_time(time))

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

std::chrono::nanoseconds time_to_say(const std::string &text, const output::Item &head) {
  const bool is_known = head.said && head.said->duration > 0ns;
  return is_known ? head.said->duration : TextTimeline::spoken(text);
}

}  // namespace

Playout::Flow Playout::handle_text(const output::Item &head, GstBuffer **buffer) {
  if (in_lines()) {
    if (lines_.is_full()) return wait_for_line(buffer);
    add_to_lines(head);
    return std::nullopt;
  }
  const auto piece = piece_of(head);
  const auto said = time_said(head);
  const auto at = said ? *said : paced() ? audio_timeline_.place(piece, rate_).pts : head.position;
  const auto slot = said ? text_timeline_.place_said(at) : text_timeline_.place(at);
  if (paced() && slot.hole > interval()) {
    const auto until = text_timeline_.position() + interval();
    if (!wait_until(until)) return GST_FLOW_FLUSHING;
    push_gap_until(until);
    return std::nullopt;
  }
  if (!wait_until(slot.pts)) return GST_FLOW_FLUSHING;
  const std::string text = stream_->take_text();
  if (text.empty()) return std::nullopt;  // interrupted meanwhile
  GST_LOG_OBJECT(source_, "text of turn %u, due " TIME ", PTS " TIME ": %s, %zu bytes", head.turn,
                 TIME_ARGS(at), TIME_ARGS(slot.pts),
                 slot.pts > at ? "not before the last text" : "as due", text.size());
  return deliver_text(text, slot, time_to_say(text, head), buffer);
}

Playout::Flow Playout::deliver_text(const std::string &text, const TextTimeline::Slot &slot,
                                    ns duration, GstBuffer **buffer) {
  pad_.push_gap(slot.pts - slot.hole, slot.hole);
  text_timeline_.advance(slot.pts);
  in_item_ = true;
  auto made = buffers_.allocate(text.size());
  if (!made) return GST_FLOW_ERROR;
  gst_buffer_fill(made.get(), 0, text.data(), text.size());
  buffers_.keep(std::as_bytes(std::span(text)));
  *buffer = buffers_.finish(std::move(made), {slot.pts, duration}, 0);
  return GST_FLOW_OK;
}

/// The running time at which the user said it. None: it is not known.
std::optional<Playout::ns> Playout::time_said(const output::Item &head) const {
  if (!head.said) return {};
  if (options_.pacing == Pacing::none) return head.said->at;
  if (!clock_) return {};
  const auto running = now();
  const ns time = microseconds(g_get_monotonic_time());
  const auto age = time - head.said->at - paused_time_.since(head.said->at, time);
  return std::clamp(running - age, 0ns, running);
}

/// A line can be complete long before it is said.
void Playout::add_to_lines(const output::Item &head) {
  const auto said = time_said(head);
  const auto at = said      ? *said
                  : paced() ? audio_timeline_.place(piece_of(head), rate_).pts
                            : head.position;
  const auto text = stream_->take_text();
  std::optional<ns> said_until;
  if (said) said_until = at + time_to_say(text, head);
  lines_.add(text, at, now(), said_until);
}

Playout::Flow Playout::deliver_line(GstBuffer **buffer) {
  if (!in_lines()) return std::nullopt;
  if (std::exchange(ends_line_item_, false)) {
    push_final_transcript();
    if (!paced()) push_gap_until(item_end_);
  }
  const auto line = lines_.take(now());
  if (!line) return std::nullopt;
  const auto slot =
      line->was_said ? text_timeline_.place_said(line->pts) : text_timeline_.place(line->pts);
  GST_LOG_OBJECT(source_, "line, PTS " TIME ", duration " TIME ": %zu bytes", TIME_ARGS(slot.pts),
                 TIME_ARGS(line->duration), line->text.size());
  ends_line_item_ = line->ends_item;
  return deliver_text(line->text, slot, line->duration, buffer);
}

void Playout::push_final_transcript() {
  if (std::exchange(in_item_, false)) pad_.push_final_transcript();
}

void Playout::end_item(const output::Item &head) {
  if (!options_.text) return;
  if (in_lines()) {
    item_end_ = head.position;
    lines_.end_item(paced() ? std::nullopt : std::optional(head.position), now());
    if (!lines_.empty()) return;
  }
  push_final_transcript();
  if (!paced()) push_gap_until(head.position);
}

/// Without looking at the queue.
Playout::Flow Playout::wait_for_line(GstBuffer **buffer) {
  if (!paced()) return std::nullopt;
  if (!wait_until(std::min(*lines_.next_time(), position() + interval()))) return GST_FLOW_FLUSHING;
  return handle_idle(buffer);
}

/// Lines that are not shown yet come first.
Playout::Flow Playout::handle_end(GstBuffer **buffer) {
  if (in_lines() && !lines_.empty()) {
    lines_.end_item(std::nullopt, now());
    return wait_for_line(buffer);
  }
  GST_DEBUG_OBJECT(source_, "end of the stream at " TIME ": EOS is sent", TIME_ARGS(position()));
  return GST_FLOW_EOS;
}

}  // namespace gemlive
