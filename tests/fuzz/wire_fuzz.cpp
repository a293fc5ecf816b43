// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The decoder with any bytes, compared with simdjson's DOM parser and with the parser for users'
// JSON. The decoder accepts every message that one of them accepts, and only JSON.

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base64.hpp"
#include "json_string.hpp"
#include "require.hpp"
#include "strict_json.hpp"
#include "wire.hpp"

using namespace gemlive;
using test::require;

namespace {

std::size_t depth_of(simdjson::dom::element element) {
  std::size_t deepest = 0;
  if (simdjson::dom::array array; !element.get(array)) {
    for (const auto item : array)
      deepest = std::max(deepest, depth_of(item));
    return deepest + 1;
  }
  if (simdjson::dom::object object; !element.get(object)) {
    for (const auto field : object)
      deepest = std::max(deepest, depth_of(field.value));
    return deepest + 1;
  }
  return 0;
}

void use(const Audio &audio) {
  require(audio.rate >= 8000 && audio.rate <= 48000, "the rate is 8 to 48 kHz");
  std::vector<std::byte> samples(base64::decoded_size(audio.base64).value_or(0));
  base64::decode(audio.base64, samples.data());
}

void check_events(std::string_view message, std::span<const ServerEvent> events) {
  require(events.size() <= 4096, "at most 4096 events");
  for (const auto &event : events) {
    if (const auto *audio = std::get_if<Audio>(&event)) use(*audio);
    if (const auto *other = std::get_if<ServerMessage>(&event)) {
      require(test::is_json_object(other->json), "a message that is passed on is JSON");
      require(other->json.size() <= message.size() + 2,
              "a message that is passed on does not grow");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static wire::Decoder decoder;
  static simdjson::dom::parser parser;
  const std::string_view message(reinterpret_cast<const char *>(data), size);
  const auto events = decoder.decode(message);
  if (events) check_events(message, *events);

  if (events) {
    require(test::is_json_object(message), "an accepted message is JSON");
    return 0;
  }
  simdjson::dom::element root;
  const bool is_accepted = !parser.parse(message.data(), message.size()).get(root) &&
                           root.is_object() && depth_of(root) <= 64 &&
                           !message.starts_with(json::byte_order_mark);
  if (is_accepted || json::Object::parse(message, "the message"))
    require(events.error().detail == "too many events", "strict JSON is accepted");
  return 0;
}
