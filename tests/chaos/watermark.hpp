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

/// What one buffer of audio holds: 20 ms, 16 kHz S16LE mono. Its number is in the lowest bits of
/// its samples, which nobody hears, so that what was heard can be told apart from what was heard
/// twice.
constexpr std::size_t tagged = 640;

/// Those of many, in little memory.
class Numbers {
 public:
  void insert(std::uint32_t number) {
    if (number >= there_.size()) there_.resize(number + 4096);
    size_ += !there_[number];
    there_[number] = true;
  }
  bool contains(std::uint32_t number) const { return number < there_.size() && there_[number]; }
  std::size_t size() const { return size_; }
  /// Those that are not in `others`.
  Numbers missing_in(const Numbers &others) const;
  /// As in "3-7 12-12".
  std::string text() const;
  void insert(const Numbers &others) {
    for (std::uint32_t number = 0; number < others.there_.size(); ++number)
      if (others.there_[number]) insert(number);
  }

 private:
  std::vector<bool> there_;
  std::size_t size_ = 0;
};

void tag(std::span<std::byte> buffer, std::uint32_t number);

/// Adds the numbers in a recording that consists of whole buffers. How many bytes were no buffer.
std::size_t collect(std::istream &&recording, Numbers &numbers);

}  // namespace gemlive::chaos
