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

/// The Live API's language (docs/protocol.md). No I/O and no state: a Decoder only keeps memory
/// that it uses again. Any thread, one at a time per Decoder.
namespace gemlive::wire {

/// The first message of a connection. `model` is the full resource name (endpoint.hpp). Only what
/// the user set is sent; Config::setup is merged last and deep. Errors: bad_setting.
/// Vertex AI can say how much it has heard when it hands out a handle, and is asked to.
Result<std::string> encode_setup(const Config &config, const std::string &model,
                                 Service service = Service::developer);

/// The same in that project, where the model has "projects/-/".
std::string with_project(const std::string &setup, const std::string &project);
/// The same on a connection that goes on with a session.
std::string with_handle(const std::string &setup, const std::string &handle);

/// The names of the functions that a setup message declares.
std::vector<std::string> declared_functions(const std::string &setup);

/// clientContent as the user wrote it: its inside, or the message. Errors: bad_setting.
struct Content {
  std::string message = {};
  bool turn_complete = false;
};
Result<Content> encode_content(std::string_view json);

/// What a function answered: a JSON object, or one with `response` (an object) and beside it only
/// `scheduling`, `willContinue`, `parts`, which then stand beside the response. Errors:
/// bad_setting.
struct FunctionResponse {
  std::string json = {};  // without id and name
  bool will_continue = false;
  bool is_silent = false;  // scheduling SILENT: the model says nothing to it
};
Result<FunctionResponse> read_function_response(std::string_view json);
/// Errors are answers, too: {"error": `what`}.
FunctionResponse failed_function(std::string_view what);
std::string encode_tool_response(const std::string &id, const std::string &name,
                                 const FunctionResponse &response);

/// Replaces `out` (its capacity is used again) by a realtimeInput message with one audio chunk.
void encode_audio(std::span<const std::byte> samples, int rate, std::string &out);

std::string encode_picture(std::span<const std::byte> jpeg);
std::string encode_activity_start();
std::string encode_activity_end();
std::string encode_audio_stream_end();
/// realtimeInput.text: the way to type on 3.1 models.
std::string encode_realtime_text(std::string_view text);
/// clientContent with one user turn; an empty text with turn_complete is a bare trigger.
std::string encode_client_content(std::string_view text, bool turn_complete);

/// Reads server messages strictly: UTF-8, complete JSON, an object at the root, at most 64 levels,
/// 16 MiB and 4096 events.
/// A message is understood whole or refused whole (Error kind bad_data). Unknown fields become
/// ServerMessage; missing, empty or wrongly typed known fields are skipped.
class Decoder {
 public:
  Decoder();
  ~Decoder();
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  /// Facts in the order in which they are to be taken: transcript of the user, transcript of
  /// the model, content, tool calls, interrupted, generation complete, usage, turn complete, the
  /// rest.
  /// They are valid until the next call, Audio::base64 as long as `message` (or, where the JSON
  /// string held escapes, until the next call).
  Result<std::span<const ServerEvent>> decode(std::string_view message);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace gemlive::wire
