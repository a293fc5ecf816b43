// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// WebSocket frames (RFC 6455, section 5) for client and server. Pure, any thread.
namespace gemlive {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

/// The key with which a client masks a frame.
using MaskingKey = std::array<std::uint8_t, 4>;

/// Appends one unmasked frame (from a server).
void append_frame(std::string &out, Opcode opcode, std::string_view payload, bool final = true);

/// Appends one masked frame (from a client).
void append_masked_frame(std::string &out, Opcode opcode, std::string_view payload, MaskingKey mask,
                         bool final = true);

/// Appends an unmasked message in frames of at most `fragment` bytes (0: one frame).
void append_message(std::string &out, Opcode opcode, std::string_view payload,
                    std::size_t fragment);

/// Masks or unmasks bytes that start at `offset` in the frame's payload.
void apply_mask(char *bytes, std::size_t size, MaskingKey mask, std::size_t offset = 0);

/// The payload of a Close frame. The reason is cut to 123 bytes at a character boundary. Code 0:
/// empty.
std::string close_payload(int code, std::string_view reason);

/// `text` cut to at most `limit` bytes at a UTF-8 character boundary.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

}  // namespace gemlive
