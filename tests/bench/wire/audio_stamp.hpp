// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

/// A time inside the audio, from which the other side computes the latency: both are on one
/// machine. Its 24 samples lie between -8 and 7, so that it is no speech. Pure, any thread.
///
/// The samples are hexadecimal digits, less 8: 4 that mark the place, 16 of the time, 4 of a
/// checksum. The lowest digit of a number is the first. peers/ has the same in Python and
/// JavaScript.
namespace gemlive::bench {

constexpr std::size_t stamp_size = 48;  // bytes

/// The monotonic time in us.
std::int64_t now_us();

/// `audio` has room for a stamp.
void write_stamp(std::int64_t time, std::span<std::byte> audio);

/// The last stamp in `audio`. nullopt if there is none.
std::optional<std::int64_t> find_last_stamp(std::span<const std::byte> audio);

}  // namespace gemlive::bench
