// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "guarded.hpp"
#include "ring.hpp"

namespace gemlive {

/// Hides the secrets of a conversation in text from the service: a close reason that quotes its
/// resumption handle, API key or token. Knows the current ones and earlier ones, up to 1024 hashes
/// in all: of the first 12 characters of a secret, and of its long parts without punctuation. So a
/// quotation that was cut is hidden too. Secrets of less than 12 characters are not hidden. Any
/// thread.
class SecretMask {
 public:
  void add(std::string_view secret);
  /// The text with "***" in place of every secret. The time is linear in the text's size.
  std::string apply(std::string text) const;

 private:
  using Key = std::uint64_t;
  struct Keys {
    std::unordered_set<Key> known = {};
    Ring<Key> order = {};  // oldest first
    /// Rejects most other text quickly. A bit stays set after its key was forgotten.
    std::bitset<4096> filter = {};
    void add(Key key);
    bool contains(Key key) const;
  };

  mutable Guarded<Keys> keys_;
};

}  // namespace gemlive
