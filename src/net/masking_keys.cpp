// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "masking_keys.hpp"

#include <unistd.h>

#include <algorithm>

namespace gemlive {

MaskingKey MaskingKeys::next() {
  if (used_ == bytes_.size()) {
    // Fails only if the kernel does not support it. The protocol still works with constant keys.
    if (getentropy(bytes_.data(), bytes_.size()) != 0) bytes_.fill(0x5A);
    used_ = 0;
  }
  MaskingKey key;
  const auto *from = bytes_.data() + used_;
  std::copy_n(from, key.size(), key.begin());
  used_ += key.size();
  return key;
}

}  // namespace gemlive
