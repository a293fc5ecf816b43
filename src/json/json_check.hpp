// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Checks that a text is JSON (RFC 8259) and that json-glib can hold it: 64-bit numbers, no U+0000.
/// json-glib 1.6 is less strict (it accepts comments, 0x1F and trailing text) and crashes on deep
/// nesting, so every text is checked here before json-glib sees it. Any thread.
namespace gemlive::json {

struct SyntaxError {
  std::size_t line = 1;
  std::size_t column = 1;
  const char *expected = "";  // "a value", "',' or '}'" ...
};

/// Returns nullopt if `text` is exactly one value, nested at most `max_depth` levels deep.
std::optional<SyntaxError> check_syntax(std::string_view text, std::size_t max_depth = 64);

}  // namespace gemlive::json
