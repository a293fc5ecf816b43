// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "service_messages.hpp"

#include <algorithm>

#include "json_string.hpp"

namespace gemlive::simulator::messages {

namespace {

void new_line(std::string &out, int depth) {
  out += '\n';
  out.append(static_cast<std::size_t>(2 * depth), ' ');
}

/// Returns the size of the JSON string at the start of `text`, with its quotes.
std::size_t string_size(std::string_view text) {
  std::size_t end = 1;
  while ((end = text.find_first_of("\"\\", end)) != text.npos && text[end] == '\\')
    end += 2;
  return end == text.npos ? text.size() : end + 1;
}

std::string details(const char *field, std::string_view modalities) {
  return std::string(",\"") + field + "\":[" + std::string(modalities) + ']';
}

/// A protobuf Duration: seconds with 0 or 3 decimals.
std::string duration(std::int64_t ms) {
  const auto decimals = std::to_string(1000 + ms % 1000).substr(1);
  return '"' + std::to_string(ms / 1000) + (ms % 1000 ? '.' + decimals : "") + "s\"";
}

std::string tokens(const char *modality, int count) {
  return std::string("{\"modality\":\"") + modality + "\",\"tokenCount\":" + std::to_string(count) +
         '}';
}

}  // namespace

std::string pretty(std::string_view compact) {
  std::string out;
  out.reserve(compact.size() + 256);
  int depth = 0;
  while (!compact.empty()) {
    const char c = compact.front();
    std::size_t size = 1;
    if (c == '"') {
      size = string_size(compact);
      out += compact.substr(0, size);
    } else if ((c == '{' || c == '[') && compact.size() > 1 && compact[1] == c + 2) {
      size = 2;  // {} and []
      out += compact.substr(0, size);
    } else if (c == '{' || c == '[') {
      out += c;
      new_line(out, ++depth);
    } else if (c == '}' || c == ']') {
      new_line(out, --depth);
      out += c;
    } else {
      out += c;
      if (c == ',') new_line(out, depth);
      if (c == ':') out += ' ';
    }
    compact.remove_prefix(size);
  }
  return out + '\n';
}

std::string setup_complete(std::string_view session_id) {
  if (session_id.empty()) return "{\"setupComplete\":{}}";
  return "{\"setupComplete\":{\"sessionId\":" + json::quoted(session_id) + "}}";
}

std::string server_content(std::string_view members) {
  return "{\"serverContent\":{" + std::string(members) + "}}";
}

std::string transcription(const char *field, std::string_view text, bool finished,
                          std::optional<Offsets> offsets) {
  auto members = "\"text\":" + json::quoted(text);
  if (finished) members += ",\"finished\":true";
  if (offsets)
    members +=
        ",\"startOffset\":" + duration(offsets->start) + ",\"endOffset\":" + duration(offsets->end);
  return std::string("\"") + field + "\":{" + members + '}';
}

std::string error(int code, std::string_view message, std::string_view status) {
  auto members = "\"code\":" + std::to_string(code);
  if (!message.empty()) members += ",\"message\":" + json::quoted(message);
  if (!status.empty()) members += ",\"status\":" + json::quoted(status);
  return "{\"error\":{" + members + "}}";
}

std::string resumption_update(std::string_view handle, std::optional<std::int64_t> consumed) {
  std::string members;
  if (!handle.empty()) members = "\"newHandle\":" + json::quoted(handle) + ",\"resumable\":true";
  // protobuf's JSON writes an int64 as a string.
  if (consumed)
    members += (members.empty() ? "" : ",") +
               ("\"lastConsumedClientMessageIndex\":\"" + std::to_string(*consumed) + '"');
  return "{\"sessionResumptionUpdate\":{" + members + "}}";
}

std::string tool_cancellation(std::string_view quoted_ids) {
  return "{\"toolCallCancellation\":{\"ids\":[" + std::string(quoted_ids) + "]}}";
}

std::string usage(const Usage &usage, Service service) {
  const bool vertex = service == Service::vertex;
  const int prompt = usage.prompt_text + usage.prompt_audio;
  std::string out = "\"usageMetadata\":{\"promptTokenCount\":" + std::to_string(prompt) + ",\"" +
                    (vertex ? "candidates" : "response") +
                    "TokenCount\":" + std::to_string(usage.response) +
                    ",\"totalTokenCount\":" + std::to_string(prompt + usage.response);
  auto asked = tokens("TEXT", usage.prompt_text);
  if (usage.prompt_audio > 0) asked += ',' + tokens("AUDIO", usage.prompt_audio);
  out += details("promptTokensDetails", asked);
  out += details(vertex ? "candidatesTokensDetails" : "responseTokensDetails",
                 tokens(usage.text ? "TEXT" : "AUDIO", usage.response));
  if (vertex) out += ",\"trafficType\":\"ON_DEMAND\"";
  return out + '}';
}

}  // namespace gemlive::simulator::messages
