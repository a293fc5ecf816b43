// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace gemlive::simulator {

/// Writes a WAV file (S16LE mono). The file is valid after every write, even if the process is
/// killed.
class WavFile {
 public:
  WavFile() = default;
  ~WavFile() { close(); }
  WavFile(const WavFile &) = delete;
  WavFile &operator=(const WavFile &) = delete;

  bool open(const std::string &path, int rate);
  bool is_open() const { return file_ >= 0; }
  void write(std::span<const std::byte> bytes);

 private:
  void close();
  bool write_header();

  int file_ = -1;
  int rate_ = 0;
  std::uint32_t size_ = 0;  // bytes of audio
};

}  // namespace gemlive::simulator
