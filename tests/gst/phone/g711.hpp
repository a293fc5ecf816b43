// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <string>

/// ITU-T G.711.
namespace gemlive::test {

inline std::int16_t decode_mulaw(std::uint8_t code) {
  code = static_cast<std::uint8_t>(~code);
  const int magnitude = (((code & 0x0f) << 3) + 0x84) << (code >> 4 & 7);
  return static_cast<std::int16_t>(code & 0x80 ? 0x84 - magnitude : magnitude - 0x84);
}

inline std::uint8_t encode_mulaw(int sample) {
  const int sign = sample < 0 ? 0x80 : 0;
  int magnitude = (sign ? -sample : sample) + 0x84;
  if (magnitude > 0x7fff) magnitude = 0x7fff;
  int segment = 7;
  while (segment > 0 && !(magnitude & 0x80 << segment))
    --segment;
  return static_cast<std::uint8_t>(~(sign | segment << 4 | (magnitude >> (segment + 3) & 0x0f)));
}

inline std::int16_t decode_alaw(std::uint8_t code) {
  code ^= 0x55;
  const int segment = code >> 4 & 7;
  const int step = (code & 0x0f) << 4;
  const int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return static_cast<std::int16_t>(code & 0x80 ? magnitude : -magnitude);
}

/// S16LE to µ-law.
inline std::string encode_mulaw(const std::string &samples) {
  std::string codes;
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2)
    codes += static_cast<char>(encode_mulaw(static_cast<std::int16_t>(
        static_cast<std::uint8_t>(samples[i]) | static_cast<std::uint8_t>(samples[i + 1]) << 8)));
  return codes;
}

/// µ-law to S16LE.
inline std::string decode_mulaw(const std::string &codes) {
  std::string samples;
  for (const char code : codes) {
    const auto sample = decode_mulaw(static_cast<std::uint8_t>(code));
    samples += static_cast<char>(sample & 0xff);
    samples += static_cast<char>(sample >> 8 & 0xff);
  }
  return samples;
}

}  // namespace gemlive::test
