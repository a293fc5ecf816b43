// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "secret.hpp"

namespace gemlive::auth {

/// A JSON object that holds secrets: what it was read from, and what was made of it, is overwritten
/// when it dies. Values are found by JSON pointer ("/a/b"); what is not there, or of another type,
/// is empty. One thread.
class SecretJson {
 public:
  /// Nothing where `text` is not one strict JSON object of at most 32 levels.
  static std::optional<SecretJson> parse(std::string_view text);

  bool has(const std::string &pointer) const;
  bool is_true(const std::string &pointer) const;
  std::string string(const std::string &pointer) const;
  Secret secret(const std::string &pointer) const;
  /// Also where it stands in a string.
  std::optional<std::int64_t> integer(const std::string &pointer) const;
  std::vector<std::string> strings(const std::string &pointer) const;
  /// The members of an object that are strings.
  std::vector<std::pair<std::string, std::string>> members(const std::string &pointer) const;

 private:
  struct Memory {
    simdjson::dom::parser parser;
    simdjson::padded_string text;
    ~Memory();
  };
  std::string_view view(const std::string &pointer) const;

  std::unique_ptr<Memory> memory_;
  simdjson::dom::element root_;
};

}  // namespace gemlive::auth
