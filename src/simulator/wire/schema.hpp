// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "service.hpp"

/// The messages of the Live API, as data: messages.txt.
namespace gemlive::simulator {

enum class Type {
  message,
  enumeration,
  string,
  boolean,
  int32,
  int64,  // a number or a string
  number,
  bytes,     // base64
  duration,  // "1.5s"
  object,    // any JSON object (google.protobuf.Struct)
  value,     // any JSON value
  refused,   // in the schema, but not in a live session
};

struct Message;
using Names = std::vector<std::string_view>;

struct Field {
  enum class Count { one, list, map };  // map: an object with any names

  std::string_view name = {};  // lowerCamelCase
  std::string snake_name = {};
  Type type = Type::string;
  Count count = Count::one;
  std::optional<Service> only = {};
  const Message *message = nullptr;  // Type::message
  const Names *names = nullptr;      // Type::enumeration
  std::string_view since = {};       // release of @google/genai, or "-"
};

struct Message {
  std::vector<Field> fields = {};

  /// Finds a field by either spelling of its name. nullptr: `service` has no such field.
  const Field *find(std::string_view name, Service service) const;
};

/// All messages and enums of a table. Immovable, because fields refer to messages.
class Schema {
 public:
  /// Parses the text of messages.txt, which must outlive the schema.
  explicit Schema(std::string_view table);
  Schema(const Schema &) = delete;
  Schema &operator=(const Schema &) = delete;

  /// The first error of the table, with its line.
  const std::optional<Error> &error() const { return error_; }

  /// An empty message or enum if the table has none of this name.
  const Message &message(std::string_view name) const;
  const Names &names(std::string_view name) const;
  const std::map<std::string_view, Message, std::less<>> &messages() const { return messages_; }

 private:
  void read_field(Message &message, const Names &words, int line);
  bool read_type(Field &field, std::string_view type) const;
  void fail(int line, std::string_view what);

  std::map<std::string_view, Message, std::less<>> messages_;
  std::map<std::string_view, Names, std::less<>> enums_;
  std::optional<Error> error_;
};

std::string to_snake_case(std::string_view camel);

/// messages.txt.
extern const std::string_view schema_table;
/// The schema of the simulator.
const Schema &schema();

}  // namespace gemlive::simulator
