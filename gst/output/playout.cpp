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
// Limits of the interval between GAP events, or buffers of silence, while there is no data.
constexpr nanoseconds min_interval = 20ms;
constexpr nanoseconds max_interval = 100ms;
// Silence is pushed this much before a sink needs it.
constexpr nanoseconds silence_margin = 20ms;
// Audio that is due does not wait for more, however long a buffer may be.
constexpr nanoseconds longest_wait = 20ms;

unsigned bytes_of(nanoseconds duration, int rate) {
  const auto samples = duration / 1us * rate / 1'000'000;
  return static_cast<unsigned>(std::max<std::int64_t>(samples, 1) * bytes_per_sample);
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

Playout::Playout(GstBaseSrc *source, std::shared_ptr<OutputStream> stream, StartBarrier &start,
                 PausedTime &paused_time, const Options &options, SetRate set_rate,
                 Identify identify)
    : source_(source),
      pad_(source),
      buffers_(source),
      stream_(std::move(stream)),
      start_barrier_(start),
      paused_time_(paused_time),
      options_(options),
      set_rate_(std::move(set_rate)),
      identify_(std::move(identify)) {}

void Playout::set_unlocked(bool unlocked) {
  GST_DEBUG_OBJECT(source_, "%s", unlocked ? "unlock" : "unlock stop");
  stream_->set_flushing(unlocked);
  wait_.cancel(unlocked);
  start_barrier_.wake();
}

GstFlowReturn Playout::create(GstBuffer **buffer, nanoseconds pipeline_latency) {
  clock_.reset(gst_element_get_clock(GST_ELEMENT(source_)));
  pipeline_latency_ = pipeline_latency;
  if (!announced_ && !announce())
    return GST_PAD_IS_FLUSHING(GST_BASE_SRC_PAD(source_)) ? GST_FLOW_FLUSHING
                                                          : GST_FLOW_NOT_NEGOTIATED;
  if (!started_ && !start_barrier_.wait([this] { return wait_.is_cancelled(); }))
    return GST_FLOW_FLUSHING;
  const auto flush = flush_seqnum_.exchange(GST_SEQNUM_INVALID);
  if (!started_ || flush != GST_SEQNUM_INVALID) start(flush);
  if (buffers_.was_last_dropped()) return repeat_last(buffer);
  for (;;) {
    follow_clock();
    if (const auto line = deliver_line(buffer)) return *line;
    // The next audio will be early too: its arrival need not wake this thread.
    if (comes_early_ && !wait_until(position())) return GST_FLOW_FLUSHING;
    auto head = stream_->peek(least_bytes());
    if (head.kind == output::Kind::timeout) head = stream_->wait(least_bytes(), wait_deadline());
    follow_clock();
    const auto flow = handle(head, buffer);
    if (flow && *flow <= GST_FLOW_EOS) pad_.prepare_eos();  // also behind an error
    if (flow) return *flow;
    if (wait_.is_cancelled()) return GST_FLOW_FLUSHING;  // PAUSED, while downstream blocked a gap
  }
}

/// In PLAYING, when the input has begun in most pipelines: then the group id of the input is known.
bool Playout::announce() {
  pad_.push_stream_start(identify_());
  announced_ = true;
  const bool negotiated = gst_base_src_negotiate(source_);
  start_barrier_.arrive();
  return negotiated;
}

/// Also after a flush. GstBaseSrc sends its segment only after create() has returned a buffer. With
/// a segment and a gap sent here, downstream prerolls without waiting for the model.
void Playout::start(guint32 flush_seqnum) {
  started_ = true;
  base_time_ = ns(gst_element_get_base_time(GST_ELEMENT(source_)));
  const auto begin = now();
  audio_timeline_ = AudioTimeline(
      {.paced = paced(), .latency = options_.latency, .filled = fills_with_silence()}, begin);
  text_timeline_ = TextTimeline(paced() ? begin : 0ns);
  lines_ = CaptionLines(options_.caption_width, paced());
  if (paced()) lag_limit_ = LagLimit(options_.max_lag);
  pad_.prepare_start(flush_seqnum);
  GST_DEBUG_OBJECT(source_, "start at " TIME ", %s", TIME_ARGS(position()),
                   paced() ? "paced by the clock" : "not paced");
  pad_.push_start(position());
}

/// A flushing seek of the pipeline changes the base time, also while a stream without data waits.
void Playout::follow_clock() {
  const ns base_time(gst_element_get_base_time(GST_ELEMENT(source_)));
  if (std::exchange(base_time_, base_time) != base_time && paced()) resync();
}

/// Continues from now, in a new segment, if the running time has jumped back: a flushing seek of
/// the pipeline starts it again. Timestamps do not go back within a segment.
void Playout::resync() {
  const auto running = now();
  const bool audio_jumped = audio_timeline_.follow(running);
  if (audio_jumped) fill_until_ = 0ns;
  const bool text_jumped = text_timeline_.follow(running);
  if (!(options_.text ? text_jumped : audio_jumped)) return;
  GST_DEBUG_OBJECT(source_, "resync: the running time jumped back to " TIME, TIME_ARGS(running));
  pad_.push_start(position());
}

Playout::Flow Playout::handle(const output::Item &head, GstBuffer **buffer) {
  if (head.kind != output::Kind::audio) comes_early_ = false;
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
      return handle_end(buffer);
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
  const auto slot = audio_timeline_.place(piece, rate_);
  // The whole hole, although the piece is less late after each buffer of silence.
  fill_until_ = std::max(fill_until_, slot.pts);
  if (const auto samples = audio_timeline_.missing(fill_until_, rate_))
    return deliver_silence(samples, buffer);
  if (std::exchange(last_arrival_, head.arrival) != head.arrival)
    comes_early_ = piece.arrival < slot.pts;
  // Waits before decoding, so that an interruption still finds the audio in the queue.
  if (!wait_until(slot.pts)) return GST_FLOW_FLUSHING;

  const auto bytes = head.bytes < most_bytes() ? stream_->extend(most_bytes()) : head.bytes;
  if (bytes == 0) return std::nullopt;
  auto made = buffers_.allocate(bytes);
  if (!made) return GST_FLOW_ERROR;
  const auto read = read_audio(made.get(), bytes, head, slot.pts);
  if (read == 0) return std::nullopt;
  if (read < bytes) gst_buffer_set_size(made.get(), static_cast<gssize>(read));
  if (slot.reason == AudioTimeline::Reason::stall)
    GST_DEBUG_OBJECT(source_, "resync: " TIME " behind", TIME_ARGS(piece.now - piece.arrival));
  GST_LOG_OBJECT(source_, "audio of turn %u, arrival " TIME ", PTS " TIME ": %s%s, %zu bytes",
                 head.turn, TIME_ARGS(piece.arrival), TIME_ARGS(slot.pts), to_text(slot.reason),
                 slot.discont ? ", DISCONT" : "", read);
  pad_.push_gap(slot.pts - slot.hole, slot.hole);
  const auto duration = audio_timeline_.advance(slot, head.turn, read / bytes_per_sample, rate_);
  *buffer = buffers_.finish(std::move(made), {slot.pts, duration, slot.discont}, rate_);
  return GST_FLOW_OK;
}

/// Returns the number of bytes. 0 if they were interrupted meanwhile, or skipped.
std::size_t Playout::read_audio(GstBuffer *made, std::size_t most, const output::Item &head,
                                ns pts) {
  const WriteMap map{made};
  if (!map) return 0;
  const auto read = stream_->read(map.bytes().first(most));
  const auto samples = map.bytes().first(read);
  if (lag_limit_.is_set() && read > 0 && skips(samples, head, pts)) return 0;
  buffers_.keep(samples);
  return read;
}

/// The lag is that of audio that arrives now, and is played behind all that waits.
bool Playout::skips(std::span<const std::byte> samples, const output::Item &head, ns pts) {
  const auto duration_of = [this](std::size_t size) {
    return ns(static_cast<std::int64_t>(size / bytes_per_sample) * 1'000'000'000 / rate_);
  };
  const auto running = now();
  const auto lag = pts + duration_of(head.held) - running;
  const bool is_quiet = LagLimit::is_quiet(samples);
  if (!lag_limit_.skips(lag, running, is_quiet, duration_of(samples.size()))) return false;
  GST_LOG_OBJECT(source_, "skipped %zu bytes of %s: lag " TIME ", limit " TIME, samples.size(),
                 is_quiet ? "quiet" : "audio", TIME_ARGS(lag), TIME_ARGS(options_.max_lag));
  stream_->skip_read(samples.size(), !is_quiet);
  return true;
}

/// No data: covers the time that has passed, so that no sink waits for it.
Playout::Flow Playout::handle_idle(GstBuffer **buffer) {
  const auto until = now();
  if (const auto samples = audio_timeline_.missing(until, rate_))
    return deliver_silence(samples, buffer);
  push_gap_until(until);
  return std::nullopt;
}

/// Silence lies behind the clock, so that no answer waits for it. More than one buffer holds only
/// follows a downstream that was blocked.
Playout::Flow Playout::deliver_silence(std::uint64_t samples, GstBuffer **buffer) {
  const auto most = gst_util_uint64_scale_int(clock_time(max_interval), rate_, GST_SECOND);
  samples = std::min<std::uint64_t>(samples, std::max<std::uint64_t>(most, 1));
  auto made = buffers_.silence(samples * bytes_per_sample);
  if (!made) return GST_FLOW_ERROR;
  const auto span = audio_timeline_.silence(samples, rate_);
  GST_LOG_OBJECT(source_, "silence, PTS " TIME ", %" G_GUINT64_FORMAT " samples",
                 TIME_ARGS(span.start), samples);
  *buffer = buffers_.finish_silence(std::move(made), span, rate_);
  return GST_FLOW_OK;
}

GstFlowReturn Playout::repeat_last(GstBuffer **buffer) {
  GST_DEBUG_OBJECT(source_, "a buffer was dropped by PAUSED: it is sent again");
  *buffer = buffers_.repeat_last();
  return *buffer ? GST_FLOW_OK : GST_FLOW_ERROR;
}

void Playout::handle_interrupted() {
  const auto policy = options_.on_interrupt;
  GST_DEBUG_OBJECT(source_, "interrupted at " TIME ": %s", TIME_ARGS(position()), to_text(policy));
  if (policy != OnInterrupt::keep) lines_.clear();
  if (policy != OnInterrupt::flush) end_item({.position = text_timeline_.position()});
  in_item_ = false;
  if (policy == OnInterrupt::keep) return audio_timeline_.end_turn();
  audio_timeline_.cut();
  if (policy == OnInterrupt::flush) pad_.push_flush(position());
}

bool Playout::fills_with_silence() const {
  return paced() && options_.gaps == Gaps::silence && !options_.text;
}

unsigned Playout::largest_buffer_bytes(int rate) const {
  return bytes_of(std::max(options_.buffer_duration, max_interval), rate);
}

/// What a buffer waits for.
std::size_t Playout::least_bytes() const {
  return bytes_of(std::min(options_.buffer_duration, longest_wait), rate_);
}

/// What a buffer holds.
std::size_t Playout::most_bytes() const {
  return bytes_of(options_.buffer_duration, rate_);
}

Playout::ns Playout::interval() const {
  const auto margin = fills_with_silence() ? ns(silence_margin) : 0ns;
  return std::clamp(options_.latency - margin, min_interval, max_interval);
}

/// The running time. 0 without a clock.
Playout::ns Playout::now() const {
  if (!clock_) return 0ns;
  return std::max(ns(gst_clock_get_time(clock_.get())) - base_time_, 0ns);
}

/// When to stop waiting for data and call handle_idle(), in monotonic us.
std::optional<std::int64_t> Playout::wait_deadline() const {
  if (!paced()) return std::nullopt;
  const auto dry = options_.text ? position() : audio_timeline_.dry_at();
  auto due = fills_with_silence() ? std::max(dry, position() + interval()) : dry + interval();
  if (const auto line = lines_.next_time()) due = std::min(due, *line);
  const auto left = due - now();
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
