// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sink_input.hpp"

#include <gst/audio/audio.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "categories.hpp"
#include "upstream.hpp"

#define GST_CAT_DEFAULT gemlive::categories::input

namespace gemlive {
namespace {

constexpr int bytes_per_sample = 2;
constexpr GstClockTime max_gap = 3600 * GST_SECOND;
/// A longer buffer is paced in pieces.
constexpr GstClockTime max_piece = 100 * GST_MSECOND;

class PrerollUnlock {
 public:
  explicit PrerollUnlock(GstBaseSink *sink) : sink_(sink) { GST_BASE_SINK_PREROLL_UNLOCK(sink_); }
  ~PrerollUnlock() { GST_BASE_SINK_PREROLL_LOCK(sink_); }
  PrerollUnlock(const PrerollUnlock &) = delete;
  PrerollUnlock &operator=(const PrerollUnlock &) = delete;

 private:
  GstBaseSink *sink_;
};

std::uint64_t to_bytes(GstClockTime duration, int rate) {
  return bytes_per_sample *
         gst_util_uint64_scale_int_round(duration, rate, static_cast<gint>(GST_SECOND));
}

GstClockTime to_time(std::uint64_t bytes, int rate) {
  return rate == 0 ? 0 : gst_util_uint64_scale_int(bytes / bytes_per_sample, GST_SECOND, rate);
}

}  // namespace

SinkInput::SinkInput(GstBaseSink *sink, ConversationClient &client,
                     std::unique_ptr<InputSource> input, const Config &config)
    : sink_(sink),
      client_(client),
      conversation_(client.conversation()),
      input_(std::move(input)),
      text_turns_(*config.text_turns),
      pacer_(sink, *config.pacing == Pacing::clock) {
  set_paused(true);
}

void SinkInput::set_caps(const GstCaps *caps) {
  GST_DEBUG_OBJECT(sink_, "caps %" GST_PTR_FORMAT, caps);
  const auto *format = gst_caps_get_structure(caps, 0);
  if (gst_structure_has_name(format, "image/jpeg"))
    select_pictures();
  else if (gst_structure_has_name(format, "text/x-raw"))
    select_text();
  else
    select_audio(format);
}

void SinkInput::select_pictures() {
  medium_ = Medium::pictures;
  input_->claim_pictures();
}

void SinkInput::select_text() {
  medium_ = Medium::text;
}

void SinkInput::select_audio(const GstStructure *format) {
  int rate = 0;
  gst_structure_get_int(format, "rate", &rate);
  const int fixed = input_->rate();
  if (!input_->claim_audio())
    return refuse_caps(
        "Another gemlivesink already sends audio to this conversation: mix both with audiomixer "
        "before one gemlivesink, or set another session");
  if (fixed != 0 && rate != fixed)
    return refuse_caps("The sample rate cannot change from " + std::to_string(fixed) + " to " +
                       std::to_string(rate) +
                       " Hz during a conversation: put audioresample and a capsfilter with rate=" +
                       std::to_string(fixed) + " before gemlivesink");
  medium_ = Medium::audio;
  rate_ = rate;
}

void SinkInput::refuse_caps(std::string message) {
  medium_ = Medium::refused;
  GST_DEBUG_OBJECT(sink_, "caps refused, buffers get EOS");
  client_.messages().post_error({.kind = ErrorKind::bad_format, .message = std::move(message)});
}

void SinkInput::start_segment(GstEvent *event) {
  is_live_ = upstream::is_live(GST_BASE_SINK_PAD(sink_));
  overflow_ = is_live_ ? input::Overflow::drop_oldest : input::Overflow::block;
  GST_DEBUG_OBJECT(sink_, "segment: upstream is %s, a full backlog %s",
                   is_live_ ? "live" : "not live", is_live_ ? "drops the oldest audio" : "blocks");
  input_->set_live(is_live_);
  pacer_.start(is_live_);
  if (was_flushed_.exchange(false)) timeline_.reset();
  if (medium_ != Medium::text) return;
  const GstSegment *segment = nullptr;
  gst_event_parse_segment(event, &segment);
  splitter_.lock()->set_turns(text_turns(*segment));
}

GstFlowReturn SinkInput::render(GstBuffer *buffer) {
  const auto inside = in_segment(buffer);
  const auto flow = inside ? render_medium(inside.get()) : GST_FLOW_OK;
  input_->set_busy(false);
  return flow;
}

/// Without the audio that is outside the segment. Null: that is all of it.
BufferPtr SinkInput::in_segment(GstBuffer *buffer) const {
  const auto &segment = sink_->segment;
  const bool has_limit =
      GST_BUFFER_PTS(buffer) < segment.start || GST_CLOCK_TIME_IS_VALID(segment.stop);
  gst_buffer_ref(buffer);
  if (has_limit && medium_ == Medium::audio && segment.format == GST_FORMAT_TIME)
    buffer = gst_audio_buffer_clip(buffer, &segment, rate_, bytes_per_sample);
  return BufferPtr(buffer);
}

GstFlowReturn SinkInput::render_medium(GstBuffer *buffer) {
  if (medium_ == Medium::none) return GST_FLOW_NOT_NEGOTIATED;
  if (medium_ == Medium::refused) return GST_FLOW_EOS;
  ReadMap map(buffer);
  if (!map) {
    GST_ELEMENT_ERROR(sink_, RESOURCE, READ,
                      ("Could not map a buffer for reading: check the memory type of upstream"),
                      (nullptr));
    return GST_FLOW_ERROR;
  }
  const auto bytes = map.bytes();
  if (medium_ == Medium::audio) return render_audio(buffer, bytes);
  const auto duration = GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 0;
  const auto flow = wait_until(place(GST_BUFFER_PTS(buffer), duration).due);
  if (flow != GST_FLOW_OK) return flow;
  if (medium_ == Medium::text) return render_text(bytes);
  return render_picture(bytes);
}

GstFlowReturn SinkInput::render_audio(GstBuffer *buffer, std::span<const std::byte> bytes) {
  const bool is_gap = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP);
  GST_LOG_OBJECT(sink_, "audio, PTS %" GST_TIME_FORMAT ", %zu bytes%s",
                 GST_TIME_ARGS(GST_BUFFER_PTS(buffer)), bytes.size(),
                 is_gap ? ", GAP flag: sent as silence" : "");
  auto place = this->place(GST_BUFFER_PTS(buffer), to_time(bytes.size(), rate_));
  if (place.hole > 0)
    if (const auto flow = fill_hole(place); flow != GST_FLOW_OK) return flow;
  return is_gap ? push_silence(bytes.size(), place.due) : push_audio(bytes, place.due);
}

/// Audio without timestamps is paced by its duration, unless it is live.
InputTimeline::Place SinkInput::place(GstClockTime timestamp, GstClockTime duration) {
  const auto &segment = sink_->segment;
  const auto start = segment.format == GST_FORMAT_TIME
                         ? gst_segment_to_running_time(&segment, GST_FORMAT_TIME, timestamp)
                         : GST_CLOCK_TIME_NONE;
  if (GST_CLOCK_TIME_IS_VALID(start) && segment.rate != 1)
    duration = static_cast<GstClockTime>(static_cast<double>(duration) / std::abs(segment.rate));
  const bool is_counted = !GST_CLOCK_TIME_IS_VALID(start) && !is_live_ && medium_ == Medium::audio;
  return timeline_.place(start, duration, is_counted ? pacer_.now() : GST_CLOCK_TIME_NONE);
}

/// A hole in the timestamps is a pause. While its end waits for the clock, the session sends the
/// silence.
GstFlowReturn SinkInput::fill_hole(const InputTimeline::Place &place) {
  GST_DEBUG_OBJECT(sink_, "hole of %" GST_TIME_FORMAT " before %" GST_TIME_FORMAT,
                   GST_TIME_ARGS(place.hole), GST_TIME_ARGS(place.due));
  auto flow = wait_until(place.due - place.hole);
  if (flow != GST_FLOW_OK) return flow;
  if (pacer_.must_wait(place.due)) {
    begin_wait();  // the pause begins now
    input_->set_waiting(true);
    flow = wait_until(place.due);
    input_->set_waiting(false);
    if (flow != GST_FLOW_OK) return flow;
  }
  input_->fill_hole(std::chrono::nanoseconds(place.hole));
  return GST_FLOW_OK;
}

GstFlowReturn SinkInput::render_picture(std::span<const std::byte> bytes) {
  if (bytes.empty()) return GST_FLOW_OK;
  if (!input_->push_picture({bytes.begin(), bytes.end()})) return GST_FLOW_EOS;
  if (gst_debug_category_get_threshold(GST_CAT_DEFAULT) >= GST_LEVEL_LOG) {
    const auto pictures = conversation_.stats().pictures;
    GST_LOG_OBJECT(sink_,
                   "picture, %zu bytes; so far %" G_GUINT64_FORMAT " pushed, %" G_GUINT64_FORMAT
                   " sent, %" G_GUINT64_FORMAT " dropped or replaced",
                   bytes.size(), pictures.pushed, pictures.sent, pictures.dropped);
  }
  return GST_FLOW_OK;
}

/// Only white space is not a turn.
GstFlowReturn SinkInput::push_turn(const std::string &text) {
  if (text.empty()) return GST_FLOW_OK;
  return push_waiting([&] { return input_->push_text({.text = text}); });
}

GstFlowReturn SinkInput::render_gap(GstEvent *event) {
  GstClockTime timestamp = 0, duration = 0;
  gst_event_parse_gap(event, &timestamp, &duration);
  const bool is_silence = medium_ == Medium::audio && GST_CLOCK_TIME_IS_VALID(duration);
  duration = is_silence ? std::min(duration, max_gap) : 0;
  const auto place = this->place(timestamp, duration);
  GST_LOG_OBJECT(sink_, "gap of %" GST_TIME_FORMAT "%s", GST_TIME_ARGS(duration),
                 is_silence ? ": sent as silence" : "");
  const bool is_behind_hole = medium_ == Medium::audio && place.hole > 0;
  auto flow = is_behind_hole ? fill_hole(place) : wait_until(place.due);
  if (flow == GST_FLOW_OK) flow = push_silence(to_bytes(duration, rate_), place.due);
  input_->set_busy(false);
  return flow;
}

/// After a flush or PAUSED has ended a wait. Returns OK when the wait can continue.
GstFlowReturn SinkInput::wait_until_resumed() {
  // Unlocked only here: a waiter that has not woken up yet must not miss a short unlock.
  input_->set_unlocked(false);
  pacer_.cancel(false);
  const bool flushing = GST_PAD_IS_FLUSHING(GST_BASE_SINK_PAD(sink_));
  GST_DEBUG_OBJECT(sink_, "wait interrupted by %s", flushing ? "a flush" : "a state change");
  if (flushing) return GST_FLOW_FLUSHING;
  // We hold the PREROLL_LOCK: a pending change will wake us up, a finished one has set the state.
  // Not the buffer that waits: the sink has prerolled on it already.
  const MiniObjectPtr<GstEvent> rest(gst_event_new_gap(0, 0));
  const auto flow = change_pending_
                        ? gst_base_sink_wait_preroll(sink_)
                        : gst_base_sink_do_preroll(sink_, GST_MINI_OBJECT_CAST(rest.get()));
  GST_DEBUG_OBJECT(sink_, "wait resumed: %s", gst_flow_get_name(flow));
  return flow;
}

GstFlowReturn SinkInput::wait_until(GstClockTime due) {
  while (pacer_.must_wait(due)) {
    bool is_reached = false;
    {
      PrerollUnlock unlock(sink_);
      is_reached = pacer_.wait(due);
    }
    if (is_reached) return GST_FLOW_OK;
    if (const auto flow = wait_until_resumed(); flow != GST_FLOW_OK) return flow;
  }
  return GST_FLOW_OK;
}

/// Moves `due` past the audio.
GstFlowReturn SinkInput::push_audio(std::span<const std::byte> bytes, GstClockTime &due) {
  const auto longest = std::max<std::size_t>(to_bytes(max_piece, rate_), bytes_per_sample);
  while (!bytes.empty()) {
    auto piece = bytes.first(std::min(bytes.size(), longest));
    bytes = bytes.subspan(piece.size());
    if (const auto flow = wait_until(due); flow != GST_FLOW_OK) return flow;
    const auto said_at = pacer_.said_at(due);
    if (GST_CLOCK_TIME_IS_VALID(due)) due += to_time(piece.size(), rate_);
    const auto flow =
        push_waiting([&] { return input_->push_audio(piece, rate_, overflow_, said_at); });
    if (flow != GST_FLOW_OK) return flow;
  }
  return GST_FLOW_OK;
}

template <typename Push>
GstFlowReturn SinkInput::push_waiting(Push &&push) {
  for (;;) {
    auto pushed = input::PushResult::ok;
    {
      PrerollUnlock unlock(sink_);
      pushed = push();
    }
    switch (pushed) {
      case input::PushResult::ok:
        return GST_FLOW_OK;
      case input::PushResult::flushing:
        return GST_FLOW_FLUSHING;
      case input::PushResult::closed:
        GST_DEBUG_OBJECT(sink_, "refused with EOS: the input or the conversation has ended");
        return GST_FLOW_EOS;
      case input::PushResult::full:
      case input::PushResult::unlocked:
        break;
    }
    const auto flow = wait_until_resumed();
    if (flow != GST_FLOW_OK) return flow;
  }
}

GstFlowReturn SinkInput::push_silence(std::uint64_t bytes, GstClockTime due) {
  static constexpr std::array<std::byte, 8192> zeros{};
  while (bytes > 0) {
    const auto piece = std::min<std::uint64_t>(bytes, zeros.size());
    const auto flow = push_audio(std::span(zeros).first(piece), due);
    if (flow != GST_FLOW_OK) return flow;
    bytes -= piece;
  }
  return GST_FLOW_OK;
}

}  // namespace gemlive
