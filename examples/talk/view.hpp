// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gemlive::talk {

enum class Speaker { User, Model };

/// A piece of a transcript. Captions of the model come when the words are heard, not when they
/// arrive.
struct Words {
  Speaker speaker;
  std::string text;
  bool is_final;  // the utterance ends with this piece
};

enum class Connection { Connecting, Connected, Reconnecting, Disconnected };

struct Turn {
  bool interrupted = false;
  std::optional<std::chrono::milliseconds> time_to_first_sound;  // none: the turn had no sound
  std::chrono::milliseconds speech{0};                           // audio of the model
};

struct ToolCall {
  std::string name;
  std::string arguments;  // JSON
  std::string id;
};

struct ToolResult {
  std::string name;
  std::string id;
  std::string result;  // JSON
  bool failed = false;
};

/// Peaks of the last moment in dB below full scale: 0 is the loudest.
struct Levels {
  double user_db = -90;
  double model_db = -90;
};

/// Shows a conversation. Its functions are called on the main thread.
class View {
 public:
  virtual ~View() = default;
  virtual void connection(Connection state, const std::string &detail) = 0;
  virtual void words(const Words &words) = 0;
  virtual void turn_started() = 0;
  /// The rest of the answer is not played. Its turn may end much later.
  virtual void interrupted() = 0;
  virtual void turn_ended(const Turn &turn) = 0;
  virtual void tool_call(const ToolCall &call) = 0;
  virtual void tool_result(const ToolResult &result) = 0;
  virtual void tokens(std::uint64_t total) = 0;
  virtual void progress(std::chrono::nanoseconds position, std::chrono::nanoseconds duration) = 0;
  /// A line for the user: a hint, a device that went or came.
  virtual void note(const std::string &line) = 0;
  virtual void problem(const std::string &what, const std::string &what_to_do) = 0;
  // For a view that has keys and a place for it.
  virtual void levels(const Levels &) {}
  virtual void muted(bool) {}
  virtual void talking(bool) {}  // push to talk
};

/// What the user can do. Called by a view on the main thread.
class Controls {
 public:
  virtual ~Controls() = default;
  virtual void set_muted(bool is_muted) = 0;
  virtual void set_talking(bool is_talking) = 0;  // only with --push-to-talk
  virtual void interrupt() = 0;
  virtual void send_text(const std::string &line) = 0;
  virtual void reconnect() = 0;
  virtual void quit() = 0;
};

}  // namespace gemlive::talk
