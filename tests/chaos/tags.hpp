// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>

namespace gemlive::chaos {

/// What one buffer of audio holds: 20 ms, 16 kHz S16LE mono. Its number is in the lowest bits of
/// its samples, which nobody hears, so that what was heard can be told apart from what was heard
/// twice.
constexpr std::size_t tagged = 640;

void tag(std::span<std::byte> buffer, std::uint32_t number);

/// Adds the numbers in a recording that consists of whole buffers. How many bytes were no buffer.
std::size_t collect(std::span<const std::byte> recording, std::set<std::uint32_t> &numbers);

}  // namespace gemlive::chaos
