// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gemlive::simulator {

/// Resamples a whole recording from rate `from` to rate `to` (polyphase windowed sinc).
std::vector<std::int16_t> resample(std::span<const std::int16_t> samples, int from, int to);

}  // namespace gemlive::simulator
