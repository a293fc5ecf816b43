// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>

namespace gemlive::simulator {

/// A number as protobuf's JSON has it: 500, 500.0, 5e2, or one of them as a string. As a string
/// also "NaN", "Infinity" and "-Infinity". Pure, any thread.
std::optional<double> number_of(simdjson::dom::element value);
/// The same for a whole number.
std::optional<std::int64_t> integer_of(simdjson::dom::element value);

}  // namespace gemlive::simulator
