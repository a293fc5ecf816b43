// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gemlive::simulator {

/// Band-limited (polyphase, windowed sinc) change of the sampling rate of a whole recording.
std::vector<std::int16_t> resample(std::span<const std::int16_t> samples, int from, int to);

}  // namespace gemlive::simulator
