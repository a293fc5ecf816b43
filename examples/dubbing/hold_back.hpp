// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>

namespace dubbing {

using ns = std::chrono::nanoseconds;

/// By how much the picture is held back. It changes by a tenth of the time that passes, so that the
/// picture runs a little slower or faster for a while, and does not stop.
class HoldBack {
 public:
  static constexpr int slowness = 10;

  explicit HoldBack(ns start) : from_(start), target_(start) {}

  /// From now on, the time of the newest at(), it moves to `target`.
  void aim(ns target) {
    from_ = at(newest_);
    since_ = newest_;
    target_ = target;
  }
  ns target() const { return target_; }
  /// What applies to a buffer of this running time.
  ns at(ns time) {
    newest_ = std::max(newest_, time);
    const auto step = std::max(ns(0), time - since_) / slowness;
    return target_ > from_ ? std::min(target_, from_ + step) : std::max(target_, from_ - step);
  }

 private:
  ns from_;
  ns target_;
  ns since_{0};
  ns newest_{0};
};

}  // namespace dubbing
