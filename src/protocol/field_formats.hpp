// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Formats of names and values inside the Live API's JSON. Pure, any thread.
namespace gemlive::wire {

/// Removes the white space between the tokens of JSON source.
std::string compact(std::string_view source);

/// Whether the value is equivalent to a missing field: `{}`, `[]`, `""`, `false` or `null`.
bool is_nothing(std::string_view compact_json);

/// Returns the place in Usage::names of a token count of either service. nullopt if it is unknown.
std::optional<std::size_t> count_index(std::string_view name);

/// A longer duration from a server is cut to this, so that no sum with a time can overflow.
constexpr std::chrono::milliseconds longest_duration = std::chrono::hours(24 * 30);
/// Parses a protobuf Duration: decimal seconds with an s, "9.5s". At most longest_duration. nullopt
/// if it is invalid or negative.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

constexpr int default_input_rate = 16000;
constexpr int default_output_rate = 24000;
/// Parses the rate of mono audio/pcm. Supported are 8 to 48 kHz. nullopt for any other type.
std::optional<int> pcm_rate(std::string_view mime_type, int default_rate = default_output_rate);

}  // namespace gemlive::wire
