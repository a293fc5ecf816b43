// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "error.hpp"
#include "wire.hpp"

/// Messages to the service that a user writes as JSON, in camelCase or snake_case. Pure, any
/// thread.
namespace gemlive::wire {

namespace client {

/// A message that is sent as it is.
struct Plain {
  std::string message = {};
  bool wants_answer = false;
  bool is_resendable = true;                // after a lost connection
  std::vector<std::string> functions = {};  // that it declares
};
/// realtimeInput.audio, or an equal chunk of mediaChunks.
struct Audio {
  std::vector<std::byte> samples = {};  // S16LE, mono
  int rate = 0;
};
enum class Mark { activity_start, activity_end, audio_stream_end };
/// One of toolResponse.functionResponses.
struct Response {
  std::string id = {};
  std::string name = {};
  FunctionResponse response = {};
};

}  // namespace client

using ClientMessage =
    std::variant<client::Plain, client::Audio, client::Mark, std::vector<client::Response>>;

/// Reads a whole message, which has one field: {"contextUpdate": {...}}. Messages that a session
/// has to account for are taken apart; any other message stays as it is. Errors: bad_setting, also
/// for a setup.
Result<ClientMessage> read_client_message(std::string_view json);
/// The same for a clientContent message, or only the clientContent object.
Result<client::Plain> read_content(std::string_view json);

}  // namespace gemlive::wire
