// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_placeholders.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "json_string.hpp"

namespace gemlive {
namespace {

constexpr const char *handle = "handle";
constexpr const char *secret = "secret";

struct SecretField {
  const char *kind = secret;
  std::string_view name = {};    // empty: every field of the parent
  std::string_view parent = {};  // empty: any
};
constexpr SecretField secret_fields[] = {
    {handle, "handle", "sessionResumption"},
    {handle, "newHandle", "sessionResumptionUpdate"},
    {secret, "apiKey", ""},
    {secret, "apiKeyString", ""},
    {secret, "apiKeySecret", ""},
    {secret, "accessToken", ""},
    {secret, "idToken", ""},
    {secret, "refreshToken", ""},
    {secret, "authToken", ""},
    {secret, "bearerToken", ""},
    {secret, "clientSecret", ""},
    {secret, "authorization", ""},
    {secret, "Authorization", ""},
    {secret, "password", ""},
    {secret, "", "headers"},
};

/// The base64 of sound and pictures, which is most of a session.
bool is_media(std::string_view parent, std::string_view name) {
  constexpr std::string_view parents[] = {"audio", "inlineData", "video", "mediaChunks"};
  return name == "data" && std::ranges::any_of(parents, [parent](std::string_view known) {
           return json::is_named(parent, known);
         });
}

/// nullptr: no secret.
const char *kind_of(std::string_view parent, std::string_view name) {
  for (const auto &field : secret_fields) {
    // A name in snake_case begins like the one in camelCase.
    if (!field.name.empty() && !name.starts_with(field.name[0])) continue;
    const bool is_parent = field.parent.empty() || json::is_named(parent, field.parent);
    if (is_parent && (field.name.empty() || json::is_named(name, field.name))) return field.kind;
  }
  return nullptr;
}

/// Index of the quote that ends the string whose content starts at `at`. The size if there is none.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (const auto start = at;; ++at) {
    at = text.find('"', at);
    if (at == text.npos) return text.size();
    auto backslash = at;
    while (backslash > start && text[backslash - 1] == '\\')
      --backslash;
    if ((at - backslash) % 2 == 0) return at;
  }
}

bool is_name(std::string_view text, std::size_t behind) {
  const auto next = text.find_first_not_of(" \t\r\n", behind);
  return next != text.npos && text[next] == ':';
}

std::string unescaped(std::string_view source) {
  if (source.find('\\') == source.npos) return std::string(source);
  std::string value;
  return json::append_unescaped(source, value) ? value : std::string(source);
}

/// The names around a place in a message. Deeper than 64 levels, they are empty.
class Path {
 public:
  void open() {
    if (++depth_ <= max_depth) names_.push_back(name);
    name = {};
  }
  void close() {
    if (depth_ == 0) return;
    if (depth_-- > max_depth) return;
    name = names_.back();
    names_.pop_back();
  }
  std::string_view parent() const {
    return depth_ == 0 || depth_ > max_depth ? std::string_view() : names_.back();
  }

  std::string name = {};  // of the current member

 private:
  static constexpr std::size_t max_depth = 64;
  std::vector<std::string> names_ = {};
  std::size_t depth_ = 0;
};

}  // namespace

std::string SecretPlaceholders::placeholder(std::string_view source, const char *kind) {
  const auto value = unescaped(source);
  if (value.empty()) return {};
  mask_.add(value);
  const auto next = static_cast<unsigned>(numbers_.size() + 1);
  const auto number = numbers_.emplace(std::hash<std::string>()(value), next).first->second;
  return std::string("gemlive-") + kind + '-' + std::to_string(number);
}

void SecretPlaceholders::append(std::string_view message, std::string &out) {
  Path path;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (message[at] == '{') path.open();
    if (message[at] == '}') path.close();
    if (message[at] != '"') continue;
    const auto start = at + 1;
    at = string_end(message, start);
    const auto source = message.substr(start, at - start);
    if (is_name(message, at + 1)) {
      path.name = unescaped(source);
      continue;
    }
    const auto *kind = kind_of(path.parent(), path.name);
    if (!kind && is_media(path.parent(), path.name)) continue;
    out += message.substr(copied, start - copied);
    out += kind ? placeholder(source, kind) : mask_.apply(std::string(source));
    copied = at;
  }
  out += message.substr(copied);
}

}  // namespace gemlive
