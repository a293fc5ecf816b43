// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_mask.hpp"

#include <cstddef>
#include <utility>

namespace gemlive {
namespace {

constexpr std::size_t key_size = 12;  // characters
constexpr std::size_t max_keys = 1024;
constexpr int max_keys_of_secret = 16;
constexpr std::string_view mask = "***";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// May be part of a secret: base64 of both kinds, and UUIDs.
bool is_secret(char c) {
  return is_alphanumeric(c) || std::string_view("-_=+/.~").find(c) != std::string_view::npos;
}

/// The last 12 characters of a text, as a number.
struct Window {
  void push(char c) {
    older = older << 8 | newer >> 56;
    newer = newer << 8 | static_cast<unsigned char>(c);
  }
  std::uint64_t key() const {
    return (newer ^ (older & 0xffffffff) * 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
  }
  std::uint64_t newer = 0;
  std::uint64_t older = 0;
};

std::uint64_t key_of(std::string_view text) {
  Window window;
  for (const char c : text.substr(0, key_size))
    window.push(c);
  return window.key();
}

std::size_t slot(std::uint64_t key) {
  return key >> 52;
}

}  // namespace

void SecretMask::Keys::add(Key key) {
  if (!known.insert(key).second) return;
  order.push_back(key);
  filter.set(slot(key));
  if (order.size() <= max_keys) return;
  known.erase(order.front());
  order.pop_front();
}

bool SecretMask::Keys::contains(Key key) const {
  return filter.test(slot(key)) && known.contains(key);
}

void SecretMask::add(std::string_view secret) {
  if (secret.size() < key_size) return;
  auto keys = keys_.lock();
  auto added = 0;
  keys->add(key_of(secret));
  for (std::size_t at = 0, length = 0; at < secret.size() && added < max_keys_of_secret; ++at) {
    length = is_alphanumeric(secret[at]) ? length + 1 : 0;
    if (length != key_size) continue;
    keys->add(key_of(secret.substr(at + 1 - key_size)));
    ++added;
  }
}

std::string SecretMask::apply(std::string text) const {
  auto keys = keys_.lock();
  if (keys->known.empty()) return text;
  std::string masked;
  std::size_t copied = 0;
  Window window;
  for (std::size_t at = 0; at < text.size(); ++at) {
    window.push(text[at]);
    const auto end = at + 1;
    if (end < copied + key_size || !keys->contains(window.key())) continue;
    masked.append(text, copied, end - key_size - copied).append(mask);
    for (copied = end; copied < text.size() && is_secret(text[copied]);)
      ++copied;
    at = copied - 1;
  }
  if (copied == 0) return text;
  return masked.append(text, copied);
}

}  // namespace gemlive
