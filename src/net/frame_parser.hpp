// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "frame.hpp"

namespace gemlive {

/// A whole message, or a control frame. The payload is valid until the reader's next call.
struct Incoming {
  Opcode opcode = Opcode::text;
  std::string_view payload = {};
};

/// Why a connection has to be failed: a close code (RFC 6455, 7.4.1) and words for it.
struct FrameFault {
  static constexpr int too_many = 1008, too_big = 1009;

  int code = 1002;
  const char *reason = "";

  /// Correct frames, but more than anyone who means well would send.
  bool is_flood() const { return code == too_many || code == too_big; }
};

/// Puts messages together from the bytes of a WebSocket as they come. It keeps what is incomplete
/// and nothing else, and trusts nothing. Pure; any thread, one at a time.
class FrameParser {
 public:
  /// Who reads: a client refuses masked frames and floods, a server frames without a mask.
  enum class Side { client, server };

  static constexpr std::size_t max_message = 16 << 20;  // over all its fragments
  static constexpr std::int64_t window = 2'000'000;     // us
  static constexpr int max_frames_per_window = 10'000;
  static constexpr std::int64_t longest =
      30'000'000;  // us, from a message's first byte to its last

  explicit FrameParser(Side side) : side_(side) {}

  /// What came next; `now` is monotonic, in us. The bytes must stay until next() has nothing more.
  void feed(std::string_view bytes, std::int64_t now);
  /// nullopt: more bytes are wanted, or fault() says why nothing will ever come again.
  std::optional<Incoming> next();
  const std::optional<FrameFault> &fault() const { return fault_; }
  /// For when nothing comes: fails where a message that has begun should have ended by `now`.
  void check(std::int64_t now);

 private:
  bool read_head();
  std::size_t head_size() const;
  bool fits(std::uint8_t first, std::uint8_t second);
  bool begin_frame();
  std::string_view take_payload();
  std::optional<Incoming> end_frame(std::string_view payload);
  bool is_control() const { return static_cast<std::uint8_t>(opcode_) & 8; }
  bool has_begun() const { return have_ > 0 || in_payload_ || fragmented_; }
  bool fail(int code, const char *reason);

  const Side side_;
  std::string_view bytes_ = {};  // not read yet

  // The current frame.
  std::array<std::uint8_t, 14> head_ = {};
  std::size_t have_ = 0;  // bytes of head_
  bool in_payload_ = false;
  Opcode opcode_ = Opcode::text;
  bool final_ = true;
  MaskingKey mask_ = {};
  std::size_t size_ = 0;  // of its payload
  std::size_t left_ = 0;  // of that, not read yet

  std::optional<Opcode> fragmented_ = {};  // of the message whose fragments are being read
  std::string message_ = {};               // its payload so far
  std::string control_ = {};               // payload of a control frame so far
  std::string *handed_out_ = nullptr;      // which of them, by the last call
  std::int64_t now_ = 0;                   // of the last feed()
  std::int64_t begun_ = 0;                 // the message that is being read
  std::int64_t window_start_ = 0;
  int frames_ = 0;  // since window_start_
  std::optional<FrameFault> fault_ = {};
};

}  // namespace gemlive
