// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base64_audio.hpp"

#include <algorithm>

#include "base64.hpp"

namespace gemlive {
namespace {

constexpr std::size_t group = 4;  // characters, for three bytes

/// Padding is valid only at the very end, which decode() cannot see.
bool is_inner(std::string_view characters) {
  return characters.back() != '=';
}

}  // namespace

Base64Audio::Base64Audio(const Message &message, std::string_view base64)
    : message_(message), base64_(base64) {}

std::size_t Base64Audio::read(std::span<std::byte> out, bool &bad) {
  std::size_t written = 0;
  while (written < out.size() && (carried_ > 0 || !base64_.empty())) {
    const auto space = out.subspan(written);
    const auto groups =
        std::min(space.size() / 3, base64_.empty() ? 0 : (base64_.size() - 1) / group);
    if (carried_ > 0) {
      written += take_carried(space);
    } else if (groups > 0) {
      const auto slice = base64_.substr(0, groups * group);
      bad = !is_inner(slice) || !base64::decode(slice, space.data());
      if (bad) break;
      base64_.remove_prefix(slice.size());
      written += groups * 3;
    } else {
      bad = !decode_group();
      if (bad) break;
    }
  }
  return written;
}

std::size_t Base64Audio::take_carried(std::span<std::byte> out) {
  const auto count = std::min(carried_, out.size());
  std::copy_n(carry_.begin(), count, out.begin());
  std::copy(carry_.begin() + count, carry_.begin() + carried_, carry_.begin());
  carried_ -= count;
  return count;
}

/// Decodes a group into the carry: its bytes do not all fit, or it is the last and may be short.
bool Base64Audio::decode_group() {
  const auto slice = base64_.substr(0, group);
  if (base64_.size() > group && !is_inner(slice)) return false;
  const auto size = base64::decoded_size(slice);
  if (!size || *size == 0 || !base64::decode(slice, carry_.data())) return false;
  carried_ = *size;
  base64_.remove_prefix(slice.size());
  return true;
}

}  // namespace gemlive
