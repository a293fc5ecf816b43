// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>

#include "json_value.hpp"

namespace gemlive::simulator {

/// A place where two JSON values differ. Pure.
struct JsonDifference {
  std::string path = {};      // "setup.tools[0].name"
  std::string expected = {};  // JSON; empty: missing
  std::string actual = {};
};

/// The first difference by value: the order of members, white space, escapes, the form of a number,
/// and camelCase or snake_case make none.
std::optional<JsonDifference> first_difference(const json::Value &expected,
                                               const json::Value &actual);

}  // namespace gemlive::simulator
