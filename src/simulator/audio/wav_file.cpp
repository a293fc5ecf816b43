// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "wav_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace gemlive::simulator {

namespace {

struct Header {
  std::array<char, 4> riff = {'R', 'I', 'F', 'F'};
  std::uint32_t riff_size = 36;
  std::array<char, 8> wave = {'W', 'A', 'V', 'E', 'f', 'm', 't', ' '};
  std::uint32_t format_size = 16;
  std::uint16_t format = 1;  // PCM
  std::uint16_t channels = 1;
  std::uint32_t rate = 0;
  std::uint32_t bytes_per_second = 0;
  std::uint16_t bytes_per_frame = 2;
  std::uint16_t bits = 16;
  std::array<char, 4> data = {'d', 'a', 't', 'a'};
  std::uint32_t data_size = 0;
};
static_assert(sizeof(Header) == 44);

bool write_all(int file, std::span<const std::byte> bytes, off_t offset) {
  while (!bytes.empty()) {
    const auto written = pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += written;
  }
  return true;
}

}  // namespace

bool WavFile::open(const std::string &path, int rate) {
  close();
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  rate_ = rate;
  size_ = 0;
  if (file_ >= 0 && !write_header()) close();
  return is_open();
}

void WavFile::write(std::span<const std::byte> bytes) {
  const auto room = std::numeric_limits<std::uint32_t>::max() - sizeof(Header) - size_;
  if (!is_open() || bytes.size() > room) return;
  if (!write_all(file_, bytes, static_cast<off_t>(sizeof(Header)) + size_)) return close();
  size_ += static_cast<std::uint32_t>(bytes.size());
  write_header();
}

bool WavFile::write_header() {
  const auto rate = static_cast<std::uint32_t>(rate_);
  Header header;
  header.riff_size = 36 + size_;
  header.rate = rate;
  header.bytes_per_second = 2 * rate;
  header.data_size = size_;
  return write_all(file_, std::as_bytes(std::span(&header, 1)), 0);
}

void WavFile::close() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

}  // namespace gemlive::simulator
