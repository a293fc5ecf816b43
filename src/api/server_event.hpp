// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gemlive {

// Events from a server, one struct each. docs/protocol.md explains the fields. Values: one thread
// at a time.

struct SetupComplete {
  std::string session_id = {};  // Vertex only
  bool operator==(const SetupComplete &) const = default;
};
/// A piece of the model's speech: S16LE mono as base64. The view is valid as long as the decoded
/// message, or until the decoder's next call (wire::Decoder).
struct Audio {
  std::string_view base64 = {};
  int rate = 24000;  // Hz
  bool operator==(const Audio &) const = default;
};
/// Inline data other than audio/pcm with a supported rate.
struct UnknownMedia {
  std::string mime_type = {};
  bool operator==(const UnknownMedia &) const = default;
};
enum class Speaker { user, model };
/// A place in an audio stream, from its start. Input begins with each connection.
using AudioOffset = std::optional<std::chrono::milliseconds>;
struct Transcript {
  Speaker speaker = Speaker::user;
  std::string text = {};  // a delta: append it unchanged
  bool finished = false;
  std::string language_code = {};
  std::string speaker_label = {};  // if diarization was requested
  std::string words = {};          // JSON array of {word, startOffset, endOffset}, or empty
  AudioOffset start_offset = {};
  AudioOffset end_offset = {};
  bool operator==(const Transcript &) const = default;
};
/// What the user has said since the last transcript, as it looks now. The next one replaces it.
struct InterimTranscript {
  std::string text = {};
  std::string language_code = {};
  AudioOffset start_offset = {};
  AudioOffset end_offset = {};
  bool operator==(const InterimTranscript &) const = default;
};
/// A text part of the model's turn (never a thought).
struct Text {
  std::string text = {};
  bool operator==(const Text &) const = default;
};
struct Interrupted {
  bool operator==(const Interrupted &) const = default;
};
struct GenerationComplete {
  bool operator==(const GenerationComplete &) const = default;
};
struct TurnComplete {
  std::string reason = {};    // turnCompleteReason, or empty
  bool more_to_come = false;  // status IN_PROGRESS: the model will start another turn
  std::string status = {};    // interactionStatus, or empty
  bool operator==(const TurnComplete &) const = default;
};
/// The model does not answer because it expects the user to continue.
struct WaitingForInput {
  bool operator==(const WaitingForInput &) const = default;
};
struct ToolCall {
  std::string id = {};  // may be empty (Vertex, older models)
  std::string name = {};
  std::string args = {};  // JSON text, "{}" if missing
  bool operator==(const ToolCall &) const = default;
};
/// A value of a call's arguments, or a piece of a string.
struct PartialArg {
  std::string path = {};   // a JSON path: $.places[0].name
  std::string value = {};  // JSON, but a string without quotes and escapes
  bool is_string = false;
  bool will_continue = false;  // the next value of this path is appended
  bool operator==(const PartialArg &) const = default;
};
/// A part of a call that arrives in several messages. Only the first one must have a name.
struct ToolCallPart {
  std::string id = {};
  std::string name = {};
  std::string args = {};  // JSON text, or empty
  std::vector<PartialArg> partial_args = {};
  bool will_continue = false;
  bool operator==(const ToolCallPart &) const = default;
};
struct ToolCallCancelled {
  std::string id = {};
  bool operator==(const ToolCallCancelled &) const = default;
};
struct Usage {
  /// The Developer API's names, on every service. A server cannot add to them.
  static constexpr std::array names = {"promptTokenCount",        "responseTokenCount",
                                       "totalTokenCount",         "cachedContentTokenCount",
                                       "toolUsePromptTokenCount", "thoughtsTokenCount"};
  std::array<std::optional<std::int64_t>, names.size()> counts = {};  // in the order of the names
  std::string json = {};                                              // all fields
  bool operator==(const Usage &) const = default;
};
struct VoiceActivity {
  bool start = false;
  AudioOffset audio_offset = {};
  bool operator==(const VoiceActivity &) const = default;
};
struct GoAway {
  std::optional<std::chrono::milliseconds> time_left = {};  // none if missing or unreadable
  bool operator==(const GoAway &) const = default;
};
struct ResumptionUpdate {
  std::string handle = {};  // a secret
  bool resumable = false;
  // With transparent resumption: index of the last client message that the service has processed.
  // The first message after the setup is 1.
  std::optional<std::int64_t> last_consumed = {};
  bool operator==(const ResumptionUpdate &) const = default;
};
/// A field that none of the other events covers: {"field": value} with its enclosing level removed.
struct ServerMessage {
  std::string json = {};
  bool operator==(const ServerMessage &) const = default;
};

/// The service reports an error in a message, possibly in place of setupComplete.
struct ServiceError {
  std::optional<std::int64_t> code = {};  // HTTP status or google.rpc.Code
  std::string message = {};
  std::string status = {};  // the name of a google.rpc.Code
  bool operator==(const ServiceError &) const = default;
};

using ServerEvent =
    std::variant<SetupComplete, Audio, UnknownMedia, Transcript, InterimTranscript, Text,
                 Interrupted, GenerationComplete, TurnComplete, WaitingForInput, ToolCall,
                 ToolCallPart, ToolCallCancelled, Usage, VoiceActivity, GoAway, ResumptionUpdate,
                 ServerMessage, ServiceError>;

/// Audio, text or a tool call of the model.
inline bool is_content(const ServerEvent &event) {
  return std::holds_alternative<Audio>(event) || std::holds_alternative<Text>(event) ||
         std::holds_alternative<ToolCall>(event) || std::holds_alternative<ToolCallPart>(event);
}

}  // namespace gemlive
