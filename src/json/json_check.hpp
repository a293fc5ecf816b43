// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Whether a text is JSON as RFC 8259 has it, and of a size that json-glib can hold: numbers of 64
/// bits, no U+0000. json-glib 1.6 is not that strict (comments, 0x1F, trailing text) and dies of
/// deep nesting, so nothing reaches it before this. Any thread.
namespace gemlive::json {

struct SyntaxError {
  std::size_t line = 1;
  std::size_t column = 1;
  const char *expected = "";  // "a value", "',' or '}'" ...
};

/// nullopt when `text` is exactly one value, nested at most `max_depth` levels deep.
std::optional<SyntaxError> check_syntax(std::string_view text, std::size_t max_depth = 64);

}  // namespace gemlive::json
