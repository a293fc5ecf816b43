// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

/// Base64 (RFC 4648). Decoding accepts both alphabets, encoding writes the standard one. Results go
/// straight into the caller's memory. The fastest routine for the processor is chosen at run time.
/// Any thread.
namespace gemlive::base64 {

constexpr std::size_t encoded_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

/// Number of bytes that `text` decodes to. Padding may be missing. nullopt if the length is
/// impossible.
std::optional<std::size_t> decoded_size(std::string_view text);

/// `out` must hold encoded_size(bytes.size()) characters.
void encode(std::span<const std::byte> bytes, char *out);

/// `out` must hold decoded_size(text) bytes. Returns false for an impossible length, a character
/// outside both alphabets, or padding that is not at the end; `out` is then unspecified. Unused
/// bits of the last character are ignored.
bool decode(std::string_view text, std::byte *out);

namespace scalar {  // reference versions that tests compare with
void encode(std::span<const std::byte> bytes, char *out);
bool decode(std::string_view text, std::byte *out);
}  // namespace scalar

/// One implementation.
struct Routine {
  const char *name = "";
  void (*encode)(std::span<const std::byte> bytes, char *out) = nullptr;
  bool (*decode)(std::string_view text, std::byte *out) = nullptr;
};
/// All implementations that this processor can run, slowest first. encode() and decode() use the
/// last one.
std::span<const Routine> routines();

}  // namespace gemlive::base64
