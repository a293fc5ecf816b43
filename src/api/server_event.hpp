// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gemlive {

// What a server can tell us: one struct per event. Field meanings: docs/protocol.md.

struct SetupComplete {
  std::string session_id = {};  // Vertex only
  bool operator==(const SetupComplete &) const = default;
};
/// A piece of the model's speech, still base64: S16LE mono. The view lives as long as the message
/// that was decoded, or until the decoder's next call.
struct Audio {
  std::string_view base64 = {};
  int rate = 24000;  // Hz
  bool operator==(const Audio &) const = default;
};
/// Inline data of another kind than audio/pcm at a rate we can carry.
struct UnknownMedia {
  std::string mime_type = {};
  bool operator==(const UnknownMedia &) const = default;
};
enum class Speaker { user, model };
struct Transcript {
  Speaker speaker = Speaker::user;
  std::string text = {};  // a delta: concatenate as it is
  bool finished = false;
  std::string language_code = {};
  std::string speaker_label = {};  // where diarization was asked for
  std::string words = {};          // JSON array of {word, startOffset, endOffset}, or empty
  bool operator==(const Transcript &) const = default;
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
  bool more_to_come = false;  // status IN_PROGRESS: another model turn follows by itself
  std::string status = {};    // interactionStatus, or empty
  bool operator==(const TurnComplete &) const = default;
};
/// The model stays quiet, for it expects the user to go on.
struct WaitingForInput {
  bool operator==(const WaitingForInput &) const = default;
};
struct ToolCall {
  std::string id = {};  // the service may give none (Vertex, older models)
  std::string name = {};
  std::string args = {};  // JSON text, "{}" when absent
  bool operator==(const ToolCall &) const = default;
};
struct ToolCallCancelled {
  std::string id = {};
  bool operator==(const ToolCallCancelled &) const = default;
};
struct Usage {
  /// Known ones by the name that the Developer API has for them, whatever the service.
  std::vector<std::pair<std::string, std::int64_t>> counts = {};
  std::string json = {};
  bool operator==(const Usage &) const = default;
};
struct VoiceActivity {
  bool start = false;
  std::optional<std::chrono::milliseconds> audio_offset = {};
  bool operator==(const VoiceActivity &) const = default;
};
struct GoAway {
  std::chrono::milliseconds time_left{0};  // 0 when missing or unreadable
  bool operator==(const GoAway &) const = default;
};
struct ResumptionUpdate {
  std::string handle = {};  // a secret
  bool resumable = false;
  // With transparent resumption: of the client's messages behind the setup, the last (from 1)
  std::optional<std::int64_t> last_consumed = {};
  bool operator==(const ResumptionUpdate &) const = default;
};
/// Anything that is known as JSON but not above: {"field": value} of the place where it stood.
struct ServerMessage {
  std::string json = {};
  bool operator==(const ServerMessage &) const = default;
};

using ServerEvent =
    std::variant<SetupComplete, Audio, UnknownMedia, Transcript, Text, Interrupted,
                 GenerationComplete, TurnComplete, WaitingForInput, ToolCall, ToolCallCancelled,
                 Usage, VoiceActivity, GoAway, ResumptionUpdate, ServerMessage>;

}  // namespace gemlive
