// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Tool calls, their parts, and their cancellation.

#include <utility>

#include "server_message_reader.hpp"

namespace gemlive::wire {

bool ServerMessageReader::tool_call(Field &field) {
  return reader_.object(field.value, [this](Field &inner) {
    if (!is_named(inner.name, "functionCalls")) return other(inner);
    return reader_.array(inner.value, [this](Value value) { return function_call(value); });
  });
}

/// A call without a name, with partial arguments or with more to come is a part of a call.
bool ServerMessageReader::function_call(Value value) {
  if (*JsonReader::start_of(value) != '{') return reader_.skip(value);
  ToolCallPart part;
  const auto read = [&](Field &field) {
    if (is_named(field.name, "id")) return string(field.value, part.id);
    if (is_named(field.name, "name")) return string(field.value, part.name);
    if (is_named(field.name, "args")) return json(field.value, '{', part.args);
    if (is_named(field.name, "willContinue"))
      return reader_.boolean(field.value, part.will_continue);
    if (!is_named(field.name, "partialArgs")) return other(field);
    return reader_.array(field.value,
                         [&](Value item) { return partial_arg(item, part.partial_args); });
  };
  if (!reader_.object(value, read)) return false;
  if (part.name.empty() || part.will_continue || !part.partial_args.empty())
    return add(at_tools, std::move(part));
  if (part.args.empty()) part.args = "{}";
  return add(at_tools, ToolCall{.id = std::move(part.id),
                                .name = std::move(part.name),
                                .args = std::move(part.args)});
}

bool ServerMessageReader::partial_arg(Value value, std::vector<PartialArg> &list) {
  PartialArg arg;
  const auto read = [&](Field &field) {
    if (is_named(field.name, "jsonPath")) return string(field.value, arg.path);
    if (is_named(field.name, "willContinue"))
      return reader_.boolean(field.value, arg.will_continue);
    if (is_named(field.name, "stringValue")) {
      arg.is_string = *JsonReader::start_of(field.value) == '"';
      return string(field.value, arg.value);
    }
    std::string_view source;
    if (!reader_.source(field.value, source)) return false;
    if (is_named(field.name, "nullValue")) arg.value = "null";
    if (is_named(field.name, "numberValue") || is_named(field.name, "boolValue"))
      arg.value = compact(source);
    return true;
  };
  if (!reader_.object(value, read)) return false;
  if (arg.value.empty() && !arg.is_string) return true;
  if (++event_count_ > max_events) return false;
  list.push_back(std::move(arg));
  return true;
}

bool ServerMessageReader::tool_call_cancellation(Field &field) {
  return reader_.object(field.value, [this](Field &inner) {
    if (!is_named(inner.name, "ids")) return other(inner);
    return reader_.array(inner.value, [this](Value value) {
      ToolCallCancelled event;
      return string(value, event.id) && (event.id.empty() || add(at_tools, std::move(event)));
    });
  });
}

}  // namespace gemlive::wire
