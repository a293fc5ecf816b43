// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rfc6455_frames.hpp"

#include <glib.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace gemlive::test::rfc6455 {

using Kind = Answer::Kind;

namespace {

Answer answer(int first, std::string payload) {
  if (first == 0x81) return {Kind::text, std::move(payload)};
  if (first == 0x8a) return {Kind::pong, std::move(payload)};
  if (first != 0x88 || payload.size() < 2 || payload.size() > 125 ||
      !g_utf8_validate(payload.data() + 2, static_cast<gssize>(payload.size()) - 2, nullptr))
    return {Kind::other, static_cast<char>(first) + payload};
  const int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
  return {Kind::close, std::to_string(code)};
}

template <typename Range, typename Show>
std::string list(const Range &range, Show show) {
  std::string all;
  std::size_t left = 12;
  for (const auto &each : range) {
    if (left-- == 0) return all + "\n    ...";
    all += "\n    " + show(each);
  }
  return all.empty() ? "\n    nothing" : all;
}

}  // namespace

bool ClientFrames::have_close() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const Answer &each) { return each.kind == Kind::close; });
}

bool ClientFrames::take() {
  if (bytes_.size() < 2) return false;
  const auto first = static_cast<std::uint8_t>(bytes_[0]);
  const std::size_t length = bytes_[1] & 0x7f;
  const std::size_t extra = length == 127 ? 8 : length == 126 ? 2 : 0;
  const std::size_t head = 2 + extra + 4;
  if (bytes_.size() < head) return false;
  const auto size = extra ? number(2, extra) : length;
  if (bytes_.size() - head < size) return false;
  auto payload = bytes_.substr(head, size);
  for (std::size_t i = 0; i < size; ++i)
    payload[i] = static_cast<char>(payload[i] ^ bytes_[head - 4 + i % 4]);
  const bool is_minimal = extra == 0 || (extra == 2 ? size >= 126 : size > 0xffff);
  const bool is_masked = bytes_[1] & 0x80;
  all_.push_back(is_masked && is_minimal ? answer(first, std::move(payload))
                                         : Answer{Kind::other, "not masked, or a long length"});
  bytes_.erase(0, head + size);
  return true;
}

std::string shown(std::string_view bytes) {
  std::string all;
  for (const char byte : bytes.substr(0, 48)) {
    char escaped[8];
    const bool is_plain = byte >= ' ' && byte <= '~' && byte != '\\';
    std::snprintf(escaped, sizeof escaped, is_plain ? "%c" : "\\x%02x", byte & 0xff);
    all += escaped;
  }
  return '"' + all + '"' +
         (bytes.size() > 48 ? "... (" + std::to_string(bytes.size()) + " bytes)" : "");
}

std::string shown(const std::vector<Answer> &answers) {
  constexpr const char *kinds[] = {"text", "binary", "pong", "close", "other"};
  return list(answers, [&](const Answer &each) {
    return kinds[static_cast<int>(each.kind)] + (' ' + shown(each.payload));
  });
}

std::string shown(const std::vector<Part> &parts) {
  return list(parts, [](const Part &each) { return shown(each.bytes); });
}

}  // namespace gemlive::test::rfc6455
