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

/// The element's own account of a conversation: stats, in bytes of audio.
struct Ledger {
  std::uint64_t pushed = 0, sent = 0, dropped = 0, held = 0;             // input
  std::uint64_t came = 0, taken = 0, discarded = 0, lost = 0, kept = 0;  // output
  std::uint64_t replayed = 0, acknowledged = 0, given_up = 0;            // of what was sent
  std::uint64_t connects = 0;

  bool is_exact() const {
    return pushed == sent + dropped + held && acknowledged + given_up <= sent &&
           came == taken + discarded + lost + kept;
  }
  std::string text() const;
};

/// Somebody who talks half a second out of two, live, into a gemlivesink, and listens with a
/// gemlivesrc. Counts for itself what goes in. Any thread but one at a time.
class Call {
 public:
  /// What the pipeline's bus was told, when (monotonic us).
  struct Fact {
    std::int64_t time = 0;
    std::string name = {};  // of an ELEMENT message, or "error", "warning", "eos"
    std::string text = {};
  };

  /// `properties` are of the gemlivesink. What goes in is tagged, from `first` on (tags.hpp).
  explicit Call(const std::string &properties, std::uint32_t first = 0);
  ~Call();
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;

  /// How long the state change took, in ms.
  double set_state(GstState state);
  GstElement *element(const char *name) const;

  using Fits = std::function<bool(const Fact &)>;
  /// The first fact from `since` (monotonic us) on.
  std::optional<Fact> wait(const Fits &fits, std::int64_t since, Milliseconds deadline);
  std::optional<Fact> wait(const std::string &name, std::int64_t since, Milliseconds deadline);
  /// Of all time; wait() knows the last thousand only.
  std::size_t count(const std::string &name);

  /// From now on nothing more goes in.
  void hush() { hushed_ = true; }
  void talk() { hushed_ = false; }
  /// Bytes of audio that were handed to the sink.
  std::uint64_t handed_in() const { return handed_in_; }
  Ledger ledger() const;
  /// Of what is handed in next.
  std::uint32_t next_number() const { return next_; }
  /// The numbers of what was handed in and is speech.
  Numbers speech() { return speech_.copy(); }

 private:
  static GstBusSyncReply on_message(GstBus *, GstMessage *message, gpointer self);
  static GstPadProbeReturn on_buffer(GstPad *, GstPadProbeInfo *info, gpointer self);

  ElementPtr pipeline_;
  std::atomic<std::uint32_t> next_;
  std::atomic<bool> hushed_{false};
  std::atomic<std::uint64_t> handed_in_{0};
  Guarded<Numbers> speech_;
  std::mutex mutex_;
  std::condition_variable told_;
  std::deque<Fact> facts_;  // the newest
  std::map<std::string, std::size_t> counts_;
};

std::int64_t now_us();

}  // namespace gemlive::chaos
