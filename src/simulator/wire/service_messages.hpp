// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service.hpp"

/// Builds the service's messages as compact JSON. Pure.
namespace gemlive::simulator::messages {

/// Formats JSON as the service does: two spaces of indentation, a final newline. `compact` is valid
/// JSON without white space between its tokens.
std::string pretty(std::string_view compact);

/// Without a session id if `session_id` is empty.
std::string setup_complete(std::string_view session_id);
std::string server_content(std::string_view members);
/// A part of a stream of audio, in ms.
struct Offsets {
  std::int64_t start = 0;
  std::int64_t end = 0;
};
std::string transcription(const char *field, std::string_view text, bool finished,
                          std::optional<Offsets> offsets = {});
std::string error(int code, std::string_view message, std::string_view status);
/// Not resumable if `handle` is empty. `consumed` is the index of the last consumed client message.
std::string resumption_update(std::string_view handle, std::optional<std::int64_t> consumed);
std::string tool_cancellation(std::string_view quoted_ids);

/// Token counts: 25 tokens for a second of audio. The prompt is the whole conversation.
struct Usage {
  int prompt_text = 0;
  int prompt_audio = 0;
  int response = 0;
  bool text = false;  // the response is text
};
std::string usage(const Usage &usage, Service service);

}  // namespace gemlive::simulator::messages
