// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "schema.hpp"
#include "service.hpp"

/// Checks client messages as strictly as the service does (docs/protocol.md). Pure. Checks that
/// depend on the state of the conversation are in live_session.cpp.
namespace gemlive::simulator {

/// Close code and reason for an invalid message.
struct Refusal {
  int code = 1007;
  std::string reason = "Request contains an invalid argument.";
  bool operator==(const Refusal &) const = default;
};

/// Returns a field of a message by its lowerCamelCase name. Also finds its snake_case name.
std::optional<simdjson::dom::element> field(simdjson::dom::element message, std::string_view name);
/// The same for a path: "generationConfig.speechConfig".
std::optional<simdjson::dom::element> field_at(simdjson::dom::element message,
                                               std::string_view path);

/// Checks names and types only.
std::optional<Refusal> check_fields(simdjson::dom::element value, const Message &type,
                                    Service service);
/// Returns the refusal of `service`, nullopt if it accepts `message`.
std::optional<Refusal> check(simdjson::dom::element message, Service service);

}  // namespace gemlive::simulator
