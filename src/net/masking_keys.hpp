// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "frame.hpp"

namespace gemlive {

/// Random masking keys, each of which is used once (RFC 6455, section 5.3). The kernel is asked for
/// 64 of them at a time. One thread at a time.
class MaskingKeys {
 public:
  MaskingKey next();

 private:
  std::array<std::uint8_t, 256> bytes_;
  std::size_t used_ = sizeof(bytes_);
};

}  // namespace gemlive
