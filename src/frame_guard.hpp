// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gemlive {

/// Follows the frames of a WebSocket in the bytes that a server sends, ahead of the parser, and
/// says where they stop being worth parsing: a message is too long, in however many fragments, or
/// there are more frames than anyone who means well would send. What else is wrong is the parser's
/// business.
class FrameGuard {
 public:
  enum class Verdict { fine, message_too_long, too_many_frames };

  static constexpr std::uint64_t kMaxMessage = 16 << 20;
  static constexpr std::int64_t kWindow = 2'000'000;  // us
  static constexpr int kMaxFramesPerWindow = 10'000;

  /// How many of `bytes` the parser may see; when not all, verdict() says why, and it may never see
  /// more. `now` is monotonic, in us.
  std::size_t admit(std::span<const std::byte> bytes, std::int64_t now);
  Verdict verdict() const { return verdict_; }

 private:
  std::size_t header_size() const;
  void judge_frame();

  std::array<std::uint8_t, 10> header_ = {};
  std::size_t have_ = 0;       // bytes of the header so far
  std::uint64_t payload_ = 0;  // bytes of the frame's payload still to come
  std::uint64_t message_ = 0;  // length of the message so far, over its fragments
  std::int64_t window_start_ = 0;
  int frames_ = 0;  // since window_start_
  Verdict verdict_ = Verdict::fine;
};

}  // namespace gemlive
