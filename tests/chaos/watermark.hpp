// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <vector>

namespace gemlive::chaos {

/// Each buffer of audio (20 ms, 16 kHz S16LE mono) carries a number in the lowest bits of its
/// samples. So a recording shows which buffers arrived, and which arrived twice.
constexpr std::size_t bytes_per_number = 640;

/// A set of numbers that needs little memory.
class NumberSet {
 public:
  void insert(std::uint32_t number) {
    if (number >= present_.size()) present_.resize(number + 4096);
    size_ += !present_[number];
    present_[number] = true;
  }
  bool contains(std::uint32_t number) const { return number < present_.size() && present_[number]; }
  std::size_t size() const { return size_; }
  /// The numbers that are not in `others`.
  NumberSet missing_in(const NumberSet &others) const;
  /// For example "3-7 12-12".
  std::string text() const;
  void insert(const NumberSet &others) {
    for (std::uint32_t number = 0; number < others.present_.size(); ++number)
      if (others.present_[number]) insert(number);
  }

 private:
  std::vector<bool> present_;
  std::size_t size_ = 0;
};

void write_watermark(std::span<std::byte> buffer, std::uint32_t number);

/// Adds the numbers in a recording of whole buffers. Returns the number of other bytes.
std::size_t read_watermarks(std::istream &&recording, NumberSet &numbers);

}  // namespace gemlive::chaos
