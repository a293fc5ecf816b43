// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesrc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "audio_timeline.hpp"
#include "clock_wait.hpp"
#include "config.hpp"
#include "output_stream.hpp"
#include "text_timeline.hpp"

namespace gemlive {

/// From a stream of a conversation to buffers and events of a source: takes what comes, puts it on
/// the timeline, releases it just in time, and fills the time between with gaps. Lives from
/// READY→PAUSED until PAUSED→READY.
class Playout {
 public:
  static constexpr int default_rate = 24000;  // until the server says otherwise

  struct Rules {
    bool text = false;
    Pacing pacing = Pacing::clock;
    Gaps gaps = Gaps::gap;
    OnInterrupt on_interrupt = OnInterrupt::discard;
    std::chrono::nanoseconds latency{0};
  };
  /// Announces the caps of that rate; false when they were refused, which it has told. Src task.
  using SetRate = std::function<bool(int rate)>;

  Playout(GstBaseSrc *source, std::shared_ptr<OutputStream> stream, const Rules &rules,
          SetRate set_rate);
  ~Playout();
  Playout(const Playout &) = delete;
  Playout &operator=(const Playout &) = delete;

  /// The next buffer, with the events before it already pushed. Src task.
  GstFlowReturn create(GstBuffer **buffer, std::chrono::nanoseconds pipeline_latency);

  /// True: create() returns FLUSHING, and loses nothing. Any thread.
  void set_unlocked(bool unlocked);

 private:
  using ns = std::chrono::nanoseconds;
  // How often what is idle says so.
  static constexpr ns min_interval = std::chrono::milliseconds(20);
  static constexpr ns max_interval = std::chrono::milliseconds(100);
  /// The same moment on both clocks.
  struct Now {
    ns running{0};
    std::int64_t monotonic = 0;  // us
  };
  /// What create() returns, or nothing while there is nothing to return.
  using Made = std::optional<GstFlowReturn>;

  void announce();
  GstFlowReturn hand_over(BufferPtr made, const AudioTimeline::Span &span, GstBuffer **buffer);
  bool was_lost() const;
  GstFlowReturn repeat(GstBuffer **buffer);
  Made take(const output::Item &head, GstBuffer **buffer);
  Made take_audio(const output::Item &head, GstBuffer **buffer);
  Made take_text(const output::Item &head, GstBuffer **buffer);
  Made idle(GstBuffer **buffer);
  Made silence(std::size_t samples, GstBuffer **buffer);
  void end_item(const output::Item &head);
  void interrupted();
  void flush();
  static GstPadProbeReturn keep_own_segment(GstPad *, GstPadProbeInfo *info, gpointer self);

  bool paced() const { return rules_.pacing == Pacing::clock && clock_; }
  bool fills() const { return paced() && rules_.gaps == Gaps::silence && !rules_.text; }
  std::size_t frame_samples() const { return static_cast<std::size_t>(std::max(rate_ / 50, 1)); }
  ns interval() const { return std::clamp<ns>(rules_.latency, min_interval, max_interval); }
  Now now() const;
  std::optional<std::int64_t> dry_at() const;
  AudioTimeline::Slot place(const output::Item &head) const;
  bool release(ns running);
  void push(GstEvent *event);
  void push_segment();
  void cover(AudioTimeline::Span span);
  void pass(ns until);
  ns position() const { return rules_.text ? text_timeline_.end() : audio_timeline_.position(); }
  void push_gap(AudioTimeline::Span span);

  GstBaseSrc *source_;
  const std::shared_ptr<OutputStream> stream_;
  Rules rules_;
  SetRate set_rate_;
  ClockWait wait_;
  gulong probe_ = 0;

  // Src task
  ClockPtr clock_;
  ns base_time_{0};
  ns pipeline_latency_{0};
  AudioTimeline audio_timeline_;  // of audio
  TextTimeline text_timeline_;    // of text
  bool in_item_ = false;
  bool is_own_segment_ = false;
  int rate_ = default_rate;
  bool announced_ = false;
  std::vector<std::byte> last_bytes_;  // what create() returned last
  AudioTimeline::Span last_;
};

}  // namespace gemlive
