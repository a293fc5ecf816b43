// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "error.hpp"
#include "server_event.hpp"

namespace gemlive {

enum class ConnectionState { disconnected, connecting, connected, failed };

/// Notices from a conversation to the application. Texts are printable (text.hpp). Times are
/// durations relative to now. The elements convert them to running time when they post a message.
namespace notice {

using nanoseconds = std::chrono::nanoseconds;

struct StateChanged {
  ConnectionState state = ConnectionState::disconnected;
};
struct Connected {
  std::string session_id = {};
  bool resumed = false;
  unsigned attempt = 1;  // starts at 1 after the start and after each useful connection
};
/// The session reconnects after `delay`. The code is 0 and the reason empty if the service sent
/// none.
struct Reconnecting {
  unsigned attempt = 1;
  int close_code = 0;
  std::string close_reason = {};
  nanoseconds delay{0};
  std::string error = {};  // what happened, and what to do
};
struct TurnStarted {
  std::optional<nanoseconds> since_input_end = {};  // time since the end of the user's speech
};
struct GenerationComplete {};
struct TurnComplete {
  bool interrupted = false;
  std::string reason = {};
  nanoseconds audio_duration{0};
  std::uint64_t audio_bytes = 0;
  std::optional<nanoseconds> first_audio_delay = {};
  std::string text = {};
  std::string input_transcript = {};
  std::string output_transcript = {};
  /// Of an interrupted turn: what was let out to the pipeline.
  std::optional<nanoseconds> heard_duration = {};
  std::string heard_transcript = {};
  std::string status = {};  // interactionStatus, or empty
  /// Time since each event, if it happened. Negative if it is still ahead (audio not yet played).
  std::optional<nanoseconds> since_input_end = {};
  std::optional<nanoseconds> since_first_byte = {};
  std::optional<nanoseconds> since_first_audible = {};
  std::optional<nanoseconds> since_generation_end = {};
};
struct Interrupted {
  nanoseconds discarded_duration{0};
};
/// The user's speech begins or ends.
struct Activity {
  bool start = false;
  /// When, by the clock: the time since then. With pacing=none: the running time of the input. Both
  /// are empty if it is not known.
  std::optional<nanoseconds> since = {};
  std::optional<nanoseconds> running_time = {};
};
struct BacklogDropped {
  nanoseconds duration{0};
  nanoseconds total{0};
};
/// Output that was not played, because it was later than max-lag.
struct OutputSkipped {
  nanoseconds duration{0};
  nanoseconds audible_duration{0};  // of it, the rest was quiet
  nanoseconds total{0};
};
/// No more input is accepted, and the output ends.
struct Ended {};
/// An error that does not end the conversation.
struct Warning {
  Error error = {};
};
/// An error that ended the conversation.
struct Failed {
  Error error = {};
};

}  // namespace notice

struct Notice {
  using Body = std::variant<notice::StateChanged, notice::Connected, notice::Reconnecting,
                            notice::TurnStarted, notice::GenerationComplete, notice::TurnComplete,
                            notice::Interrupted, notice::Activity, notice::BacklogDropped,
                            notice::OutputSkipped, notice::Ended, notice::Warning, notice::Failed,
                            Transcript, InterimTranscript, Text, ToolCall, ToolCallCancelled, Usage,
                            GoAway, ResumptionUpdate, ServerMessage>;

  unsigned turn = 0;  // 0: outside a turn
  Body body = {};
};

}  // namespace gemlive
