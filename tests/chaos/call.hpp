// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "gst_ptr.hpp"
#include "guarded.hpp"
#include "watermark.hpp"

namespace gemlive::chaos {

using Milliseconds = std::chrono::milliseconds;

/// The stats of an element, in bytes of audio.
struct CallStats {
  std::uint64_t pushed = 0, sent = 0, dropped = 0, held = 0;             // input
  std::uint64_t came = 0, taken = 0, discarded = 0, lost = 0, kept = 0;  // output
  std::uint64_t resent = 0, acknowledged = 0, given_up = 0;              // of the sent audio
  std::uint64_t connects = 0;

  /// Whether the sums are exact.
  bool adds_up() const {
    return pushed == sent + dropped + held && acknowledged + given_up <= sent &&
           came == taken + discarded + lost + kept;
  }
  std::string text() const;
};

/// A pipeline with a live speaker (half a second of speech in two seconds) into gemlivesink, and a
/// gemlivesrc. Counts the input itself, to compare it with the stats. One thread at a time.
class Call {
 public:
  /// A message on the pipeline's bus.
  struct Message {
    std::int64_t time = 0;  // monotonic us
    std::string name = {};  // of an ELEMENT message, or "error", "warning", "eos"
    std::string text = {};
  };

  /// `properties` are set on the gemlivesink. The first buffer of input has the number `first`
  /// (watermark.hpp).
  explicit Call(const std::string &properties, std::uint32_t first = 0);
  ~Call();
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;

  /// Returns the duration of the state change in ms.
  double set_state(GstState state);
  GstElement *element(const char *name) const;

  using Predicate = std::function<bool(const Message &)>;
  /// The first matching message since `since` (monotonic us).
  std::optional<Message> wait(const Predicate &matches, std::int64_t since, Milliseconds deadline);
  std::optional<Message> wait(const std::string &name, std::int64_t since, Milliseconds deadline);
  /// Counts all messages; wait() sees only the last 1000.
  std::size_t count(const std::string &name);

  /// Muted, no audio goes into the sink.
  void mute() { muted_ = true; }
  void unmute() { muted_ = false; }
  /// Bytes of audio that went into the sink.
  std::uint64_t handed_in() const { return handed_in_; }
  CallStats stats() const;
  /// The number of the next buffer.
  std::uint32_t next_number() const { return next_; }
  /// The numbers of the buffers that contain speech.
  NumberSet speech() { return speech_.copy(); }

 private:
  static GstBusSyncReply on_message(GstBus *, GstMessage *message, gpointer self);
  static GstPadProbeReturn on_buffer(GstPad *, GstPadProbeInfo *info, gpointer self);

  ElementPtr pipeline_;
  std::atomic<std::uint32_t> next_;
  std::atomic<bool> muted_{false};
  std::atomic<std::uint64_t> handed_in_{0};
  Guarded<NumberSet> speech_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;  // the newest
  std::map<std::string, std::size_t> counts_;
};

std::int64_t now_us();

}  // namespace gemlive::chaos
