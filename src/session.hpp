// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config.hpp"
#include "counters.hpp"
#include "dialogue.hpp"
#include "endpoint.hpp"
#include "level.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "outbox.hpp"
#include "streams.hpp"
#include "timer.hpp"
#include "transport.hpp"
#include "wire.hpp"

namespace gemlive {

/// One conversation with the service: connecting, setup, sending, the end. Lives on one thread (the
/// thread-default main context it was made with) and has no locks; Outbox and Streams are its
/// borders to other threads. What the server says is Dialogue's.
///
/// disconnected → connecting (transport, then setup sent) → connected (setupComplete) → failed.
/// One deadline covers everything from start() to setupComplete.
class Session final : private Transport::Listener {
 public:
  using MakeTransport = std::function<std::unique_ptr<Transport>(Transport::Listener &)>;
  using Tell = std::function<void(const Notice &)>;

  struct Parts {
    Config config = {};
    Endpoint endpoint = {};
    std::string setup = {};  // the message, encoded
    std::shared_ptr<Outbox> outbox = {};
    std::shared_ptr<Streams> streams = {};
    std::shared_ptr<Counters> counters = {};
    MakeTransport make_transport = {};
    Tell tell = {};  // on the session's thread; may not destroy the session
    Log log = {};
    std::function<std::int64_t()> now = &g_get_monotonic_time;  // us
  };

  explicit Session(Parts parts);
  ~Session();

  void start();
  /// Something was put into the outbox: sends as much as the transport takes.
  void drain();
  /// Drops the answer that is playing, and what still comes of it.
  void interrupt_locally();

 private:
  enum class Phase { idle, opening, opened, setup_sent, connected, failed };

  void opened() override;
  void message(GBytes *payload) override;
  void writable() override;
  void closed(int code, const std::string &reason) override;
  void failed(const Error &error) override;

  void send_setup();
  void on_setup_complete(const SetupComplete &fact);
  void on_bad_message(const Error &error);
  void on_deadline();

  void send(Outbox::Chunk &chunk);
  void send(Outbox::ActivityStart &);
  void send(Outbox::ActivityEnd &);
  void send(Outbox::AudioStreamEnd &);
  void send(Outbox::TypedText &typed);
  void send(Outbox::EndOfInput &);
  void send_message(const std::string &text);
  void report_drops();

  void check_end();
  void check_end_later();
  void give_up_waiting();
  void finish();
  void fail(Error error);

  void tell(Notice::Fact fact);
  void set_state(ConnectionState state);

  Parts parts_;
  Dialogue dialogue_;
  Phase phase_ = Phase::idle;
  bool finished_ = false;
  // Of this attempt: a later one starts with new ones
  std::unique_ptr<Transport> transport_;
  wire::Decoder decoder_;
  Timer deadline_;

  std::string encoded_;  // an audio message; its memory is used again
  Level level_;
  unsigned bad_in_a_row_ = 0;
  std::vector<std::string> told_problems_;
  std::chrono::nanoseconds dropped_{0};
  Timer next_drop_report_;
  Timer end_check_;
  std::int64_t end_check_at_ = 0;

  std::unique_ptr<Transport> retired_;  // may not die in its own callback
  Timer retirement_;
};

}  // namespace gemlive
