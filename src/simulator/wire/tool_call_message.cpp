// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_message.hpp"

#include <glib.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "json_string.hpp"
#include "json_value.hpp"

namespace gemlive::simulator::messages {

namespace {

std::string message(const std::string &members) {
  return "{\"toolCall\":{\"functionCalls\":[{" + members + "}]}}";
}

std::string call_members(std::string_view name, std::string_view args, std::string_view id) {
  auto members = "\"name\":" + json::quoted(name);
  if (!args.empty()) members += ",\"args\":" + std::string(args);
  if (!id.empty()) members += ",\"id\":" + json::quoted(id);
  return members;
}

bool is_identifier(std::string_view name) {
  return !name.empty() && !g_ascii_isdigit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return g_ascii_isalnum(c) || c == '_'; });
}

/// A member in a JSONPath: .name or ['na me'].
std::string step_to(std::string_view name) {
  if (is_identifier(name)) return '.' + std::string(name);
  std::string step = "['";
  for (const char c : name) {
    if (c == '\'' || c == '\\') step += '\\';
    step += c;
  }
  return step + "']";
}

/// Splits UTF-8 into `parts` parts of about equal size. The last ones can be empty.
std::vector<std::string_view> split(std::string_view text, std::size_t parts) {
  std::vector<std::string_view> result;
  for (std::size_t left = parts; left > 0; --left) {
    auto size = (text.size() + left - 1) / left;
    while (size < text.size() && (text[size] & 0xc0) == 0x80)
      ++size;
    result.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return result;
}

void append_partial_args(const json::Value &value, const std::string &path, std::size_t parts,
                         std::vector<std::string> &out) {
  const auto append = [&](const std::string &member, bool more) {
    out.push_back("{\"jsonPath\":" + json::quoted(path) + ',' + member +
                  (more ? ",\"willContinue\":true}" : "}"));
  };
  if (value.is_object() || value.is_array()) {
    std::size_t index = 0;
    for (const auto &inner : value.inner)
      append_partial_args(inner,
                          path + (value.is_object() ? step_to(inner.plain_name())
                                                    : '[' + std::to_string(index++) + ']'),
                          parts, out);
  } else if (const auto text = value.string()) {
    const auto pieces = split(*text, parts);
    for (std::size_t i = 0; i < pieces.size(); ++i)
      append("\"stringValue\":" + json::quoted(pieces[i]), i + 1 < pieces.size());
  } else if (value.is_null()) {
    append("\"nullValue\":\"NULL_VALUE\"", false);
  } else {
    const bool is_bool = value.text == "true" || value.text == "false";
    append((is_bool ? "\"boolValue\":" : "\"numberValue\":") + value.text, false);
  }
}

}  // namespace

std::string tool_call(std::string_view name, std::string_view args, std::string_view id) {
  return message(call_members(name, args, id));
}

std::vector<std::string> partial_tool_call(std::string_view name, std::string_view args,
                                           std::string_view id, int parts) {
  std::vector<std::string> partial_args;
  json::Value value;
  if (!json::parse(args, value))
    append_partial_args(value, "$", static_cast<std::size_t>(std::max(1, parts)), partial_args);
  std::vector<std::string> messages = {
      message(call_members(name, "", id) + ",\"willContinue\":true")};
  for (const auto &partial : partial_args)
    messages.push_back(message("\"partialArgs\":[" + partial + "]" +
                               (&partial == &partial_args.back() ? "" : ",\"willContinue\":true")));
  if (partial_args.empty()) messages.push_back(message(""));
  return messages;
}

}  // namespace gemlive::simulator::messages
