// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "watermark.hpp"

#include <array>

namespace gemlive::chaos {

namespace {

/// A checksum: noise must not look like a number.
std::uint32_t check_of(std::uint32_t number) {
  return number * 2654435761u ^ 0x5a5a5a5au;
}

std::byte with_bit(std::byte sample, std::uint32_t bit) {
  return (sample & std::byte{0xfe}) | static_cast<std::byte>(bit & 1);
}

std::uint32_t bits(std::span<const std::byte> samples) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 32; ++i)
    value |= (std::to_integer<std::uint32_t>(samples[2 * i]) & 1) << i;
  return value;
}

}  // namespace

NumberSet NumberSet::missing_in(const NumberSet &others) const {
  NumberSet missing;
  for (std::uint32_t number = 0; number < present_.size(); ++number)
    if (present_[number] && !others.contains(number)) missing.insert(number);
  return missing;
}

std::string NumberSet::text() const {
  std::string text;
  for (std::uint32_t number = 0; number < present_.size(); ++number) {
    if (!present_[number]) continue;
    const auto first = number;
    while (contains(number + 1))
      ++number;
    text += (text.empty() ? "" : " ") + std::to_string(first) + '-' + std::to_string(number);
  }
  return text;
}

void write_watermark(std::span<std::byte> buffer, std::uint32_t number) {
  for (std::size_t i = 0; i < 32; ++i) {
    buffer[2 * i] = with_bit(buffer[2 * i], number >> i);
    buffer[2 * (i + 32)] = with_bit(buffer[2 * (i + 32)], check_of(number) >> i);
  }
}

std::size_t read_watermarks(std::istream &&recording, NumberSet &numbers) {
  std::size_t unknown = 0;
  std::array<char, bytes_per_number> bytes;
  while (recording.read(bytes.data(), bytes.size())) {
    const auto samples = std::as_bytes(std::span(bytes));
    const auto number = bits(samples);
    if (bits(samples.subspan(64)) == check_of(number))
      numbers.insert(number);
    else
      unknown += bytes_per_number;
  }
  return unknown + static_cast<std::size_t>(recording.gcount());
}

}  // namespace gemlive::chaos
