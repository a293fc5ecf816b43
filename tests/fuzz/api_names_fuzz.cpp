// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A message that a user wrote, and its names. Properties: values stay; a second pass changes
// nothing; data below a field of the user's stays; each API object has every name once; what is
// read from a message is strict JSON, or an error with a printable message.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "api_names.hpp"
#include "client_message.hpp"
#include "json_string.hpp"
#include "require.hpp"
#include "strict_json.hpp"
#include "text.hpp"

using namespace gemlive;
using test::require;

namespace {

std::string written(const json::Value &value) {
  std::string text;
  value.append_to(text);
  return text;
}

std::size_t count_nested(const json::Value &value) {
  std::size_t count = 1;
  for (const auto &inner : value.inner)
    count += count_nested(inner);
  return count;
}

/// Without its names: the scalars, in order.
void collect_scalars(const json::Value &value, std::multiset<std::string> &found) {
  if (value.kind == json::Value::Kind::scalar) found.insert(value.text);
  for (const auto &inner : value.inner)
    collect_scalars(inner, found);
}

void check_names(const json::Value &given) {
  auto once = given;
  wire::use_api_names(once, "setup");
  auto twice = once;
  wire::use_api_names(twice, "setup");
  require(written(once) == written(twice), "a second pass changes nothing");
  if (once.is_object()) {
    std::set<std::string> names;
    for (const auto &member : once.inner)
      require(names.insert(member.plain_name()).second, "an API object has each name once");
  }
  if (count_nested(once) == count_nested(given)) {  // no field was there twice
    std::multiset<std::string> before, after;
    collect_scalars(given, before);
    collect_scalars(once, after);
    require(before == after, "values stay");
  }
  for (const auto *field : {"labels", "default", "parameters_json_schema"}) {
    json::Value outer = json::Value::object();
    outer.inner.push_back(given);
    outer.inner[0].name = json::quoted(field);
    wire::use_api_names(outer, "setup");
    require(written(outer.inner[0]) == written(given), "the user's own data stays");
  }
}

void check(const Error &error) {
  require(!error.message.empty(), "an error has a message");
  require(text::printable(error.message) == error.message, "the message is printable");
}

void check_message(std::string_view text) {
  if (const auto message = wire::read_client_message(text); !message) {
    check(message.error());
  } else if (const auto *plain = std::get_if<wire::client::Plain>(&*message)) {
    require(test::is_json_object(plain->message), "a message is a JSON object");
  } else if (const auto *list = std::get_if<std::vector<wire::client::Response>>(&*message)) {
    require(!list->empty(), "a tool response has a response");
    for (const auto &item : *list)
      require(test::is_json_object(wire::encode_tool_response(item.id, item.name, item.response)),
              "a tool response is a JSON object");
  } else if (const auto *audio = std::get_if<wire::client::Audio>(&*message)) {
    require(!audio->samples.empty() && audio->samples.size() % 2 == 0, "audio is whole samples");
    require(audio->rate >= 8000 && audio->rate <= 48000, "the rate is one that can be sent");
  }
  const auto content = wire::read_content(text);
  if (!content)
    check(content.error());
  else
    require(test::is_json_object(content->message), "content is a JSON object");
  const auto response = wire::read_function_response(text);
  if (!response)
    check(response.error());
  else
    require(test::is_json_object(wire::encode_tool_response("i", "n", *response)),
            "a response is a JSON object");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  json::Value value;
  if (!json::parse(text, value, 60)) check_names(value);
  check_message(text);
  return 0;
}
