// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "view.hpp"

namespace gemlive::talk {

struct Progress {
  std::chrono::nanoseconds position{0}, duration{0};  // duration 0: not known
};

/// What the status line shows.
struct Status {
  Connection connection = Connection::Connecting;
  Levels levels = {};
  std::optional<std::chrono::milliseconds> time_to_first_sound = {};  // of the last turn
  std::uint64_t tokens = 0;
  std::optional<Progress> progress = {};
  bool is_muted = false;
  bool is_talking = false;
  bool push_to_talk = false;
  bool is_scrolled = false;
};

/// The status in at most `width` columns of ASCII. What matters least is shortened first, then left
/// out: the tokens first, whether the microphone is open last.
std::string status_line(const Status &status, int width);

/// A bar of `width` characters without its frame, for a level from -60 dB (empty) to 0 dB.
std::string level_bar(double db, int width);

}  // namespace gemlive::talk
