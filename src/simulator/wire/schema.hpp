// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "service.hpp"

/// The published schema of client messages, as data.
namespace gemlive::simulator {

enum class Type {
  message,
  string,
  boolean,
  integer,  // 32 bits
  int64,    // a number or a string
  number,
  bytes,  // base64
  enumeration,
  object,       // any JSON object (google.protobuf.Struct)
  any,          // any JSON value
  string_map,   // an object whose values are strings
  unsupported,  // in the schema, but refused in a live session
};

struct Message;

struct Field {
  std::string_view name = {};  // lowerCamelCase
  Type type = Type::string;
  bool repeated = false;
  std::optional<Service> only = {};
  const Message *message = nullptr;               // Type::message
  std::span<const std::string_view> values = {};  // Type::enumeration
};

struct Message {
  std::span<const Field> fields = {};
};

/// BidiGenerateContentClientMessage: one WebSocket message.
extern const Message client_message;

/// A Schema of a function's parameters. The values of its `properties` are Schemas too.
extern const Message open_api_schema;

/// Valid voice names in a setup.
extern const std::span<const std::string_view> voices;

}  // namespace gemlive::simulator
