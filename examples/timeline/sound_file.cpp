// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sound_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace gemlive::timeline {
namespace {

unsigned little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  unsigned value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i])) << 8 * i;
  return value;
}

struct Format {
  unsigned kind = 0;  // 1: PCM
  unsigned channels = 0;
  unsigned rate = 0;
  unsigned bits = 0;
};

Error problem(std::string_view name, const std::string &what) {
  return {ErrorKind::bad_setting,
          std::string(name) + ": " + what +
              ". Give a WAV file of 16 bits, the user left and the model right"};
}

Format read_format(std::string_view chunk) {
  Format format{.kind = little_endian(chunk, 0, 2),
                .channels = little_endian(chunk, 2, 2),
                .rate = little_endian(chunk, 4, 4),
                .bits = little_endian(chunk, 14, 2)};
  constexpr unsigned extensible = 0xfffe;
  if (format.kind == extensible && chunk.size() >= 26) format.kind = little_endian(chunk, 24, 2);
  return format;
}

Levels levels_of(std::string_view samples, const Format &format, unsigned channel) {
  Levels levels;
  const std::size_t stride = 2 * format.channels, count = samples.size() / stride;
  const auto most = static_cast<std::size_t>(longest / Levels::frame);
  for (std::size_t first = 0, frame = 0; first < count && frame < most; ++frame) {
    const auto last = std::min(count, static_cast<std::size_t>(static_cast<double>(frame + 1) *
                                                               Levels::frame * format.rate));
    int peak = 0;
    for (; first < last; ++first)
      peak = std::max(peak, std::abs(static_cast<int>(static_cast<std::int16_t>(little_endian(
                                samples, first * stride + std::size_t{2} * channel, 2)))));
    levels.peaks.push_back(static_cast<float>(peak) / 32768);
  }
  return levels;
}

}  // namespace

Result<Sound> read_sound(std::string_view file, std::string_view name) {
  if (file.size() < 12 || !file.starts_with("RIFF") || file.substr(8, 4) != "WAVE")
    return problem(name, "This is no WAV file");
  Format format;
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const auto kind = file.substr(at, 4);
    const std::size_t size = little_endian(file, at + 4, 4), start = at + 8;
    const auto chunk = file.substr(start, size);
    if (kind == "fmt " && chunk.size() >= 16) format = read_format(chunk);
    if (kind == "data") {
      if (format.kind != 1 || format.bits != 16 || format.channels < 1 || format.channels > 2 ||
          format.rate < 1000 || format.rate > 384000)
        return problem(name, "It has " + std::to_string(format.channels) + " channels of " +
                                 std::to_string(format.bits) + " bits (format " +
                                 std::to_string(format.kind) + ", " + std::to_string(format.rate) +
                                 " Hz)");
      // A program that was ended leaves 0 or 0xffffffff.
      const auto samples = size == 0 ? file.substr(start) : chunk;
      Sound sound;
      if (format.channels == 2) sound.user = levels_of(samples, format, 0);
      sound.model = levels_of(samples, format, format.channels - 1);
      return sound;
    }
    at = start + size + size % 2;
  }
  return problem(name, "It holds no sound");
}

}  // namespace gemlive::timeline
