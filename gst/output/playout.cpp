// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "playout.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "categories.hpp"

#define GST_CAT_DEFAULT gemlive::categories::playout
#define TIME "%" GST_TIME_FORMAT
#define TIME_ARGS(time) GST_TIME_ARGS(clock_time(time))

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr std::size_t bytes_per_sample = 2;
// Limits of the interval between GAP events while there is no data.
constexpr nanoseconds min_interval = 20ms;
constexpr nanoseconds max_interval = 100ms;

std::size_t samples_in(nanoseconds duration, int rate) {
  return static_cast<std::size_t>(
      gst_util_uint64_scale_int_ceil(clock_time(duration), rate, GST_SECOND));
}

const char *to_text(AudioTimeline::Reason reason) {
  switch (reason) {
    case AudioTimeline::Reason::contiguous:
      return "contiguous";
    case AudioTimeline::Reason::arrival:
      return "starts at its arrival";
    case AudioTimeline::Reason::stall:
      return "starts now, too late for its arrival";
  }
  return "";
}

const char *to_text(OnInterrupt policy) {
  switch (policy) {
    case OnInterrupt::discard:
      return "queued output was dropped";
    case OnInterrupt::flush:
      return "queued output was dropped, downstream is flushed";
    case OnInterrupt::keep:
      return "queued output was played";
  }
  return "";
}

}  // namespace

Playout::Playout(GstBaseSrc *source, std::shared_ptr<OutputStream> stream, const Options &options,
                 SetRate set_rate)
    : source_(source),
      pad_(source),
      stream_(std::move(stream)),
      options_(options),
      set_rate_(std::move(set_rate)) {}

void Playout::set_unlocked(bool unlocked) {
  GST_DEBUG_OBJECT(source_, "%s", unlocked ? "unlock" : "unlock stop");
  stream_->set_flushing(unlocked);
  wait_.cancel(unlocked);
}

GstFlowReturn Playout::create(GstBuffer **buffer, nanoseconds pipeline_latency) {
  auto *element = GST_ELEMENT(source_);
  clock_.reset(gst_element_get_clock(element));
  base_time_ = ns(gst_element_get_base_time(element));
  pipeline_latency_ = pipeline_latency;
  if (!started_) start();
  if (was_last_dropped()) return deliver_last(buffer);
  for (;;) {
    if (paced()) resync();
    const auto head = stream_->wait(frame_samples() * bytes_per_sample, wait_deadline());
    if (const auto flow = handle(head, buffer)) return *flow;
  }
}

/// GstBaseSrc sends its segment only after create() has returned the first buffer. With a segment
/// and a gap sent here, downstream prerolls without waiting for the model.
void Playout::start() {
  started_ = true;
  const auto begin = now();
  audio_timeline_ = AudioTimeline({.paced = paced(), .latency = options_.latency}, begin);
  text_timeline_ = TextTimeline(paced() ? begin : 0ns);
  GST_DEBUG_OBJECT(source_, "start at " TIME ", %s", TIME_ARGS(position()),
                   paced() ? "paced by the clock" : "not paced");
  pad_.push_start(position());
}

/// Continues from now if the running time has jumped back.
void Playout::resync() {
  const auto running = now();
  const bool audio_jumped = audio_timeline_.follow(running);
  const bool text_jumped = text_timeline_.follow(running);
  if (options_.text ? text_jumped : audio_jumped)
    GST_DEBUG_OBJECT(source_, "resync: the running time jumped back to " TIME, TIME_ARGS(running));
}

Playout::Flow Playout::handle(const output::Item &head, GstBuffer **buffer) {
  switch (head.kind) {
    case output::Kind::audio:
      return handle_audio(head, buffer);
    case output::Kind::text:
      return handle_text(head, buffer);
    case output::Kind::interrupted:
      stream_->take_mark();
      handle_interrupted();
      return std::nullopt;
    case output::Kind::turn_end:
      stream_->take_mark();
      GST_DEBUG_OBJECT(source_, "end of %s at " TIME, options_.text ? "a text item" : "a turn",
                       TIME_ARGS(position()));
      audio_timeline_.end_turn();
      end_item(head);
      return std::nullopt;
    case output::Kind::timeout:
      return handle_idle(buffer);
    case output::Kind::end:
      GST_DEBUG_OBJECT(source_, "end of the stream at " TIME ": EOS is sent",
                       TIME_ARGS(position()));
      return GST_FLOW_EOS;
    case output::Kind::flushing:
      break;
  }
  return GST_FLOW_FLUSHING;
}

Playout::Flow Playout::handle_audio(const output::Item &head, GstBuffer **buffer) {
  if (head.rate != rate_) {
    rate_ = head.rate;
    if (!set_rate_(rate_)) return GST_FLOW_EOS;  // the error has been posted
  }
  const auto piece = piece_of(head);
  const auto slot = audio_timeline_.place(piece);
  if (fills_with_silence() && slot.hole > 0ns)
    return deliver_silence(std::min(frame_samples(), samples_in(slot.hole, rate_)), buffer);
  // Waits before decoding, so that an interruption still finds the audio in the queue.
  if (!wait_until(slot.pts)) return GST_FLOW_FLUSHING;

  const auto bytes = std::min(head.bytes, frame_samples() * bytes_per_sample);
  BufferPtr made(gst_buffer_new_allocate(nullptr, bytes, nullptr));
  std::size_t read = 0;
  if (WriteMap map{made.get()}) read = stream_->read(map.bytes());
  if (read == 0) return std::nullopt;  // interrupted meanwhile
  if (read < bytes) gst_buffer_set_size(made.get(), static_cast<gssize>(read));
  if (slot.reason == AudioTimeline::Reason::stall)
    GST_DEBUG_OBJECT(source_, "resync: " TIME " behind", TIME_ARGS(piece.now - piece.arrival));
  GST_LOG_OBJECT(source_, "audio of turn %u, arrival " TIME ", PTS " TIME ": %s%s, %zu bytes",
                 head.turn, TIME_ARGS(piece.arrival), TIME_ARGS(slot.pts), to_text(slot.reason),
                 slot.discont ? ", DISCONT" : "", read);
  pad_.push_gap(slot.pts - slot.hole, slot.hole);
  const auto duration = audio_timeline_.advance(slot, head.turn, read / bytes_per_sample, rate_);
  return deliver(std::move(made), {slot.pts, duration, slot.discont}, buffer);
}

Playout::Flow Playout::handle_text(const output::Item &head, GstBuffer **buffer) {
  const auto piece = piece_of(head);
  const auto at = paced() ? audio_timeline_.place(piece).pts : head.position;
  const auto slot = text_timeline_.place(at);
  if (paced() && slot.hole > interval()) {
    const auto until = text_timeline_.end() + interval();
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
  pad_.push_gap(slot.pts - slot.hole, slot.hole);
  const auto duration = TextTimeline::spoken(text);
  text_timeline_.advance(slot.pts, duration);
  in_item_ = true;
  return deliver(BufferPtr(gst_buffer_new_memdup(text.data(), text.size())), {slot.pts, duration},
                 buffer);
}

void Playout::end_item(const output::Item &head) {
  if (!options_.text) return;
  if (std::exchange(in_item_, false)) pad_.push_final_transcript();
  if (!paced()) push_gap_until(head.position);
}

/// No data: covers the time that has passed, so that no sink waits for it.
Playout::Flow Playout::handle_idle(GstBuffer **buffer) {
  if (fills_with_silence()) return deliver_silence(frame_samples(), buffer);
  push_gap_until(now());
  return std::nullopt;
}

Playout::Flow Playout::deliver_silence(std::size_t samples, GstBuffer **buffer) {
  if (!wait_until(audio_timeline_.position())) return GST_FLOW_FLUSHING;
  const auto bytes = samples * bytes_per_sample;
  BufferPtr made(gst_buffer_new_allocate(nullptr, bytes, nullptr));
  gst_buffer_memset(made.get(), 0, 0, bytes);
  GST_BUFFER_FLAG_SET(made.get(), GST_BUFFER_FLAG_GAP);
  const auto span = audio_timeline_.silence(samples, rate_);
  GST_LOG_OBJECT(source_, "silence, PTS " TIME ", %zu bytes", TIME_ARGS(span.start), bytes);
  return deliver(std::move(made), span, buffer);
}

GstFlowReturn Playout::deliver(BufferPtr made, const AudioTimeline::Span &span,
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

/// GstBaseSrc drops a buffer if PAUSED interrupts it between create() and the push. The position of
/// its segment shows which buffers it has pushed.
bool Playout::was_last_dropped() const {
  return !last_bytes_.empty() &&
         source_->segment.position < clock_time(last_.start + last_.duration);
}

GstFlowReturn Playout::deliver_last(GstBuffer **buffer) {
  GST_DEBUG_OBJECT(source_, "buffer with PTS " TIME " was dropped by PAUSED: it is sent again",
                   TIME_ARGS(last_.start));
  BufferPtr made(gst_buffer_new_memdup(last_bytes_.data(), last_bytes_.size()));
  return deliver(std::move(made), last_, buffer);
}

void Playout::handle_interrupted() {
  const auto policy = options_.on_interrupt;
  GST_DEBUG_OBJECT(source_, "interrupted at " TIME ": %s", TIME_ARGS(position()), to_text(policy));
  if (policy != OnInterrupt::flush) end_item({.position = text_timeline_.end()});
  in_item_ = false;
  if (policy == OnInterrupt::keep) return audio_timeline_.end_turn();
  audio_timeline_.cut();
  if (policy == OnInterrupt::flush) pad_.push_flush(position());
}

bool Playout::fills_with_silence() const {
  return paced() && options_.gaps == Gaps::silence && !options_.text;
}

/// 20 ms.
std::size_t Playout::frame_samples() const {
  return static_cast<std::size_t>(std::max(rate_ / 50, 1));
}

Playout::ns Playout::interval() const {
  return std::clamp(options_.latency, min_interval, max_interval);
}

/// The running time. 0 without a clock.
Playout::ns Playout::now() const {
  if (!clock_) return 0ns;
  return std::max(ns(gst_clock_get_time(clock_.get())) - base_time_, 0ns);
}

/// When to stop waiting for data and call handle_idle(), in monotonic us.
std::optional<std::int64_t> Playout::wait_deadline() const {
  if (!paced()) return std::nullopt;
  const auto dry = options_.text ? text_timeline_.end() : audio_timeline_.dry_at();
  const auto left = dry + (fills_with_silence() ? 0ns : interval()) - now();
  return g_get_monotonic_time() + std::chrono::ceil<microseconds>(left).count();
}

AudioTimeline::Piece Playout::piece_of(const output::Item &head) const {
  const auto running = now();
  const auto age = microseconds(g_get_monotonic_time() - head.arrival);
  return {.turn = head.turn,
          .arrival = std::max<ns>(running - age, 0ns),
          .now = running,
          .pipeline_latency = pipeline_latency_};
}

/// False if it was cancelled.
bool Playout::wait_until(ns running) {
  if (!paced()) return true;
  return wait_.until(clock_.get(), clock_time(running + base_time_));
}

/// No data until `end`.
void Playout::push_gap_until(ns end) {
  const auto push = [this](const auto &gap) { pad_.push_gap(gap.start, gap.duration); };
  if (options_.text)
    push(text_timeline_.gap(end));
  else
    push(audio_timeline_.gap(end));
}

}  // namespace gemlive
