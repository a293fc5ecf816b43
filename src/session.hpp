// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config.hpp"
#include "endpoint.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "outbox.hpp"
#include "stream.hpp"
#include "timer.hpp"
#include "transport.hpp"
#include "wire.hpp"

namespace gemlive {

/// The outputs of a conversation, by what they carry.
struct Streams {
  Stream audio, input_transcript, output_transcript, text;

  template <typename Do>
  void each(Do &&act) {
    act(audio), act(input_transcript), act(output_transcript), act(text);
  }
};

/// What is counted, written by the session, read by anybody.
struct Counters {
  std::atomic<ConnectionState> connection = ConnectionState::disconnected;
  std::atomic<std::uint64_t> messages_sent = 0;
  std::atomic<std::uint64_t> messages_received = 0;
  std::atomic<unsigned> turns = 0;
  std::atomic<unsigned> interruptions = 0;
  std::atomic<unsigned> connects = 0;
  Guarded<std::string> session_id = {};
};

/// One conversation with the service: connecting, setup, turns, the end. Lives on one thread (the
/// thread-default main context it was made with) and has no locks; Outbox and Streams are its
/// borders to other threads.
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
    std::string setup = {};  // the setup message
    std::shared_ptr<Outbox> outbox = {};
    std::shared_ptr<Streams> streams = {};
    std::shared_ptr<Counters> counters = {};
    MakeTransport make_transport = {};
    Tell tell = {};  // on the session's thread; may not destroy the session
    std::function<void(const Error &)> failed = {};
    Log log = {};
    std::function<std::int64_t()> now = {};  // monotonic us
  };

  explicit Session(Parts parts);
  ~Session();

  void start();
  /// Something was put into the outbox: sends as much as the transport takes.
  void drain();
  /// Drops the answer that is playing, and what still comes of it.
  void interrupt_locally();

 private:
  void opened() override;
  void message(GBytes *payload) override;
  void writable() override;
  void closed(int code, const std::string &reason) override;
  void failed(const Error &error) override;

  void set_connection(ConnectionState connection);
  void fail(const Error &error);
  void finish();
  void stop_timers();
  void bad_message(const Error &error);
  void warn(const Error &error);

  void take(const SetupComplete &fact);
  void take(const Audio &audio, GBytes *payload);
  void take(const UnknownMedia &media);
  void take(const Transcript &transcript);
  void take(const Text &fact);
  void take(const Interrupted &fact);
  void take(const GenerationComplete &fact);
  void take(const TurnComplete &fact);
  void take(const ToolCall &call);
  void take(const ToolCallCancelled &cancelled);
  void take(const Usage &usage);
  void take(const VoiceActivity &activity);
  void take(const GoAway &go_away);
  void take(const ResumptionUpdate &update);
  void take(const ServerMessage &message);
  void answer_started();
  void end_turn(const std::string &reason, bool more_to_come);
  void end_turn_early();

  void send_text(const std::string &message);
  void send(Outbox::Chunk chunk);
  void send(Outbox::ActivityStart);
  void send(Outbox::ActivityEnd);
  void send(Outbox::AudioStreamEnd);
  void send(Outbox::TypedText typed);
  void send(Outbox::EndOfInput);
  void report_drops();

  void sign_of_answer();
  void check_complete();
  void complete();
  void await_end();
  void await_quiet();

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gemlive
