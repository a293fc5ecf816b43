// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secrets.hpp"

#include <algorithm>
#include <cctype>

#include "lettering.hpp"

namespace gemlive::timeline {
namespace {

constexpr std::string_view hidden = "***";

/// In any spelling: apiKey, api_key, x-goog-api-key.
bool is_secret_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '-' && c != '_')
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view end :
       {"handle", "apikey", "apikeystring", "token", "password", "secret", "authorization",
        "credential", "privatekey", "cookie"})
    if (plain.ends_with(end)) return true;
  return false;
}

bool is_key_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ||
         c == '/' || c == '+' || c == '=' || c == '~';
}

/// What begins like a key or token of Google's and is long enough for one.
std::string without_keys(std::string text) {
  for (const std::string_view start : {"AIza", "ya29.", "AQ.", "Bearer ", "eyJ"})
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
      const auto first = start == "Bearer " ? at + start.size() : at;
      auto end = first;
      while (end < text.size() && is_key_character(text[end]))
        ++end;
      if (end - first >= 16) text.replace(first, end - first, hidden);
    }
  return text;
}

void append_plain(const json::Value &value, std::string &out) {
  const auto list = [&](char open, char close) {
    out += open;
    for (std::size_t i = 0; i < value.inner.size(); ++i) {
      if (i > 0) out += ", ";
      if (value.is_object()) out += value.inner[i].plain_name() + ": ";
      append_plain(value.inner[i], out);
    }
    out += close;
  };
  if (value.is_object())
    list('{', '}');
  else if (value.is_array())
    list('[', ']');
  else
    out += value.text;
}

}  // namespace

void Secrets::learn(const json::Value &value) {
  for (const auto &inner : value.inner) {
    if (inner.kind == json::Value::Kind::scalar && inner.text.size() > 2 &&
        is_secret_name(inner.plain_name())) {
      if (const auto secret = inner.string()) mask_.add(*secret);
    }
    learn(inner);
  }
}

void Secrets::hide(json::Value &value) {
  learn(value);
  for (auto &inner : value.inner) {
    if (is_secret_name(inner.plain_name()) && !inner.is_null())
      inner = {.name = inner.name, .text = "\"***\""};
    else
      hide(inner);
  }
}

std::string Secrets::shown(std::string_view text, std::size_t limit) const {
  return clean(without_keys(mask_.apply(std::string(text))), limit);
}

std::string Secrets::shown_json(std::string_view text, std::size_t limit) {
  json::Value value;
  if (json::parse(text, value)) return shown(text, limit);
  hide(value);
  std::string plain;
  append_plain(value, plain);
  return shown(plain, limit);
}

}  // namespace gemlive::timeline
