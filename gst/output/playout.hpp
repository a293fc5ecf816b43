// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesrc.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "audio_timeline.hpp"
#include "caption_lines.hpp"
#include "clock_wait.hpp"
#include "config.hpp"
#include "lag_limit.hpp"
#include "output_buffers.hpp"
#include "output_events.hpp"
#include "output_stream.hpp"
#include "paused_time.hpp"
#include "start_barrier.hpp"
#include "text_timeline.hpp"

namespace gemlive {

/// Makes the buffers and events of a source from an output stream of a conversation: gives them
/// their PTS, releases them just in time, and fills the time between answers with gaps or silence.
/// Lives from READY→PAUSED until PAUSED→READY.
class Playout {
 public:
  static constexpr int default_rate = 24000;  // until the server sends another one

  struct Options {
    bool text = false;
    Pacing pacing = Pacing::clock;
    Gaps gaps = Gaps::silence;
    OnInterrupt on_interrupt = OnInterrupt::discard;
    std::chrono::nanoseconds latency{0};
    std::chrono::nanoseconds buffer_duration = std::chrono::milliseconds(20);  // of audio, at most
    std::chrono::nanoseconds max_lag{0};
    Captions captions = Captions::pieces;
    unsigned caption_width = 42;
  };
  /// Sets caps with this rate. False if downstream refuses them; the error has been posted. Src
  /// task.
  using SetRate = std::function<bool(int rate)>;
  using Identify = std::function<StreamIdentity()>;

  /// `start` must live as long as `stream`.
  Playout(GstBaseSrc *source, std::shared_ptr<OutputStream> stream, StartBarrier &start,
          PausedTime &paused_time, const Options &options, SetRate set_rate, Identify identify);

  /// Returns the next buffer, after pushing the events before it. Src task.
  GstFlowReturn create(GstBuffer **buffer, std::chrono::nanoseconds pipeline_latency);

  /// The size of the largest buffer, of audio or of silence. Any thread.
  unsigned largest_buffer_bytes(int rate) const;

  /// STREAM_START has been sent, so that caps can follow. Src task.
  bool is_announced() const { return announced_; }

  /// True: create() returns FLUSHING. No data is lost. Any thread.
  void set_unlocked(bool unlocked);

  /// The application has flushed downstream: a new segment follows. Any thread.
  void set_flushed(guint32 seqnum) { flush_seqnum_ = seqnum; }

 private:
  using ns = std::chrono::nanoseconds;
  /// The return value of create(). Empty: continue with the next item.
  using Flow = std::optional<GstFlowReturn>;

  bool announce();
  void start(guint32 flush_seqnum);
  void follow_clock();
  void resync();
  GstFlowReturn repeat_last(GstBuffer **buffer);
  Flow handle(const output::Item &head, GstBuffer **buffer);
  Flow handle_audio(const output::Item &head, GstBuffer **buffer);
  Flow handle_text(const output::Item &head, GstBuffer **buffer);
  Flow handle_end(GstBuffer **buffer);
  Flow handle_idle(GstBuffer **buffer);
  void handle_interrupted();
  std::size_t read_audio(GstBuffer *made, std::size_t most, const output::Item &head, ns pts);
  bool skips(std::span<const std::byte> samples, const output::Item &head, ns pts);
  void add_to_lines(const output::Item &head);
  Flow wait_for_line(GstBuffer **buffer);
  Flow deliver_line(GstBuffer **buffer);
  Flow deliver_text(const std::string &text, const TextTimeline::Slot &slot, ns duration,
                    GstBuffer **buffer);
  Flow deliver_silence(std::uint64_t samples, GstBuffer **buffer);
  void end_item(const output::Item &head);
  void push_final_transcript();

  bool paced() const { return options_.pacing == Pacing::clock && clock_; }
  bool fills_with_silence() const;
  bool in_lines() const { return options_.text && options_.captions == Captions::lines; }
  std::size_t least_bytes() const;
  std::size_t most_bytes() const;
  ns interval() const;
  ns now() const;
  std::optional<std::int64_t> wait_deadline() const;
  AudioTimeline::Piece piece_of(const output::Item &head) const;
  std::optional<ns> time_said(const output::Item &head) const;
  bool wait_until(ns running);
  void push_gap_until(ns end);
  ns position() const {
    return options_.text ? text_timeline_.position() : audio_timeline_.position();
  }

  GstBaseSrc *source_;
  OutputEvents pad_;
  OutputBuffers buffers_;
  const std::shared_ptr<OutputStream> stream_;
  StartBarrier::Party start_barrier_;
  PausedTime &paused_time_;
  Options options_;
  SetRate set_rate_;
  Identify identify_;
  ClockWait wait_;
  std::atomic<guint32> flush_seqnum_ = GST_SEQNUM_INVALID;  // of a flush since the last buffer

  // Src task
  ClockPtr clock_;
  ns base_time_{0};
  ns pipeline_latency_{0};
  AudioTimeline audio_timeline_;  // with Options::text, it gives the text its PTS
  ns fill_until_{0};              // with silence, before the next audio
  LagLimit lag_limit_;
  TextTimeline text_timeline_;
  CaptionLines lines_;
  bool ends_line_item_ = false;  // the last line did
  ns item_end_{0};               // of the last item, unless paced
  bool in_item_ = false;
  std::int64_t last_arrival_ = 0;  // of audio
  bool comes_early_ = false;       // that audio came before it was due
  int rate_ = default_rate;
  bool announced_ = false;
  bool started_ = false;
};

}  // namespace gemlive
