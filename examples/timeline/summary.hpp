// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "timeline_model.hpp"

/// A conversation in words: for the head of a picture, and for those who do not see it. Pure. Any
/// thread.
namespace gemlive::timeline {

/// "Conversation of 1 min 20 s"
std::string title_of(const Model &model);

/// "5 turns; first sound after 0.62 s (median), 1.9 s at most; 1 interruption; ..."
std::string headline_of(const Model &model);

struct Line {
  double at = 0;
  std::string who = {};  // "User", "Model" or empty
  std::string text = {};
};

/// What happened, in order. At most `limit` lines; the last one says how many are left out.
std::vector<Line> account_of(const Model &model, std::size_t limit);

}  // namespace gemlive::timeline
