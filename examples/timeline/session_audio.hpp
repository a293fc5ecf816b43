// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

/// The audio of a message: peaks of frames, and its duration.
struct Chunk {
  double at = 0;  // it was sent, or arrived
  double duration = 0;
  unsigned connection = 0;
  std::vector<float> peaks = {};
};

/// Nothing if `base64` is none. `mime` gives the rate.
std::optional<Chunk> read_chunk(std::string_view base64, std::string_view mime, int usual_rate);

/// Adds a chunk that begins at `start`.
void add_chunk(Levels &levels, const Chunk &chunk, double start);

/// The user's chunks, in the order in which they were sent. Live audio is sent after it was
/// recorded: each lies as late as it can, before its own moment and before the next. What is sent
/// later than that has waited. Gives the levels, and tells what waited.
Levels place_before_sending(const std::vector<Chunk> &chunks, Story &story);

}  // namespace gemlive::timeline
