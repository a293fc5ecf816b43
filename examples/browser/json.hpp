// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "json_text.hpp"

namespace gemlive::web {

using Value = std::variant<std::string, double, bool>;

/// Writes a JSON object.
std::string to_json(std::initializer_list<std::pair<const char *, Value>> members);

/// A JSON object that a visitor sent. A member that is missing or has another type is empty.
class Request {
 public:
  /// nullopt: not a JSON object.
  static std::optional<Request> parse(std::string_view text);

  std::string text(const char *member) const;

 private:
  explicit Request(NodePtr root) : root_(std::move(root)) {}

  NodePtr root_;
};

}  // namespace gemlive::web
