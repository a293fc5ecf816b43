// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <string_view>

namespace gemlive {

/// Validates UTF-8 (RFC 3629) that arrives in pieces, and detects an error at the first invalid
/// byte. GLib's functions take incomplete characters for valid. Pure.
class Utf8Validator {
 public:
  /// False if the text so far cannot be the beginning of valid UTF-8. Call reset() then.
  bool feed(std::string_view bytes);
  /// Whether the text so far ends with a complete character.
  bool is_complete() const { return left_ == 0; }
  void reset() { *this = {}; }

 private:
  bool begin(std::uint8_t byte);

  int left_ = 0;                // bytes of the current character
  std::uint8_t lowest_ = 0x80;  // of the next of them
  std::uint8_t highest_ = 0xbf;
};

}  // namespace gemlive
