// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "counters.hpp"
#include "guarded.hpp"
#include "io_thread.hpp"
#include "notice_dispatcher.hpp"
#include "picture_slot.hpp"
#include "platform.hpp"
#include "session.hpp"

namespace gemlive {

/// A conversation from when its first member opens until its last one closes: a session on an I/O
/// thread, and what it shares with other threads. Any thread.
class SessionHost : public std::enable_shared_from_this<SessionHost> {
 public:
  /// Settles where to connect and what to ask for. Errors: as Conversation::Member::open().
  static Result<std::shared_ptr<SessionHost>> prepare(const Config &config,
                                                      const Platform &platform, Log log);
  /// One that is over before it has begun.
  static std::shared_ptr<SessionHost> closed();

  SessionHost() = default;

  /// Starts to connect.
  void begin();
  /// The connection ends with a close frame; waits for it 20 ms at most.
  void end();

  const Config &config() const { return options_.config; }
  NoticeDispatcher &dispatcher() { return dispatcher_; }
  InputQueue &input_queue() { return *options_.input_queue; }
  OutputStreams &streams() { return *options_.streams; }
  PictureSlot &pictures() { return *options_.pictures; }
  PendingToolCalls &tool_calls() { return *options_.tool_calls; }
  Counters &counters() { return *options_.counters; }
  std::optional<Error> failure() { return failure_.copy(); }

  /// Its sources of input: InputSource's bookkeeping.
  struct Inputs {
    unsigned open = 0;
    unsigned ended = 0;
  };
  Guarded<Inputs>::Lock inputs() { return inputs_.lock(); }
  void interrupt();
  /// For the connections to come. False where it is not with an access token that it signs in.
  bool set_access_token(const Secret &token);

 private:
  void wake();
  void notify(const Notice &notice);
  void log(const Notice &notice);
  Session::Options options_;  // before begin(); then what it shares stays
  std::shared_ptr<IoThread> io_;
  NoticeDispatcher dispatcher_;
  Guarded<std::optional<Error>> failure_;
  Guarded<Inputs> inputs_;

  std::atomic<bool> ended_ = false;
  std::atomic<bool> drain_posted_ = false;
  std::shared_ptr<SessionHost>
      posted_self_;  // while woken: posting a bare pointer allocates nothing

  std::int64_t connecting_at_ = 0;    // monotonic us; the I/O thread's own
  std::unique_ptr<Session> session_;  // the I/O thread's own
};

}  // namespace gemlive
