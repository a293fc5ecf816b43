// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "recording.hpp"
#include "secret_placeholders.hpp"
#include "timer.hpp"

namespace gemlive::simulator {

class EventLog;

/// A recording that is replayed, across its connections. Main thread.
class Replay {
 public:
  explicit Replay(EventLog &event_log) : event_log_(event_log) {}

  /// Reads the recording, which must outlive this. Errors: bad_setting.
  std::optional<Error> load(std::string_view text);
  /// Calls `over` when the last connection has ended and no other has followed, or when the next
  /// recorded one has not come.
  void on_over(std::function<void()> over);

  /// The next recorded connection. Null: there is no other, and that is a difference.
  const Recording::Connection *begin(int session);
  void end();
  /// The client's message with placeholders for secrets.
  std::string without_secrets(std::string_view message);
  void report(int session, const std::string &difference);
  /// Reports the connections that did not come, prints the summary, and returns the exit status of
  /// the program: 0, or 2 if the client differed.
  int finish();

 private:
  void end_in(std::chrono::seconds delay);

  EventLog &event_log_;
  Recording recording_;
  SecretPlaceholders placeholders_;
  std::size_t begun_ = 0;
  std::size_t open_ = 0;
  std::size_t differences_ = 0;
  Timer linger_;  // another connection may follow
  std::function<void()> over_;
};

}  // namespace gemlive::simulator
