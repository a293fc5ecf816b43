// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gemlive {

/// How many values lie below each bound, for OpenMetrics. A value: one thread at a time.
class Histogram {
 public:
  /// Seconds from the end of a question to the first sound of its answer.
  static constexpr std::array bounds = {0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0};

  void add(double value) {
    for (std::size_t i = 0; i < bounds.size(); ++i)
      if (value <= bounds[i]) ++counts_[i];
    ++count_;
    sum_ += value;
  }
  /// The number of values up to bounds[i].
  std::uint64_t up_to(std::size_t i) const { return counts_[i]; }
  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }

 private:
  std::array<std::uint64_t, bounds.size()> counts_ = {};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace gemlive
