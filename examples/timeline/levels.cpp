// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <cmath>

#include "timeline_model.hpp"

namespace gemlive::timeline {

float Levels::peak(double start, double end) const {
  if (!(end > 0) || !(start < duration())) return 0;
  const auto first = static_cast<std::size_t>(std::max(0.0, start) / frame);
  const auto last = std::min(
      peaks.size(), std::max(first + 1, static_cast<std::size_t>(std::min(end, longest) / frame)));
  float highest = 0;
  for (auto i = first; i < last; ++i)
    highest = std::max(highest, peaks[i]);
  return highest;
}

void Levels::add(double start, double end, float peak) {
  if (!(start < longest) || !(end > 0) || !(end > start)) return;
  const auto first = static_cast<std::size_t>(std::max(0.0, start) / frame);
  const auto last = std::max(
      first + 1, static_cast<std::size_t>(std::ceil(std::min(end, longest) / frame - 1e-6)));
  if (peaks.size() < last) peaks.resize(last, 0);
  for (auto i = first; i < last; ++i)
    peaks[i] = std::max(peaks[i], peak);
}

}  // namespace gemlive::timeline
