// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "end_of_sound.hpp"

#include <algorithm>

namespace gemlive::timeline {
namespace {

constexpr float audible = 0.02F;  // -34 dBFS: louder than a room

std::size_t frame_at(const Levels &levels, double time) {
  const auto frame = static_cast<std::size_t>(std::max(0.0, time) / Levels::frame);
  return std::min(frame, levels.peaks.size());
}

}  // namespace

std::optional<double> end_of_sound(const Levels &levels, double time) {
  const auto end = frame_at(levels, time), first = frame_at(levels, time - 15);
  for (auto i = end; i > first; --i)
    if (levels.peaks[i - 1] >= audible) return static_cast<double>(i) * Levels::frame;
  return std::nullopt;
}

double start_of_sound(const Levels &levels, double time) {
  constexpr int pause = 50;  // frames
  const auto end = frame_at(levels, time), first = frame_at(levels, time - 60);
  auto start = end;
  int quiet = 0;
  for (auto i = end; i > first && quiet < pause; --i) {
    const bool is_loud = levels.peaks[i - 1] >= audible;
    quiet = is_loud ? 0 : quiet + 1;
    if (is_loud) start = i - 1;
  }
  return static_cast<double>(start) * Levels::frame;
}

}  // namespace gemlive::timeline
