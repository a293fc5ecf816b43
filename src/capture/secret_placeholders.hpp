// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "secret_mask.hpp"

namespace gemlive {

/// Replaces the secrets in messages of the Live API. The value of a field that holds a secret
/// becomes "gemlive-secret-N", a resumption handle "gemlive-handle-N": the same value always the
/// same. Where another text quotes one, it becomes "***". Everything else stays as it is, byte for
/// byte, malformed JSON too. Works in one pass. One thread at a time, except hide().
class SecretPlaceholders {
 public:
  /// Also replaces quotations of `secret`. Any thread.
  void hide(std::string_view secret) { mask_.add(secret); }

  /// Appends `message` with placeholders to `out`.
  void append(std::string_view message, std::string &out);

 private:
  std::string placeholder(std::string_view source, const char *kind);

  SecretMask mask_;
  std::unordered_map<std::uint64_t, unsigned> numbers_;  // by the secret's hash
};

}  // namespace gemlive
