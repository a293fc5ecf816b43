// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "comparison.hpp"
#include "recording.hpp"
#include "timer.hpp"

namespace gemlive::simulator {

class Client;
struct Context;

/// One connection of a replay. Says what the server said, when the recorded time since the setup
/// has passed and the client has said what it had said before. It waits 5 s for such a client, then
/// it follows the times alone. Main thread.
class ReplaySession {
 public:
  ReplaySession(Client &client, Context &context) : client_(client), context_(context) {}

  void receive(std::string_view json);
  /// The connection is closed or closing.
  void end();

 private:
  void begin();
  void say_due();
  void say(const Recording::Step &step);
  bool is_behind(const Recording::Step &step) const;
  std::int64_t due(const Recording::Step &step) const;
  void wait_for_client();
  void log(std::string_view line);

  Client &client_;
  Context &context_;
  const Recording::Connection *recorded_ = nullptr;
  std::optional<Comparison> comparison_ = {};
  bool has_begun_ = false;
  bool has_ended_ = false;

  std::size_t next_ = 0;          // of recorded_->steps
  std::int64_t anchor_time_ = 0;  // recorded, us
  std::int64_t anchor_ = 0;       // the clock at that time, us
  bool has_waited_ = false;       // for the client, before the next step
  bool follows_client_ = true;
  Timer timer_;
  Timer patience_;
};

}  // namespace gemlive::simulator
