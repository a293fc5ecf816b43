// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

namespace gemlive {

/// Decides which audio is skipped to catch up with a service that speaks without pause. Quiet is
/// skipped first, until the lag is half the limit. If the lag stays over the limit for `patience`,
/// the oldest audio is skipped down to the limit. An answer that arrives faster than it is played
/// is therefore not cut, if its lag shrinks in time. Pure: all times are arguments. One thread at a
/// time.
class LagLimit {
 public:
  using ns = std::chrono::nanoseconds;

  static constexpr ns patience = std::chrono::seconds(5);
  /// The beginning of each quiet moment is played, so that words stay apart.
  static constexpr ns kept_quiet = std::chrono::milliseconds(60);

  LagLimit() = default;
  /// 0: no limit.
  explicit LagLimit(ns limit) : limit_(limit) {}

  bool is_set() const { return limit_ > ns(0); }
  /// Whether to skip the next piece of audio. `lag` is the time until audio that arrives now is
  /// played.
  bool skips(ns lag, ns now, bool is_quiet, ns duration);

  /// No sample of this S16LE audio is audible: 1/256 of full scale, -48 dBFS.
  static bool is_quiet(std::span<const std::byte> samples);

 private:
  ns limit_{0};
  bool is_catching_up_ = false;
  std::optional<ns> over_since_ = {};
  ns quiet_{0};  // so far, without a sound
};

}  // namespace gemlive
