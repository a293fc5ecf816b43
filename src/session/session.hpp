// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sign_in.hpp"
#include "config.hpp"
#include "connection.hpp"
#include "counters.hpp"
#include "dialogue.hpp"
#include "endpoint.hpp"
#include "hand_over.hpp"
#include "level.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "input_queue.hpp"
#include "picture_slot.hpp"
#include "recovery.hpp"
#include "replay.hpp"
#include "output_streams.hpp"
#include "timer.hpp"
#include "tool_desk.hpp"
#include "vigil.hpp"

namespace gemlive {

/// One conversation with the service, across its connections: connecting, sending, connecting
/// again, the end. Lives on one thread (the thread-default main context it was made with) and has
/// no locks; InputQueue and OutputStreams are its borders to other threads. What the server says is
/// Dialogue's.
///
/// idle → connecting → connected → (lost, or handed over) waiting → connecting … → over. Of
/// connections that were left nothing is heard any more.
class Session final : private Connection::Owner {
 public:
  using MakeTransport = Connection::MakeTransport;
  using Tell = std::function<void(const Notice &)>;

  struct Parts {
    Config config = {};
    Endpoint endpoint = {};
    std::shared_ptr<Guarded<Secret>> access_token = {};
    std::string setup = {};  // the message, encoded
    std::shared_ptr<InputQueue> input_queue = {};
    std::shared_ptr<PictureSlot> pictures = {};
    std::shared_ptr<PendingToolCalls> tool_calls = {};
    std::vector<std::string> functions = {};  // that the setup declares
    std::shared_ptr<OutputStreams> streams = {};
    std::shared_ptr<Counters> counters = {};
    MakeTransport make_transport = {};
    Tell tell = {};  // on the session's thread; may not destroy the session
    Log log = {};
    std::function<std::int64_t()> now = &g_get_monotonic_time;  // us
    std::uint32_t seed = g_random_int();                        // of the delays between attempts
  };

  explicit Session(Parts parts);

  void start();
  /// Something was put into the input_queue: sends as much as the transport takes.
  void drain();
  /// Drops the answer that is playing, and what still comes of it.
  void interrupt_locally();

 private:
  enum class Phase { idle, connecting, connected, waiting, over };

  void on_setup_complete(const SetupComplete &fact) override;
  void on_facts(std::span<const ServerEvent> facts, GBytes *message) override;
  void on_bad_message(const Error &error) override;
  void on_writable() override { drain(); }
  void on_end(const Error &how) override;

  void connect();
  void open(const Headers &headers, std::chrono::milliseconds timeout);
  void connect_later(const Recovery::Plan &plan, const Error &how);
  void leave();
  void cut_off();
  void note(const ServerEvent &fact, std::int64_t now);
  void note_handle(const ResumptionUpdate &update);
  void settle();
  void set_handle(const std::string &handle);
  void hand_over();

  void send_picture();
  void send_again(const input::Item &item);
  void send_next();
  void send(const input::Chunk &chunk);
  void send(const input::ActivityStart &);
  void send(const input::ActivityEnd &);
  void send(const input::AudioStreamEnd &);
  void send(const input::TypedText &typed);
  void send(const input::Content &content);
  void send(const input::ToolResponse &response);
  void send(const input::EndOfInput &);
  void asked(std::int64_t said);
  bool types_in_real_time() const;
  void send_message(const std::string &text);
  bool has_unsent();
  bool is_held_back();
  void report_drops();

  void check();
  void check_later();
  void check_end();
  bool is_complete();
  void check_hand_over();
  void give_up_waiting();
  void on_finding(Vigil::Finding finding);
  void conclude(const std::string &why);
  void finish();
  void disconnect();
  void fail(Error error);

  void tell(Notice::Fact fact);
  void set_state(ConnectionState state);

  Parts parts_;
  Dialogue dialogue_;
  Recovery recovery_;
  Replay replay_;
  ToolDesk tools_;
  HandOver hand_over_;
  Vigil vigil_;
  Phase phase_ = Phase::idle;
  bool finished_ = false;
  auth::SignIn sign_in_;
  Timer sign_in_deadline_;
  std::unique_ptr<Connection> connection_;
  Timer retry_;
  std::string handle_;      // of the session, the newest good one; a secret
  bool resumable_ = false;  // at this moment
  bool resuming_ = false;   // this connection was made with a handle

  std::string encoded_;  // an audio message; its memory is used again
  Level level_;
  std::int64_t last_asked_ = 0;
  unsigned sent_messages_ = 0;  // by what was sent last
  bool sent_speech_ = false;
  bool in_activity_ = false;  // on this connection, as the user marked it
  std::vector<std::string> told_problems_;
  Timer next_picture_;
  std::chrono::nanoseconds dropped_{0};
  Timer next_drop_report_;
  Timer check_;
  std::int64_t check_at_ = 0;
  Timer goodbye_;

  std::unique_ptr<Connection> retired_;  // may not die in its own callback
  Timer retirement_;
};

}  // namespace gemlive
