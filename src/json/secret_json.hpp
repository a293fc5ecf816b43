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

namespace gemlive {

/// A JSON object that contains secrets. The source text and the parsed values are overwritten on
/// destruction. Values are looked up by JSON pointer ("/a/b"). The result is empty if the value is
/// missing or has another type. One thread at a time.
class SecretJson {
 public:
  /// nullopt if `text` is not exactly one strict JSON object of at most 32 levels.
  static std::optional<SecretJson> parse(std::string_view text);

  bool has(const std::string &pointer) const;
  bool is_true(const std::string &pointer) const;
  std::string string(const std::string &pointer) const;
  Secret secret(const std::string &pointer) const;
  /// An integer, or a string that contains one.
  std::optional<std::int64_t> integer(const std::string &pointer) const;
  std::vector<std::string> strings(const std::string &pointer) const;
  /// The members of an object whose values are strings.
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

}  // namespace gemlive
