// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "capture_file.hpp"
#include "counters.hpp"
#include "guarded.hpp"
#include "io_thread.hpp"
#include "metrics.hpp"
#include "notice_dispatcher.hpp"
#include "picture_slot.hpp"
#include "platform.hpp"
#include "session.hpp"

namespace gemlive {

/// A conversation from the first open() to the last close() of its members: a Session on an I/O
/// thread, and the objects that it shares with other threads. All methods: any thread.
class SessionHost : public std::enable_shared_from_this<SessionHost> {
 public:
  /// Resolves the endpoint and encodes the setup. Errors as Conversation::Member::open().
  static Result<std::shared_ptr<SessionHost>> prepare(const Config &config,
                                                      const Platform &platform, Log log);
  /// A host that has already ended.
  static std::shared_ptr<SessionHost> closed();

  SessionHost() = default;

  /// Starts to connect.
  void begin();
  /// Closes the connection. Waits for the close frame at most 20 ms, and for the file of
  /// capture-location at most 1 s.
  void end();

  const Config &config() const { return options_.config; }
  NoticeDispatcher &dispatcher() { return dispatcher_; }
  InputQueue &input_queue() { return *options_.input_queue; }
  OutputStreams &streams() { return *options_.streams; }
  InputRegistry &inputs() { return *options_.inputs; }
  PictureSlot &pictures() { return *options_.pictures; }
  PendingToolCalls &tool_calls() { return *options_.tool_calls; }
  Counters &counters() { return *options_.counters; }
  Stats stats() const;
  std::optional<Error> failure() { return failure_.copy(); }

  void interrupt();
  /// For later connections. False if the session does not sign in with a token of the same type.
  bool set_access_token(const Secret &token);

 private:
  std::function<Stats()> stats_reader() const;
  void send_or_wake();
  void wake();
  void notify(const Notice &notice);

  Session::Options options_;              // constant after begin()
  std::shared_ptr<CaptureFile> capture_;  // null: none
  std::shared_ptr<IoThread> io_;
  NoticeDispatcher dispatcher_;
  Guarded<std::optional<Error>> failure_;

  std::atomic<bool> ended_ = false;
  std::atomic<bool> drain_posted_ = false;
  std::shared_ptr<SessionHost>
      posted_self_;  // while posted: a closure with a bare pointer needs no allocation

  // I/O thread only
  std::unique_ptr<Session> session_;
  std::unique_ptr<Metrics::Source> metrics_;
};

}  // namespace gemlive
