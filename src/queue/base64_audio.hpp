// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "message.hpp"

namespace gemlive {

/// Audio that waits as base64 inside the message that brought it. read() decodes it into the memory
/// of the caller, in pieces of any size. Not thread-safe.
class Base64Audio {
 public:
  /// Holds no audio.
  Base64Audio() = default;
  /// `base64` lies inside `message`, which this shares.
  Base64Audio(const Message &message, std::string_view base64);

  explicit operator bool() const { return static_cast<bool>(message_); }
  /// Decodes as many bytes as `out` and the audio have, and returns their number. Stops before
  /// invalid base64 and sets `bad`.
  std::size_t read(std::span<std::byte> out, bool &bad);

 private:
  bool decode_group();
  std::size_t take_carried(std::span<std::byte> out);

  Message message_;
  std::string_view base64_;  // not decoded yet, inside message_
  // The decoded bytes of a group that did not all fit.
  std::array<std::byte, 3> carry_ = {};
  std::size_t carried_ = 0;
};

}  // namespace gemlive
