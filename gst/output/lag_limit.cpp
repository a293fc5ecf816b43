// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "lag_limit.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace gemlive {
namespace {

constexpr int audible_level = 128;

}  // namespace

bool LagLimit::skips(ns lag, ns now, bool is_quiet, ns duration) {
  quiet_ = is_quiet ? quiet_ + duration : ns(0);
  if (lag <= limit_)
    over_since_.reset();
  else if (!over_since_ || *over_since_ > now)
    over_since_ = now;
  if (lag > limit_) is_catching_up_ = true;
  if (lag <= limit_ / 2) is_catching_up_ = false;
  if (over_since_ && now - *over_since_ >= patience) return true;
  return is_catching_up_ && quiet_ > kept_quiet;
}

bool LagLimit::is_quiet(std::span<const std::byte> samples) {
  for (; samples.size() >= sizeof(std::int16_t); samples = samples.subspan(sizeof(std::int16_t))) {
    std::int16_t sample = 0;
    std::memcpy(&sample, samples.data(), sizeof sample);
    if (std::abs(int{sample}) >= audible_level) return false;
  }
  return true;
}

}  // namespace gemlive
