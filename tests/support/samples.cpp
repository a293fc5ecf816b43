// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "samples.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "read_file.hpp"

namespace gemlive::test {

std::string wav_samples(const std::string &path) {
  const auto file = read_file(path);
  const auto data = file.find("data");
  if (file.rfind("RIFF", 0) != 0 || data == std::string::npos || data + 8 > file.size()) return "";
  std::uint32_t size = 0;
  std::memcpy(&size, file.data() + data + 4, 4);
  return file.substr(data + 8, size);
}

std::string wav(const std::string &samples, int rate) {
  const auto le = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
      text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  };
  const auto size = static_cast<std::uint32_t>(samples.size());
  const auto hz = static_cast<std::uint32_t>(rate);
  return "RIFF" + le(36 + size, 4) + "WAVEfmt " + le(16, 4) + le(1, 2) + le(1, 2) + le(hz, 4) +
         le(hz * 2, 4) + le(2, 2) + le(16, 2) + "data" + le(size, 4) + samples;
}

std::string as_string(const std::vector<std::byte> &bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

bool is_followed_by_silence(const std::string &heard, const std::string &said) {
  return heard.compare(0, said.size(), said) == 0 &&
         heard.find_first_not_of('\0', said.size()) == std::string::npos;
}

std::string loud(std::chrono::milliseconds duration, int rate) {
  std::string samples;
  const auto count = duration.count() * rate / 1000;
  for (long i = 0; i < count; ++i) {
    const auto value =
        static_cast<int>(12000 * std::sin(2 * M_PI * 200 * i / rate)) + static_cast<int>(i % 997);
    samples += static_cast<char>(value & 0xff);
    samples += static_cast<char>(value >> 8 & 0xff);
  }
  return samples;
}

}  // namespace gemlive::test
