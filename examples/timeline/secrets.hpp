// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "json_value.hpp"
#include "secret_mask.hpp"

namespace gemlive::timeline {

/// Keeps keys, tokens and resumption handles out of a picture: the values of fields with such a
/// name, quotations of them in other texts, and what looks like a key of Google's. They become
/// "***". One thread at a time.
class Secrets {
 public:
  /// Secrets that texts may quote, before or behind this place of the file.
  void learn(const json::Value &value);
  /// Replaces the secrets in the value.
  void hide(json::Value &value);
  /// A text as the picture may show it: one line, without secrets.
  std::string shown(std::string_view text, std::size_t limit = 20'000) const;
  /// The same for JSON in a text, such as the arguments of a tool: without quotes around names.
  std::string shown_json(std::string_view text, std::size_t limit);

 private:
  SecretMask mask_;
};

}  // namespace gemlive::timeline
