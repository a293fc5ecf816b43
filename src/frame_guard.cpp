// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame_guard.hpp"

#include <algorithm>

namespace gemlive {

std::size_t FrameGuard::admit(std::span<const std::byte> bytes, std::int64_t now) {
  if (verdict_ != Verdict::fine) return 0;
  if (now - window_start_ > kWindow) {
    window_start_ = now;
    frames_ = 0;
  }
  std::size_t at = 0;
  std::size_t frame_start = 0;
  while (at < bytes.size()) {
    if (payload_ > 0) {
      auto skip = std::min<std::uint64_t>(payload_, bytes.size() - at);
      payload_ -= skip;
      at += skip;
      continue;
    }
    if (have_ == 0) frame_start = at;
    header_[have_++] = std::to_integer<std::uint8_t>(bytes[at++]);
    if (have_ < header_size()) continue;
    judge_frame();
    if (verdict_ != Verdict::fine) return frame_start;
    have_ = 0;
  }
  return at;
}

std::size_t FrameGuard::header_size() const {
  if (have_ < 2) return 2;
  switch (header_[1] & 0x7f) {
    case 126:
      return 4;
    case 127:
      return 10;
    default:
      return 2;
  }
}

void FrameGuard::judge_frame() {
  std::uint64_t length = header_[1] & 0x7f;
  if (have_ > 2) {
    length = 0;
    for (std::size_t i = 2; i < have_; ++i)
      length = length << 8 | header_[i];
  }
  constexpr std::uint8_t kControl = 0x08;
  constexpr std::uint8_t kOpcode = 0x0f;
  std::uint64_t before = 0;
  if (!(header_[0] & kControl)) {
    if (header_[0] & kOpcode) message_ = 0;  // the first fragment; later ones have no opcode
    before = message_;
  }
  if (length > kMaxMessage - before) {
    verdict_ = Verdict::message_too_long;
  } else if (++frames_ > kMaxFramesPerWindow) {
    verdict_ = Verdict::too_many_frames;
  }
  payload_ = length;
  if (!(header_[0] & kControl)) message_ = before + length;
}

}  // namespace gemlive
