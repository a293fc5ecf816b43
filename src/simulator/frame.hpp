// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The server's side of RFC 6455 section 5: pure, no I/O.
namespace gemlive::simulator {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

/// Appends one unmasked frame.
void append_frame(std::string &out, Opcode opcode, std::string_view payload, bool final = true);

/// Appends a message in frames of at most `fragment` bytes (0: one frame).
void append_message(std::string &out, Opcode opcode, std::string_view payload,
                    std::size_t fragment);

/// The payload of a Close frame. The reason is cut at 123 bytes, at a character. Code 0: empty.
std::string close_payload(int code, std::string_view reason);

/// `text` cut to at most `limit` bytes without cutting a UTF-8 character in two.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

/// A whole message, or a control frame. The payload is valid until the reader's next call.
struct Incoming {
  Opcode opcode = Opcode::text;
  std::string_view payload = {};
};

/// Why a connection has to be failed.
struct FrameFault {
  int code = 1002;
  const char *reason = "";
};

/// Puts messages together from bytes as they come.
class FrameReader {
 public:
  static constexpr std::size_t max_message = 64 << 20;

  void feed(std::string_view bytes);
  /// nullopt: more bytes are wanted, or fault() says why nothing will ever come again.
  std::optional<Incoming> next();
  const std::optional<FrameFault> &fault() const { return fault_; }

 private:
  struct Head;
  std::optional<Head> head() const;
  std::optional<Incoming> take(const Head &head);
  std::optional<Incoming> fail(int code, const char *reason);

  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ that are done with
  std::string message_;   // fragments so far
  std::optional<Opcode> fragmented_;
  bool whole_taken_ = false;  // message_ was handed out by the last call
  std::optional<FrameFault> fault_;
};

}  // namespace gemlive::simulator
