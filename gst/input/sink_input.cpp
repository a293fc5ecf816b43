// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sink_input.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "gst_ptr.hpp"

namespace gemlive {
namespace {

constexpr int bytes_per_sample = 2;
constexpr GstClockTime longest_gap = 3600 * GST_SECOND;

class PrerollUnlock {
 public:
  explicit PrerollUnlock(GstBaseSink *sink) : sink_(sink) { GST_BASE_SINK_PREROLL_UNLOCK(sink_); }
  ~PrerollUnlock() { GST_BASE_SINK_PREROLL_LOCK(sink_); }
  PrerollUnlock(const PrerollUnlock &) = delete;
  PrerollUnlock &operator=(const PrerollUnlock &) = delete;

 private:
  GstBaseSink *sink_;
};

bool is_live_upstream(GstPad *sink_pad) {
  QueryPtr query(gst_query_new_latency());
  gboolean live = FALSE;
  if (gst_pad_peer_query(sink_pad, query.get()))
    gst_query_parse_latency(query.get(), &live, nullptr, nullptr);
  return live;
}

}  // namespace

SinkInput::SinkInput(GstBaseSink *sink, ConversationClient &client,
                     std::unique_ptr<InputSource> input, Pacing pacing)
    : sink_(sink),
      client_(client),
      conversation_(client.conversation()),
      input_(std::move(input)),
      pacing_(pacing) {
  set_paused(true);
}

void SinkInput::set_caps(const GstCaps *caps) {
  const auto *format = gst_caps_get_structure(caps, 0);
  if (gst_structure_has_name(format, "image/jpeg"))
    set_pictures();
  else if (gst_structure_has_name(format, "text/x-raw"))
    medium_ = Medium::text;
  else
    set_audio(format);
}

void SinkInput::set_pictures() {
  medium_ = Medium::pictures;
  input_->claim_pictures();
}

void SinkInput::set_audio(const GstStructure *format) {
  int rate = 0;
  gst_structure_get_int(format, "rate", &rate);
  const int fixed = input_->rate();
  if (!input_->claim_audio())
    return refuse(
        "Another gemlivesink brings audio into this conversation already: mix the two "
        "with audiomixer before one sink, or give this one another session");
  if (fixed != 0 && rate != fixed)
    return refuse("The sample rate cannot change from " + std::to_string(fixed) + " to " +
                  std::to_string(rate) +
                  " Hz in a conversation: put audioresample and a capsfilter with rate=" +
                  std::to_string(fixed) + " before the sink");
  medium_ = Medium::audio;
  rate_ = rate;
}

void SinkInput::refuse(std::string message) {
  medium_ = Medium::refused;
  client_.messages().error({.kind = ErrorKind::bad_format, .message = std::move(message)});
}

void SinkInput::start_segment() {
  const bool live = is_live_upstream(GST_BASE_SINK_PAD(sink_));
  overflow_ = live ? input::Overflow::drop_oldest : input::Overflow::block;
  // Were live input synchronised, every chunk would wait for the whole pipeline's latency.
  gst_base_sink_set_sync(sink_, !live && pacing_ == Pacing::clock);
}

GstFlowReturn SinkInput::render(GstBuffer *buffer) {
  if (medium_ == Medium::none) return GST_FLOW_NOT_NEGOTIATED;
  if (medium_ == Medium::refused) return GST_FLOW_EOS;
  ReadMap map(buffer);
  if (!map) {
    GST_ELEMENT_ERROR(sink_, RESOURCE, READ, ("Could not read the data of a buffer"), (nullptr));
    return GST_FLOW_ERROR;
  }
  const auto bytes = map.bytes();
  if (medium_ == Medium::audio) return render_audio(buffer, bytes);
  if (medium_ == Medium::text) return render_text(bytes);
  if (bytes.empty()) return GST_FLOW_OK;
  return input_->push_picture({bytes.begin(), bytes.end()}) ? GST_FLOW_OK : GST_FLOW_EOS;
}

GstFlowReturn SinkInput::render_audio(GstBuffer *buffer, std::span<const std::byte> bytes) {
  return GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP) ? push_silence(bytes.size())
                                                             : push(bytes);
}

GstFlowReturn SinkInput::render_text(std::span<const std::byte> bytes) {
  const auto text = splitter_.take({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  if (splitter_.first_flaw())
    GST_ELEMENT_WARNING(sink_, STREAM, DECODE,
                        ("The text is not UTF-8: what is not is replaced. Convert it before the "
                         "sink"),
                        (nullptr));
  return push_turn(text);
}

/// A turn of nothing but white space is none.
GstFlowReturn SinkInput::push_turn(const std::string &text) {
  if (text.empty()) return GST_FLOW_OK;
  return push_waiting([&] { return input_->push_text({.text = text}); });
}

GstFlowReturn SinkInput::render_gap(GstClockTime duration) {
  if (medium_ != Medium::audio || !GST_CLOCK_TIME_IS_VALID(duration)) return GST_FLOW_OK;
  const auto samples = gst_util_uint64_scale_int_round(std::min(duration, longest_gap), rate_,
                                                       static_cast<gint>(GST_SECOND));
  return push_silence(samples * bytes_per_sample);
}

GstFlowReturn SinkInput::end() {
  if (medium_ == Medium::text) {
    const auto flow = push_turn(splitter_.finish());
    if (flow != GST_FLOW_OK) return flow;
  }
  input_->end();
  for (;;) {
    auto waited = input::PushResult::ok;
    {
      PrerollUnlock unlock(sink_);
      waited = input_->wait_complete();
    }
    if (waited == input::PushResult::closed) return GST_FLOW_OK;
    const auto flow = resume();
    if (flow != GST_FLOW_OK) return flow;
  }
}

/// A wait was ended by a flush or by PAUSED. Returns when it is to go on.
GstFlowReturn SinkInput::resume() {
  // Only here, or a waiter would sleep on when the request is made and taken back before it wakes.
  input_->set_unlocked(false);
  if (GST_PAD_IS_FLUSHING(GST_BASE_SINK_PAD(sink_))) return GST_FLOW_FLUSHING;
  // We hold the lock: a change that is pending will wake us, one that has gone by has left word.
  return change_pending_ ? gst_base_sink_wait_preroll(sink_)
                         : gst_base_sink_do_preroll(sink_, GST_MINI_OBJECT_CAST(sink_));
}

void SinkInput::mark(const GstEvent *event) {
  if (gst_event_has_name(const_cast<GstEvent *>(event), "gemlive/activity-start"))
    conversation_.activity_start();
  else if (gst_event_has_name(const_cast<GstEvent *>(event), "gemlive/activity-end"))
    conversation_.activity_end();
  else if (gst_event_has_name(const_cast<GstEvent *>(event), "gemlive/audio-stream-end"))
    input_->push(input::AudioStreamEnd{});
}

void SinkInput::set_unlocked(bool unlocked) {
  change_pending_ = unlocked;
  if (unlocked) input_->set_unlocked(true);
}

void SinkInput::set_flushing(bool flushing) {
  input_->set_flushing(flushing);
}

void SinkInput::set_paused(bool paused) {
  input_->set_paused(paused);
}

GstFlowReturn SinkInput::push(std::span<const std::byte> bytes) {
  return push_waiting([&] { return input_->push_audio(bytes, rate_, overflow_); });
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
        return GST_FLOW_EOS;  // the conversation is over, and has said why
      case input::PushResult::full:
      case input::PushResult::unlocked:
        break;
    }
    const auto flow = resume();
    if (flow != GST_FLOW_OK) return flow;
  }
}

GstFlowReturn SinkInput::push_silence(std::uint64_t bytes) {
  static constexpr std::array<std::byte, 8192> zeros{};
  while (bytes > 0) {
    const auto piece = std::min<std::uint64_t>(bytes, zeros.size());
    const auto flow = push(std::span(zeros).first(piece));
    if (flow != GST_FLOW_OK) return flow;
    bytes -= piece;
  }
  return GST_FLOW_OK;
}

}  // namespace gemlive
