// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>

#include "input_item.hpp"
#include "ring.hpp"

namespace gemlive {

/// When the audio of a connection was said. A service reports places in its input as offsets from
/// the start of the stream, and a connection is a stream: on the next one it counts from 0, and
/// what is resent there was said earlier. Bounded: the oldest audio is forgotten first. Pure.
/// Session's thread only.
class InputTimes {
 public:
  using ns = std::chrono::nanoseconds;

  /// A new connection.
  void begin();
  /// Audio was sent. Without `said_at` it follows the audio before it, but not before `earliest`.
  void sent(ns duration, input::SaidAt said_at, input::SaidAt earliest);
  /// None: not sent on this connection, or forgotten.
  input::SaidAt said_at(ns offset) const;

 private:
  static constexpr std::size_t max_spans = 4096;
  /// A smaller jump is jitter of the timestamps.
  static constexpr ns tolerance = std::chrono::milliseconds(10);
  /// A service may round an offset up.
  static constexpr ns longest_overrun = std::chrono::seconds(1);

  /// Audio that was said without a hole.
  struct Span {
    ns offset{0};
    ns said_at{0};
  };

  Ring<Span> spans_;
  ns sent_{0};
};

}  // namespace gemlive
