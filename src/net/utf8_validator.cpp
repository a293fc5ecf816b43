// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "utf8_validator.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace gemlive {
namespace {

/// Number of leading bytes that are certainly ASCII. Most JSON is ASCII only.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  for (; at + 32 <= text.size(); at += 32) {
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), text.data() + at, sizeof words);
    if ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) break;
  }
  return at;
}

}  // namespace

bool Utf8Validator::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) bytes.remove_prefix(ascii_prefix(bytes));
    // The loop returns to the fast path after the bytes that stopped it.
    const auto slow = bytes.substr(0, 32);
    bytes.remove_prefix(slow.size());
    for (const char character : slow) {
      const auto byte = static_cast<std::uint8_t>(character);
      if (left_ == 0) {
        if (!begin(byte)) return false;
      } else {
        if (byte < lowest_ || byte > highest_) return false;
        --left_;
        lowest_ = 0x80;
        highest_ = 0xbf;
      }
    }
  }
  return true;
}

/// The second byte of some characters is limited: no overlong forms, no surrogates, nothing above
/// U+10FFFF.
bool Utf8Validator::begin(std::uint8_t byte) {
  if (byte < 0x80) return true;
  if (byte < 0xc2 || byte > 0xf4) return false;
  left_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) lowest_ = 0xa0;
  if (byte == 0xed) highest_ = 0x9f;
  if (byte == 0xf0) lowest_ = 0x90;
  if (byte == 0xf4) highest_ = 0x8f;
  return true;
}

}  // namespace gemlive
