// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

/// Base64 (RFC 4648): both alphabets in, the standard one out, straight into the caller's memory.
/// The fastest routine for this processor is chosen at run time. Any thread.
namespace gemlive::base64 {

constexpr std::size_t encoded_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

/// Bytes that `text` decodes to; padding may be missing. nullopt for an impossible length.
std::optional<std::size_t> decoded_size(std::string_view text);

/// `out` holds encoded_size(bytes.size()) characters.
void encode(std::span<const std::byte> bytes, char *out);

/// `out` holds decoded_size(text) bytes. False for an impossible length, a character outside both
/// alphabets, or padding anywhere but at the end; `out` is then unspecified. Bits that are left
/// over in the last character are ignored.
bool decode(std::string_view text, std::byte *out);

namespace scalar {  // the twins that tests compare with
void encode(std::span<const std::byte> bytes, char *out);
bool decode(std::string_view text, std::byte *out);
}  // namespace scalar

/// One way of doing it.
struct Routine {
  const char *name = "";
  void (*encode)(std::span<const std::byte> bytes, char *out) = nullptr;
  bool (*decode)(std::string_view text, std::byte *out) = nullptr;
};
/// All that this processor can run, slowest first: encode() and decode() take the last.
std::span<const Routine> routines();

}  // namespace gemlive::base64
