// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stereo_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "problem.hpp"

namespace gemlive::talk {
namespace {

constexpr std::int64_t header_size = 44;
constexpr std::int64_t frame_size = 4;
constexpr std::int64_t closeness = StereoFile::rate * 30 / 1000;
/// What a WAV file can hold: 12 hours.
constexpr std::int64_t most_frames = (std::int64_t{1} << 32) / frame_size - 1024;

void put32(std::uint8_t *at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i)
    at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

StereoFile::StereoFile(const std::string &path)
    : file_(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
  if (file_ < 0)
    throw Problem("--record: " + path + " cannot be written: " + std::strerror(errno) + ".",
                  "Name a folder that you can write to.");
  write_header();
}

StereoFile::~StereoFile() {
  write_header();
  close(file_);
}

void StereoFile::write(int channel, std::chrono::nanoseconds time,
                       std::span<const std::int16_t> samples) {
  std::lock_guard lock(mutex_);
  const auto exact = (time.count() * rate + 500'000'000) / 1'000'000'000;
  auto &next = next_[channel];
  const auto frame = next && std::abs(*next - exact) <= closeness ? *next : exact;
  const auto end = frame + static_cast<std::int64_t>(samples.size());
  if (frame < 0 || samples.empty()) return;
  if (end > most_frames) {
    failure_ = "The recording is full after 12 hours";
    return;
  }
  put(frame, channel, samples);
  next = end;
  if (frames_ - headed_ >= rate) write_header();
}

/// The other channel keeps what it has.
void StereoFile::put(std::int64_t frame, int channel, std::span<const std::int16_t> samples) {
  std::vector<std::int16_t> both(samples.size() * 2);
  const auto offset = header_size + frame * frame_size;
  if (frame < frames_ && pread(file_, both.data(), both.size() * 2, offset) < 0)
    failure_ = std::strerror(errno);
  for (std::size_t i = 0; i < samples.size(); ++i)
    both[2 * i + static_cast<std::size_t>(channel)] = samples[i];
  if (write_at(offset, both.data(), both.size() * 2))
    frames_ = std::max(frames_, frame + static_cast<std::int64_t>(samples.size()));
}

void StereoFile::write_header() {
  std::uint8_t header[header_size] = {'R', 'I', 'F', 'F', 0,   0,   0,   0,
                                      'W', 'A', 'V', 'E', 'f', 'm', 't', ' ',  // size: below
                                      16,  0,   0,   0,   1,   0,   2,   0};   // PCM, 2 channels
  const auto bytes = static_cast<std::uint32_t>(frames_ * frame_size);
  put32(header + 4, bytes + 36);
  put32(header + 24, rate);
  put32(header + 28, rate * frame_size);
  header[32] = frame_size;
  header[34] = 16;
  std::memcpy(header + 36, "data", 4);
  put32(header + 40, bytes);
  if (write_at(0, header, sizeof header)) headed_ = frames_;
}

bool StereoFile::write_at(std::int64_t offset, const void *data, std::size_t size) {
  const auto *from = static_cast<const char *>(data);
  while (size > 0) {
    const auto count = pwrite(file_, from, size, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      failure_ = std::strerror(errno);
      return false;
    }
    from += count;
    offset += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

std::string StereoFile::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace gemlive::talk
