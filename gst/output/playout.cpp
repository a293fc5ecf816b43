// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "playout.hpp"

#include <cstring>
#include <string>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr std::size_t bytes_per_sample = 2;

std::size_t samples_in(nanoseconds duration, int rate) {
  return static_cast<std::size_t>(
      gst_util_uint64_scale_int_ceil(clock_time(duration), rate, GST_SECOND));
}

}  // namespace

Playout::Playout(GstBaseSrc *source, std::shared_ptr<OutputStream> stream, const Rules &rules,
                 SetRate set_rate)
    : source_(source), stream_(std::move(stream)), rules_(rules), set_rate_(std::move(set_rate)) {
  probe_ = gst_pad_add_probe(GST_BASE_SRC_PAD(source), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                             keep_own_segment, this, nullptr);
}

Playout::~Playout() {
  if (probe_ != 0) gst_pad_remove_probe(GST_BASE_SRC_PAD(source_), probe_);
}

/// GstBaseSrc sends one of its own behind ours. Dropped, it would be sent again before each buffer.
GstPadProbeReturn Playout::keep_own_segment(GstPad *pad, GstPadProbeInfo *info, gpointer self) {
  auto &playout = *static_cast<Playout *>(self);
  const bool is_segment = GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_SEGMENT;
  if (!is_segment || playout.is_own_segment_) return GST_PAD_PROBE_OK;
  gst_event_unref(GST_PAD_PROBE_INFO_EVENT(info));
  GST_PAD_PROBE_INFO_DATA(info) = nullptr;
  gst_pad_remove_probe(pad, std::exchange(playout.probe_, 0));
  return GST_PAD_PROBE_HANDLED;
}

void Playout::set_unlocked(bool unlocked) {
  stream_->set_flushing(unlocked);
  wait_.cancel(unlocked);
}

GstFlowReturn Playout::create(GstBuffer **buffer, nanoseconds pipeline_latency) {
  auto *element = GST_ELEMENT(source_);
  clock_.reset(gst_element_get_clock(element));
  base_time_ = ns(gst_element_get_base_time(element));
  pipeline_latency_ = pipeline_latency;
  if (!announced_) announce();
  if (was_lost()) return repeat(buffer);
  for (;;) {
    if (paced()) audio_timeline_.follow(now().running), text_timeline_.follow(now().running);
    const auto head = stream_->wait(frame_samples() * bytes_per_sample, dry_at());
    if (auto made = take(head, buffer)) return *made;
  }
}

/// GstBaseSrc sends its segment only behind the first buffer that create() returns. Downstream
/// prerolls without waiting for the model because the segment and a gap go out at once.
void Playout::announce() {
  announced_ = true;
  const auto start = now().running;
  audio_timeline_ = AudioTimeline({.paced = paced(), .latency = rules_.latency}, start);
  text_timeline_ = TextTimeline(paced() ? start : 0ns);
  push_segment();
  push_gap({.start = position()});
}

Playout::Made Playout::take(const output::Item &head, GstBuffer **buffer) {
  switch (head.kind) {
    case output::Kind::audio:
      return take_audio(head, buffer);
    case output::Kind::text:
      return take_text(head, buffer);
    case output::Kind::interrupted:
      stream_->take_mark();
      interrupted();
      return std::nullopt;
    case output::Kind::turn_end:
      stream_->take_mark();
      audio_timeline_.end_turn();
      end_item(head);
      return std::nullopt;
    case output::Kind::timeout:
      return idle(buffer);
    case output::Kind::end:
      return GST_FLOW_EOS;
    case output::Kind::flushing:
      break;
  }
  return GST_FLOW_FLUSHING;
}

Playout::Made Playout::take_audio(const output::Item &head, GstBuffer **buffer) {
  if (head.rate != rate_) {
    rate_ = head.rate;
    if (!set_rate_(rate_)) return GST_FLOW_EOS;  // no second error
  }
  const auto slot = place(head);
  if (fills() && slot.hole > 0ns)
    return silence(std::min(frame_samples(), samples_in(slot.hole, rate_)), buffer);
  // Released before it is decoded: an interruption until then still finds it in the queue.
  if (!release(slot.pts)) return GST_FLOW_FLUSHING;

  const auto bytes = std::min(head.bytes, frame_samples() * bytes_per_sample);
  BufferPtr made(gst_buffer_new_allocate(nullptr, bytes, nullptr));
  std::size_t got = 0;
  if (WriteMap map{made.get()}) got = stream_->read(map.bytes());
  if (got == 0) return std::nullopt;  // interrupted in between
  if (got < bytes) gst_buffer_set_size(made.get(), static_cast<gssize>(got));
  cover({.start = slot.pts - slot.hole, .duration = slot.hole});
  const auto duration = audio_timeline_.advance(slot, head.turn, got / bytes_per_sample, rate_);
  return hand_over(std::move(made), {slot.pts, duration, slot.discont}, buffer);
}

Playout::Made Playout::take_text(const output::Item &head, GstBuffer **buffer) {
  const auto slot = text_timeline_.place(paced() ? place(head).pts : head.position);
  if (paced() && slot.hole > interval()) {
    const auto until = text_timeline_.end() + interval();
    if (!release(until)) return GST_FLOW_FLUSHING;
    pass(until);
    return std::nullopt;
  }
  if (!release(slot.pts)) return GST_FLOW_FLUSHING;
  const std::string text = stream_->take_text();
  if (text.empty()) return std::nullopt;  // interrupted in between
  cover({.start = slot.pts - slot.hole, .duration = slot.hole});
  const auto duration = TextTimeline::spoken(text);
  text_timeline_.advance(slot.pts, duration);
  in_item_ = true;
  return hand_over(BufferPtr(gst_buffer_new_memdup(text.data(), text.size())), {slot.pts, duration},
                   buffer);
}

/// Elements that gather text into sentences or cues understand this.
void Playout::end_item(const output::Item &head) {
  if (!rules_.text) return;
  if (std::exchange(in_item_, false))
    push(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                              gst_structure_new_empty("rstranscribe/final-transcript")));
  if (!paced()) pass(head.position);
}

/// Nothing came: a gap that covers what has passed, so that no sink waits for it.
Playout::Made Playout::idle(GstBuffer **buffer) {
  if (fills()) return silence(frame_samples(), buffer);
  pass(now().running);
  return std::nullopt;
}

/// Until then there is nothing.
void Playout::pass(ns until) {
  if (!rules_.text) return cover(audio_timeline_.gap(until));
  const auto gap = text_timeline_.gap(until);
  cover({.start = gap.start, .duration = gap.duration});
}

Playout::Made Playout::silence(std::size_t samples, GstBuffer **buffer) {
  if (!release(audio_timeline_.position())) return GST_FLOW_FLUSHING;
  const auto bytes = samples * bytes_per_sample;
  BufferPtr made(gst_buffer_new_allocate(nullptr, bytes, nullptr));
  gst_buffer_memset(made.get(), 0, 0, bytes);
  GST_BUFFER_FLAG_SET(made.get(), GST_BUFFER_FLAG_GAP);
  return hand_over(std::move(made), audio_timeline_.silence(samples, rate_), buffer);
}

GstFlowReturn Playout::hand_over(BufferPtr made, const AudioTimeline::Span &span,
                                 GstBuffer **buffer) {
  last_ = span;
  last_bytes_.resize(gst_buffer_get_size(made.get()));
  gst_buffer_extract(made.get(), 0, last_bytes_.data(), last_bytes_.size());
  GST_BUFFER_PTS(made.get()) = clock_time(span.start);
  if (span.duration > 0ns) GST_BUFFER_DURATION(made.get()) = clock_time(span.duration);
  if (span.discont) GST_BUFFER_FLAG_SET(made.get(), GST_BUFFER_FLAG_DISCONT);
  *buffer = made.release();
  return GST_FLOW_OK;
}

/// When PAUSED comes between create() and the push, GstBaseSrc drops the buffer. It notes the
/// position of what it pushes.
bool Playout::was_lost() const {
  return !last_bytes_.empty() &&
         source_->segment.position < clock_time(last_.start + last_.duration);
}

GstFlowReturn Playout::repeat(GstBuffer **buffer) {
  BufferPtr made(gst_buffer_new_memdup(last_bytes_.data(), last_bytes_.size()));
  return hand_over(std::move(made), last_, buffer);
}

void Playout::interrupted() {
  if (rules_.on_interrupt != OnInterrupt::flush) end_item({.position = text_timeline_.end()});
  in_item_ = false;
  if (rules_.on_interrupt == OnInterrupt::keep) {
    audio_timeline_.end_turn();
    return;
  }
  audio_timeline_.cut();
  if (rules_.on_interrupt == OnInterrupt::flush) flush();
}

/// Without resetting time: other branches of a live pipeline keep theirs.
void Playout::flush() {
  push(gst_event_new_flush_start());
  push(gst_event_new_flush_stop(FALSE));
  push_segment();
  push_gap({.start = position()});
}

Playout::Now Playout::now() const {
  if (!clock_) return {.monotonic = g_get_monotonic_time()};
  const auto running = ns(gst_clock_get_time(clock_.get())) - base_time_;
  return {.running = std::max(running, 0ns), .monotonic = g_get_monotonic_time()};
}

/// When to stop waiting for data, in monotonic us.
std::optional<std::int64_t> Playout::dry_at() const {
  if (!paced()) return std::nullopt;
  const auto moment = now();
  const auto dry = rules_.text ? text_timeline_.end() : audio_timeline_.dry_at();
  const auto left = dry + (fills() ? 0ns : interval()) - moment.running;
  return moment.monotonic + std::chrono::ceil<microseconds>(left).count();
}

AudioTimeline::Slot Playout::place(const output::Item &head) const {
  const auto moment = now();
  const auto age = microseconds(moment.monotonic - head.arrival);
  return audio_timeline_.place({.turn = head.turn,
                                .arrival = std::max<ns>(moment.running - age, 0ns),
                                .now = moment.running,
                                .pipeline_latency = pipeline_latency_});
}

/// False when it was cancelled.
bool Playout::release(ns running) {
  if (!paced()) return true;
  return wait_.until(clock_.get(), clock_time(running + base_time_));
}

void Playout::push(GstEvent *event) {
  gst_pad_push_event(GST_BASE_SRC_PAD(source_), event);
}

void Playout::push_segment() {
  is_own_segment_ = true;
  push(gst_event_new_segment(&source_->segment));
  is_own_segment_ = false;
}

void Playout::cover(AudioTimeline::Span span) {
  if (span.duration > 0ns) push_gap(span);
}

void Playout::push_gap(AudioTimeline::Span span) {
  push(gst_event_new_gap(clock_time(span.start), clock_time(span.duration)));
}

}  // namespace gemlive
