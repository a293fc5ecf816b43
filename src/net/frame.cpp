// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame.hpp"

#include <algorithm>
#include <cstring>

namespace gemlive {

namespace {

constexpr std::size_t max_reason = 123;

void append_big_endian(std::string &out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift);
}

void append_head(std::string &out, Opcode opcode, bool final, std::size_t size, int mask_bit) {
  out += static_cast<char>((final ? 0x80 : 0) | static_cast<int>(opcode));
  if (size < 126) {
    out += static_cast<char>(mask_bit | static_cast<int>(size));
  } else if (size <= 0xffff) {
    out += static_cast<char>(mask_bit | 126);
    append_big_endian(out, size, 2);
  } else {
    out += static_cast<char>(mask_bit | 127);
    append_big_endian(out, size, 8);
  }
}

}  // namespace

void append_frame(std::string &out, Opcode opcode, std::string_view payload, bool final) {
  append_head(out, opcode, final, payload.size(), 0);
  out += payload;
}

void append_masked_frame(std::string &out, Opcode opcode, std::string_view payload, MaskingKey mask,
                         bool final) {
  append_head(out, opcode, final, payload.size(), 0x80);
  out.append(reinterpret_cast<const char *>(mask.data()), mask.size());
  const auto start = out.size();
  out += payload;
  apply_mask(out.data() + start, payload.size(), mask);
}

void append_message(std::string &out, Opcode opcode, std::string_view payload,
                    std::size_t fragment) {
  if (fragment == 0 || payload.size() <= fragment) return append_frame(out, opcode, payload);
  while (payload.size() > fragment) {
    append_frame(out, opcode, payload.substr(0, fragment), false);
    payload.remove_prefix(fragment);
    opcode = Opcode::continuation;
  }
  append_frame(out, Opcode::continuation, payload);
}

void apply_mask(char *bytes, std::size_t size, MaskingKey mask, std::size_t offset) {
  std::rotate(mask.begin(), mask.begin() + offset % 4, mask.end());
  std::uint32_t word = 0;
  std::memcpy(&word, mask.data(), sizeof word);
  using Vector [[gnu::vector_size(32)]] = std::uint32_t;
  const Vector pattern = Vector{} | word;
  std::size_t at = 0;
  for (; at + sizeof pattern <= size; at += sizeof pattern) {
    Vector some;
    std::memcpy(&some, bytes + at, sizeof some);
    some ^= pattern;
    std::memcpy(bytes + at, &some, sizeof some);
  }
  for (; at + sizeof word <= size; at += sizeof word) {
    std::uint32_t some = 0;
    std::memcpy(&some, bytes + at, sizeof some);
    some ^= word;
    std::memcpy(bytes + at, &some, sizeof some);
  }
  for (; at < size; ++at)
    bytes[at] = static_cast<char>(bytes[at] ^ mask[at % 4]);
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<std::uint8_t>(text[limit]) & 0xc0) == 0x80)
    --limit;
  return text.substr(0, limit);
}

std::string close_payload(int code, std::string_view reason) {
  std::string payload;
  if (code == 0) return payload;
  append_big_endian(payload, static_cast<std::uint64_t>(code), 2);
  payload += cut_utf8(reason, max_reason);
  return payload;
}

}  // namespace gemlive
