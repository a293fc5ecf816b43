// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>

#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Where the last sound before `time` ends. Nothing if there was none for 15 s. Pure. Any thread.
std::optional<double> end_of_sound(const Levels &levels, double time);

/// Where the sound that ends at `time` begins: behind a pause of a second, at most 60 s earlier.
double start_of_sound(const Levels &levels, double time);

}  // namespace gemlive::timeline
