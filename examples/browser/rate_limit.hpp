// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>

namespace gemlive::web {

/// A token bucket: `burst` at once, `per_second` in the long run.
class RateLimit {
 public:
  RateLimit(double burst, double per_second)
      : burst_(burst), per_second_(per_second), left_(burst) {}

  /// Whether something of this cost is within the limit at time `now`, in seconds.
  bool take(double cost, double now) {
    left_ = std::min(burst_, left_ + (now - last_) * per_second_);
    last_ = now;
    if (left_ < cost) return false;
    left_ -= cost;
    return true;
  }

 private:
  double burst_;
  double per_second_;
  double left_;
  double last_ = 0;
};

}  // namespace gemlive::web
