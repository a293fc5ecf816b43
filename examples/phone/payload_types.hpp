// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <atomic>

#include "media.hpp"

/// What the payload types of a call mean. A type keeps its meaning (RFC 3264, 8.3.2), also the one
/// that a packet had before the type was offered: none. Any thread.
class PayloadTypes {
 public:
  /// False: a type already means something else.
  bool add(const Media &media) {
    return add(media.payload_type, media.codec->format) &&
           (media.digits < 0 || add(media.digits, *media.digits_format));
  }
  /// Of a packet. nullptr: none.
  const RtpFormat *meaning(int payload_type) {
    const RtpFormat *found = nullptr;
    auto &slot = meanings_[static_cast<std::size_t>(payload_type)];
    if (slot.compare_exchange_strong(found, &no_format) || found == &no_format) return nullptr;
    return found;
  }

 private:
  static constexpr RtpFormat no_format = {nullptr, 0};

  bool add(int payload_type, const RtpFormat &format) {
    const RtpFormat *found = nullptr;
    auto &slot = meanings_[static_cast<std::size_t>(payload_type)];
    return slot.compare_exchange_strong(found, &format) || found == &format;
  }

  std::array<std::atomic<const RtpFormat *>, 128> meanings_ = {};
};
