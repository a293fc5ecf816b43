// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <string_view>

#include "json_object.hpp"

namespace gemlive::test {

/// Whether a text is a JSON object, by the judgement of simdjson's DOM parser. Only about numbers
/// beyond 64 bits and lone surrogates, which it refuses although they are JSON, our own parser is
/// asked.
inline bool is_json_object(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const auto error = parser.parse(text.data(), text.size()).get(root);
  // simdjson 3.12 has an error of its own for big integers, whose name version 3.0 does not know.
  const std::string_view words = simdjson::error_message(error);
  const bool is_big = words.find("Big integer") != std::string_view::npos;
  if (error == simdjson::NUMBER_ERROR || is_big || error == simdjson::STRING_ERROR)
    return static_cast<bool>(json::Object::parse(text, "the text"));
  return error == simdjson::SUCCESS && root.is_object();
}

}  // namespace gemlive::test
