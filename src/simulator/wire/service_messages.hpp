// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service.hpp"

/// What the service says, as compact JSON text. Pure.
namespace gemlive::simulator::messages {

/// As the service writes JSON: two spaces, a final newline. `compact` is valid JSON without
/// whitespace between its tokens.
std::string pretty(std::string_view compact);

std::string setup_complete(std::string_view session_id);  // empty: none
std::string server_content(std::string_view members);
std::string transcription(const char *field, std::string_view text, bool finished);
/// An empty handle: not resumable now. `taken` is the number of the last message that was taken.
std::string resumption_update(std::string_view handle, std::optional<std::int64_t> taken);
std::string tool_cancellation(std::string_view quoted_ids);

/// 25 tokens for a second of audio; the prompt is all that was said so far.
struct Usage {
  int prompt_text = 0;
  int prompt_audio = 0;
  int response = 0;
  bool text = false;  // the response was
};
std::string usage(const Usage &usage, Service service);

}  // namespace gemlive::simulator::messages
