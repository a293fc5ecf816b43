// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "schema.hpp"

#include <glib.h>

#include <algorithm>
#include <utility>

namespace gemlive::simulator {

namespace {

constexpr std::pair<std::string_view, Type> plain_types[] = {
    {"string", Type::string},   {"bool", Type::boolean},  {"int32", Type::int32},
    {"int64", Type::int64},     {"double", Type::number}, {"bytes", Type::bytes},
    {"struct", Type::object},   {"value", Type::value},   {"duration", Type::duration},
    {"refused", Type::refused},
};

Names split(std::string_view line) {
  Names words;
  for (std::size_t at = 0; (at = line.find_first_not_of(' ', at)) != line.npos;) {
    const auto end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

struct Line {
  int number = 1;
  bool indented = false;
  Names words = {};

  bool is_message() const { return !indented && words.size() == 2 && words[0] == "message"; }
  bool is_enum() const { return !indented && words.size() > 2 && words[0] == "enum"; }
};

/// Calls `handle` for each line that is not empty and no comment.
template <typename Handle>
void for_each_line(std::string_view table, Handle handle) {
  for (int number = 1; !table.empty(); ++number) {
    const auto end = std::min(table.find('\n'), table.size());
    const Line line = {number, table.starts_with(' '), split(table.substr(0, end))};
    if (!line.words.empty() && !line.words[0].starts_with('#')) handle(line);
    table.remove_prefix(std::min(end + 1, table.size()));
  }
}

bool cut_suffix(std::string_view &text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

template <typename Map>
const auto &find_or_empty(const Map &map, std::string_view name) {
  static const typename Map::mapped_type empty = {};
  const auto found = map.find(name);
  return found == map.end() ? empty : found->second;
}

}  // namespace

const Field *Message::find(std::string_view name, Service service) const {
  const auto found = std::ranges::find_if(fields, [&](const Field &field) {
    return (field.name == name || field.snake_name == name) &&
           field.only.value_or(service) == service;
  });
  return found == fields.end() ? nullptr : &*found;
}

Schema::Schema(std::string_view table) {
  // First the names: a field can refer to a later message.
  for_each_line(table, [this](const Line &line) {
    const auto &words = line.words;
    const bool is_new = line.is_enum()
                            ? enums_.try_emplace(words[1], words.begin() + 2, words.end()).second
                            : !line.is_message() || messages_.try_emplace(words[1]).second;
    if (!is_new) fail(line.number, "a message or enum has this name already");
  });
  Message *message = nullptr;
  for_each_line(table, [this, &message](const Line &line) {
    if (line.is_enum()) return;
    if (line.is_message())
      message = &messages_[line.words[1]];
    else if (message && line.indented)
      read_field(*message, line.words, line.number);
    else
      fail(line.number, "neither a message, an enum nor a field of a message");
  });
}

void Schema::read_field(Message &message, const Names &words, int line) {
  if (words.size() != 4) return fail(line, "a field needs a name, a type, a service and a release");
  Field field = {.name = words[0], .snake_name = to_snake_case(words[0]), .since = words[3]};
  if (!read_type(field, words[1])) return fail(line, "an unknown type");
  if (words[2] == "developer" || words[2] == "vertex")
    field.only = words[2] == "vertex" ? Service::vertex : Service::developer;
  else if (words[2] != "both")
    return fail(line, "a service must be both, developer or vertex");
  message.fields.push_back(field);
}

bool Schema::read_type(Field &field, std::string_view type) const {
  if (cut_suffix(type, "[]"))
    field.count = Field::Count::list;
  else if (cut_suffix(type, "{}"))
    field.count = Field::Count::map;
  const auto plain =
      std::ranges::find(plain_types, type, &std::pair<std::string_view, Type>::first);
  const auto message = messages_.find(type);
  const auto names = enums_.find(type);
  if (plain != std::end(plain_types)) {
    field.type = plain->second;
  } else if (message != messages_.end()) {
    field.type = Type::message;
    field.message = &message->second;
  } else if (names != enums_.end()) {
    field.type = Type::enumeration;
    field.names = &names->second;
  } else {
    return false;
  }
  return true;
}

void Schema::fail(int line, std::string_view what) {
  if (!error_)
    error_ =
        Error{ErrorKind::bad_setting, "Line " + std::to_string(line) + ": " + std::string(what)};
}

const Message &Schema::message(std::string_view name) const {
  return find_or_empty(messages_, name);
}

const Names &Schema::names(std::string_view name) const {
  return find_or_empty(enums_, name);
}

std::string to_snake_case(std::string_view camel) {
  std::string snake;
  for (const char c : camel) {
    if (g_ascii_isupper(c)) snake += '_';
    snake += g_ascii_tolower(c);
  }
  return snake;
}

const Schema &schema() {
  static const Schema schema(schema_table);
  return schema;
}

}  // namespace gemlive::simulator
