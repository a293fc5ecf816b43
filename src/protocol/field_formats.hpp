// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// The small languages inside the Live API's JSON. Pure, any thread.
namespace gemlive::wire {

/// Servers write camelCase; protobuf's JSON may be in snake_case as well.
bool is_named(std::string_view name, std::string_view camel_case);

/// JSON source without the white space between its tokens.
std::string compact(std::string_view source);

/// `{}`, `[]`, `""`, `false` or `null`: what says no more than a missing field.
bool is_nothing(std::string_view compact_json);

/// The Developer API's name of a token count that has another one on Vertex AI, in camelCase;
/// others stay as they are.
std::string_view count_name(std::string_view name);

/// A protobuf Duration: decimal seconds and an s, "9.5s". Nothing for a negative one.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The rate of mono audio/pcm that we can carry, 8 to 48 kHz, and 24 kHz where the type does not
/// say.
std::optional<int> pcm_rate(std::string_view mime_type);

}  // namespace gemlive::wire
