// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "lag_limit.hpp"

#include "pcm.hpp"

namespace gemlive {

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
  return pcm::peak(samples) < pcm::audible_level;
}

}  // namespace gemlive
