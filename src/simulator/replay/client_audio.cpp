// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "client_audio.hpp"

#include <charconv>
#include <string>
#include <string_view>

#include "base64.hpp"
#include "json_string.hpp"

namespace gemlive::simulator {
namespace {

const json::Value *member(const json::Value &value, std::string_view camel_case) {
  for (const auto &inner : value.inner) {
    if (json::is_named(inner.plain_name(), camel_case)) return &inner;
  }
  return nullptr;
}

std::string text(const json::Value *value) {
  return value ? value->string().value_or("") : "";
}

int rate_of(std::string_view mime, int otherwise) {
  constexpr std::string_view parameter = "rate=";
  const auto at = mime.find(parameter);
  int rate = otherwise;
  if (at != mime.npos)
    std::from_chars(mime.data() + at + parameter.size(), mime.data() + mime.size(), rate);
  return rate;
}

bool append(const json::Value &blob, ClientAudio &audio) {
  const auto mime = text(member(blob, "mimeType")), data = text(member(blob, "data"));
  const auto size = base64::decoded_size(data);
  if (!mime.starts_with("audio/") || !size) return false;
  audio.rate = rate_of(mime, audio.rate);
  audio.bytes.resize(audio.bytes.size() + *size);
  return base64::decode(data, audio.bytes.data() + audio.bytes.size() - *size);
}

}  // namespace

std::optional<ClientAudio> read_client_audio(const json::Value &message) {
  const auto *input = member(message, "realtimeInput");
  if (!input || input->inner.size() != 1) return {};
  ClientAudio audio;
  if (const auto *blob = member(*input, "audio"); blob && append(*blob, audio)) return audio;
  const auto *chunks = member(*input, "mediaChunks");
  if (!chunks || !chunks->is_array()) return {};
  for (const auto &blob : chunks->inner) {
    if (!append(blob, audio)) return {};
  }
  return audio;
}

}  // namespace gemlive::simulator
