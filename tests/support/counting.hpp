// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base64.hpp"
#include "message_pool.hpp"

/// Audio for tests that compare bytes.
namespace gemlive::test {

using Bytes = std::vector<std::byte>;

/// Bytes with the values of their positions.
inline Bytes counting(std::size_t count, std::size_t from = 0) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<std::byte>((from + i) * 7 + (from + i) / 251);
  return bytes;
}

inline std::string encoded(std::span<const std::byte> bytes) {
  std::string text(base64::encoded_size(bytes.size()), '\0');
  base64::encode(bytes, text.data());
  return text;
}

inline Message message_of(std::string_view text) {
  return MessagePool().copy(text);
}

}  // namespace gemlive::test
