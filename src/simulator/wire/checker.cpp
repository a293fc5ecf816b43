// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "checker.hpp"

#include <glib.h>

#include <algorithm>
#include <vector>

#include "base64.hpp"
#include "json_number.hpp"
#include "schema.hpp"

namespace gemlive::simulator {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

std::string join(const std::string &path, const std::string &name) {
  return path.empty() ? name : path + '.' + name;
}

Refusal unknown_name(const std::string &path, std::string_view name) {
  auto reason = "Invalid JSON payload received. Unknown name \"" + std::string(name) + '"';
  if (!path.empty()) reason += " at '" + path + '\'';
  return {1007, reason + ": Cannot find field."};
}

Refusal invalid_value(const std::string &path, std::string_view type, element value) {
  auto reason = "Invalid value at '" + path + "' (" + std::string(type) + "), ";
  if (type == "TYPE_BYTES") reason += "Base64 decoding failed for ";
  return {1007, reason + std::string(simdjson::minify(value))};
}

bool is_base64(std::string_view text) {
  const auto size = base64::decoded_size(text);
  if (!size) return false;
  std::vector<std::byte> bytes(*size);
  return base64::decode(text, bytes.data());
}

bool is_int32(element value) {
  const auto number = integer_of(value);
  return number && *number == static_cast<std::int32_t>(*number);
}

bool is_named(element value, const Names &names) {
  std::string_view text;
  if (value.get(text)) return false;
  return std::ranges::any_of(names, [text](std::string_view name) {
    return name.size() == text.size() &&
           g_ascii_strncasecmp(name.data(), text.data(), name.size()) == 0;
  });
}

/// A protobuf Duration: seconds, up to nine decimals, and an s.
bool is_duration(element value) {
  std::string_view text;
  if (value.get(text) || !text.ends_with('s')) return false;
  text.remove_suffix(1);
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto is_number = [](std::string_view digits) {
    return !digits.empty() &&
           std::ranges::all_of(digits, [](char c) { return g_ascii_isdigit(c); });
  };
  const auto point = text.find('.');
  if (point == text.npos) return is_number(text);
  return is_number(text.substr(0, point)) && is_number(text.substr(point + 1)) &&
         text.size() - point <= 10;
}

class Checker {
 public:
  explicit Checker(Service service) : service_(service) {}

  std::optional<Refusal> message(element value, const Message &type,
                                 const std::string &path) const {
    object members;
    if (value.get(members))
      return invalid_value(path.empty() ? "message" : path, "TYPE_MESSAGE", value);
    for (const auto &[name, member] : members) {
      const auto *known = type.find(name, service_);
      if (!known) return unknown_name(path, name);
      if (const auto refusal = this->member(member, *known, join(path, known->snake_name)))
        return refusal;
    }
    return {};
  }

 private:
  std::optional<Refusal> member(element value, const Field &type, const std::string &path) const {
    if (type.count == Field::Count::list) return list(value, type, path);
    if (type.count == Field::Count::map) return map(value, type, path);
    return one(value, type, path);
  }

  std::optional<Refusal> list(element value, const Field &type, const std::string &path) const {
    array values;
    if (value.get(values)) return invalid_value(path, "repeated field", value);
    std::size_t index = 0;
    for (const auto item : values) {
      if (const auto refusal = one(item, type, path + '[' + std::to_string(index++) + ']'))
        return refusal;
    }
    return {};
  }

  std::optional<Refusal> map(element value, const Field &type, const std::string &path) const {
    object members;
    if (value.is_null()) return Refusal{};
    if (value.get(members)) return invalid_value(path, "map", value);
    for (const auto &[name, member] : members) {
      if (const auto refusal = one(member, type, path + '.' + std::string(name))) return refusal;
    }
    return {};
  }

  std::optional<Refusal> one(element value, const Field &type, const std::string &path) const {
    if (type.type == Type::refused || (value.is_null() && type.type != Type::value))
      return Refusal{};
    if (type.type == Type::message) return message(value, *type.message, path);
    const char *const fault = mismatch(value, type);
    if (fault) return invalid_value(path, fault, value);
    return {};
  }

  static const char *mismatch(element value, const Field &type) {
    switch (type.type) {
      case Type::string:
        return value.is_string() ? nullptr : "TYPE_STRING";
      case Type::boolean:
        return value.is_bool() ? nullptr : "TYPE_BOOL";
      case Type::int32:
        return is_int32(value) ? nullptr : "TYPE_INT32";
      case Type::int64:
        return integer_of(value) ? nullptr : "TYPE_INT64";
      case Type::number:
        return number_of(value) ? nullptr : "TYPE_DOUBLE";
      case Type::bytes:
        return value.is_string() && is_base64(std::string_view(value)) ? nullptr : "TYPE_BYTES";
      case Type::enumeration:
        return is_named(value, *type.names) ? nullptr : "TYPE_ENUM";
      case Type::object:
        return value.is_object() ? nullptr : "TYPE_MESSAGE";
      case Type::duration:
        return is_duration(value) ? nullptr : "type.googleapis.com/google.protobuf.Duration";
      case Type::value:
      case Type::message:
      case Type::refused:
        return nullptr;
    }
    return nullptr;
  }

  Service service_;
};

std::size_t field_count(element message) {
  object members;
  return message.get(members) ? 0 : members.size();
}

std::optional<Refusal> check_setup(element setup) {
  std::string_view text;
  const auto model = field(setup, "model");
  if (!model || model->get(text) || text.empty()) return Refusal{};
  if (const auto modalities = field_at(setup, "generationConfig.responseModalities");
      modalities && array(*modalities).size() > 1)
    return Refusal{};
  const auto voice =
      field_at(setup, "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName");
  const auto &voices = schema().names("VoiceName");
  if (voice && !voice->get(text) && std::ranges::find(voices, text) == voices.end())
    return Refusal{};
  return {};
}

/// Returns the role of a turn, nullopt if it contains an empty text: the service refuses that.
std::optional<std::string> role_of(element turn) {
  if (const auto parts = field(turn, "parts")) {
    for (const auto part : array(*parts)) {
      const auto text = field(part, "text");
      if (text && std::string_view(*text).empty()) return {};
    }
  }
  const auto role = field(turn, "role");
  return role ? std::string(std::string_view(*role)) : "user";
}

std::optional<Refusal> check_content(element content) {
  std::string last = "user";
  if (const auto turns = field(content, "turns")) {
    for (const auto turn : array(*turns)) {
      const auto role = role_of(turn);
      if (!role) return Refusal{};
      last = *role;
    }
  }
  bool complete = false;
  if (const auto value = field(content, "turnComplete")) complete = bool(*value);
  if (complete && last != "user")
    return Refusal{1007, "Last chunk before turn_complete must have role user."};
  return {};
}

std::optional<Refusal> check_input(element input) {
  if (field_count(input) != 1) return Refusal{};
  if (const auto text = field(input, "text"); text && std::string_view(*text).empty())
    return Refusal{};
  return {};
}

std::optional<Refusal> check_tool_response(element response, Service service) {
  const auto responses = field(response, "functionResponses");
  if (!responses) return Refusal{};
  for (const auto item : array(*responses)) {
    if (service == Service::developer && !field(item, "id")) return Refusal{};
    if (!field(item, "response")) return Refusal{};
  }
  return {};
}

}  // namespace

std::optional<element> field(element message, std::string_view name) {
  element value;
  if (!message[name].get(value)) return value;
  const auto snake = to_snake_case(name);
  if (!message[snake].get(value)) return value;
  return {};
}

std::optional<element> field_at(element message, std::string_view path) {
  std::optional<element> value = message;
  while (value && !path.empty()) {
    const auto name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    value = field(*value, name);
  }
  return value;
}

std::optional<Refusal> check_fields(element value, const Message &type, Service service) {
  return Checker(service).message(value, type, "");
}

std::optional<Refusal> check(element message, Service service) {
  if (const auto refusal = check_fields(message, schema().message("ClientMessage"), service))
    return refusal;
  if (field_count(message) != 1) return Refusal{};
  if (const auto setup = field(message, "setup")) return check_setup(*setup);
  if (const auto content = field(message, "clientContent")) return check_content(*content);
  if (const auto input = field(message, "realtimeInput")) return check_input(*input);
  if (const auto response = field(message, "toolResponse"))
    return check_tool_response(*response, service);
  return {};
}

}  // namespace gemlive::simulator
