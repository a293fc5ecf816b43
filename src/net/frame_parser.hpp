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
#include "utf8_validator.hpp"

namespace gemlive {

/// A complete message or a control frame. The payload is valid until the parser's next call.
struct Incoming {
  Opcode opcode = Opcode::text;
  std::string_view payload = {};
};

/// Why a connection must be closed: a close code (RFC 6455, 7.4.1) and a reason.
struct FrameError {
  static constexpr int too_many = 1008, too_big = 1009;

  int code = 1002;
  const char *reason = "";

  /// The frames are valid, but too many or too large.
  bool is_flood() const { return code == too_many || code == too_big; }
};

/// Assembles messages from the bytes of a WebSocket and validates every frame. Only keeps the
/// incomplete message. Pure. Any thread, one at a time.
class FrameParser {
 public:
  /// The receiving side. A client rejects masked frames and floods, a server rejects unmasked
  /// frames.
  enum class Side { client, server };

  static constexpr std::size_t max_message = 16 << 20;  // all fragments together
  /// Limits for frames that cost more than their bytes: control frames, empty frames, and messages
  /// of less than `small_message` bytes. Each kind has an allowance, which grows while nothing is
  /// read: frames that waited for a slow handler of the application are no flood.
  static constexpr std::int64_t small_per_second = 5'000;
  static constexpr std::int64_t first_allowance = 10'000;
  static constexpr std::int64_t max_allowance = 60 * small_per_second;
  static constexpr std::size_t small_message = 64;
  /// A message may be incomplete at this many checks: 30 s, if they are 5 s apart.
  static constexpr int max_checks = 5;

  explicit FrameParser(Side side) : side_(side) {}

  /// Adds received bytes. `now` is the monotonic time in us. The bytes must stay valid until next()
  /// returns nullopt.
  void feed(std::string_view bytes, std::int64_t now);
  /// The next message. nullopt if more bytes are needed, or if error() is set.
  std::optional<Incoming> next();
  /// Set when the connection must be closed. No message follows.
  const std::optional<FrameError> &error() const { return error_; }
  /// Sets error() if the current message is incomplete for `max_checks`. Call this at a fixed
  /// interval, but not while reading was delayed.
  void check();

 private:
  bool read_head();
  std::size_t head_size() const;
  bool fits(std::uint8_t first, std::uint8_t second);
  bool begin_frame();
  std::string_view take_payload();
  std::optional<Incoming> end_frame(std::string_view payload);
  bool is_control() const { return static_cast<std::uint8_t>(opcode_) & 8; }
  bool is_text() const { return fragmented_.value_or(opcode_) == Opcode::text; }
  bool has_begun() const { return have_ > 0 || in_payload_ || fragmented_; }
  bool count(std::int64_t &allowance, const char *too_many);
  bool fail(int code, const char *reason);

  const Side side_;
  std::string_view bytes_ = {};  // not parsed yet

  // The current frame.
  std::array<std::uint8_t, 14> head_ = {};
  std::size_t have_ = 0;  // bytes of head_
  bool in_payload_ = false;
  Opcode opcode_ = Opcode::text;
  bool final_ = true;
  MaskingKey mask_ = {};
  std::size_t size_ = 0;  // of its payload
  std::size_t left_ = 0;  // of these, not parsed yet

  std::optional<Opcode> fragmented_ = {};  // opcode of the current fragmented message
  std::string message_ = {};               // payload of that message so far
  std::string control_ = {};               // payload of a control frame so far
  std::string *handed_out_ = nullptr;      // the buffer that the last call returned
  Utf8Validator utf8_ = {};                // of that message
  int checks_ = 0;                         // since the current message began

  std::optional<std::int64_t> fed_at_ = {};
  struct {
    std::int64_t control = first_allowance, empty = first_allowance, small = first_allowance;
  } allowance_;
  std::optional<FrameError> error_ = {};
};

}  // namespace gemlive
