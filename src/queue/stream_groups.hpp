// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "guarded.hpp"

namespace gemlive {

/// The number that all streams of a conversation share in one pipeline. Any thread.
class StreamGroups {
 public:
  /// The first caller of a pipeline settles its number: `proposed`.
  unsigned settle(const void *pipeline, unsigned proposed) {
    auto known = known_.lock();
    const auto found = std::ranges::find(*known, pipeline, &Group::first);
    if (found != known->end()) return found->second;
    known->emplace_back(pipeline, proposed);
    return proposed;
  }

 private:
  using Group = std::pair<const void *, unsigned>;
  Guarded<std::vector<Group>> known_;
};

}  // namespace gemlive
