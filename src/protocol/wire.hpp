// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "error.hpp"
#include "server_event.hpp"

/// Encodes and decodes the Live API's messages (docs/protocol.md). No I/O. The only state is memory
/// that a Decoder reuses. Any thread, one at a time per Decoder.
namespace gemlive::wire {

/// The first message of a connection. `model` is the full resource name (endpoint.hpp). Contains
/// only settings that the user set. Config::setup is merged last. On Vertex AI, requests
/// transparent resumption, so that resumption updates say which messages were processed. Errors:
/// bad_setting.
Result<std::string> encode_setup(const Config &config, const std::string &model,
                                 Service service = Service::developer);

/// The setup message with `project` in place of "projects/-/" in the model name.
std::string with_project(const std::string &setup, const std::string &project);
/// The setup message for resuming a session.
std::string with_handle(const std::string &setup, const std::string &handle);

/// Names of the functions that a setup message declares.
std::vector<std::string> declared_functions(const std::string &setup);

/// The result of a function call from the user's JSON. Either any object, which becomes `response`,
/// or an object with `response` (an object) and optionally `scheduling`, `willContinue` and
/// `parts`. Errors: bad_setting.
struct FunctionResponse {
  std::string json = {};  // without id and name
  bool will_continue = false;
  bool is_silent = false;  // scheduling SILENT: the model does not speak about it
};
Result<FunctionResponse> read_function_response(std::string_view json);
/// The result of a failed call: {"error": `what`}.
FunctionResponse failed_function(std::string_view what);
std::string encode_tool_response(const std::string &id, const std::string &name,
                                 const FunctionResponse &response);

/// Writes a realtimeInput message with one audio chunk to `out`, whose capacity is reused.
void encode_audio(std::span<const std::byte> samples, int rate, std::string &out);

std::string encode_picture(std::span<const std::byte> jpeg);
std::string encode_activity_start();
std::string encode_activity_end();
std::string encode_audio_stream_end();
/// realtimeInput.text, the text input of 3.1 models.
std::string encode_realtime_text(std::string_view text);
/// clientContent with one user turn. An empty text with turn_complete asks for an answer without
/// new content.
std::string encode_client_content(std::string_view text, bool turn_complete);

/// Reads server messages strictly: UTF-8, complete JSON, an object at the root (or a list of objects
/// with an `error`), at most 64 levels, 16 MiB and 4096 events. An invalid message is rejected as a
/// whole (bad_data). Unknown fields become ServerMessage. Known fields that are missing, empty or of
/// the wrong type are skipped.
class Decoder {
 public:
  Decoder();
  ~Decoder();
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  /// Returns the events of a message in this order: setup complete, user transcript, model
  /// transcript, content, tool calls, interrupted, generation complete, usage, turn complete, other
  /// events, error. They are valid until the next call. Audio::base64 is valid as long as
  /// `message`, or until the next call if the JSON string contained escapes.
  Result<std::span<const ServerEvent>> decode(std::string_view message);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace gemlive::wire
