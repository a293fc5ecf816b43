// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "service.hpp"

/// As strict as the service about what a client sends (docs/protocol.md): pure. What depends on the
/// state of the conversation is judged in session.cpp.
namespace gemlive::simulator {

/// The connection is to be closed with this.
struct Refusal {
  int code = 1007;
  std::string reason = "Request contains an invalid argument.";
  bool operator==(const Refusal &) const = default;
};

/// One field of a message, by its lowerCamelCase name; snake_case is found as well.
std::optional<simdjson::dom::element> field(simdjson::dom::element message, std::string_view name);
/// The same through several levels: "generationConfig.speechConfig".
std::optional<simdjson::dom::element> field_at(simdjson::dom::element message,
                                               std::string_view path);

std::string to_snake_case(std::string_view camel);

/// nullopt: `message` is one that `service` accepts.
std::optional<Refusal> check(simdjson::dom::element message, Service service);

}  // namespace gemlive::simulator
