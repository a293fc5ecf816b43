// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config.hpp"
#include "endpoint.hpp"
#include "error.hpp"
#include "guarded.hpp"
#include "input.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "input_queue.hpp"
#include "picture_slot.hpp"
#include "output_streams.hpp"
#include "transport.hpp"

namespace gemlive {

class Sitting;

/// Everything that is counted; read-only property `stats`.
struct Stats {
  ConnectionState state = ConnectionState::disconnected;
  std::string session_id = {};
  input::Stats input = {};
  PictureSlot::Stats pictures = {};
  output::Stats output = {};
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  unsigned turns = 0;
  unsigned interruptions = 0;
  unsigned connects = 0;
  unsigned retries = 0;
  unsigned resumptions = 0;
  unsigned hand_overs = 0;
  std::uint64_t replayed = 0;  // bytes of input audio
};

/// The front door of the core, callable from any thread: a conversation is found by its name, and
/// lives as long as somebody has a seat in it.
class Conversation {
 public:
  /// What a conversation stands on.
  struct Platform {
    std::function<std::unique_ptr<Transport>(Transport::Listener &, Log)> make_transport = {};
    Environment environment = {};

    static Platform real();
  };

  class Listener {
   public:
    /// On the I/O thread. May close or leave its own seat.
    virtual void on_notice(const Notice &notice) = 0;
    /// Stats::state has changed. Every seat hears it, whatever its audience.
    virtual void on_state_changed() {}

   protected:
    ~Listener() = default;
  };

  /// One element's place. All methods: any thread, one at a time; configure() at any time.
  class Seat {
   public:
    /// Takes a seat in the conversation called `name`; the first one makes it. Of all seats with
    /// the same `audience` (a pipeline) only the first open one is told what happens.
    Seat(const std::string &name, Listener &listener, Log log,
         const Platform &platform = Platform::real());
    /// Closes and leaves. After it returns no notice comes any more (unless it is called by one).
    ~Seat();
    Seat(const Seat &) = delete;
    Seat &operator=(const Seat &) = delete;

    /// What this element has set. For the open() to come.
    void configure(const Config &config);
    /// Joins in: the first to open settles the settings (everything that any seat has set) and
    /// starts to connect, without waiting for it. Returns the settled configuration. Errors:
    /// bad_setting (two seats disagree; the text names the property), not_authorized, or why the
    /// conversation has failed already (unless another seat of this audience hears that).
    Result<Config> open(const void *audience);
    /// The last to close ends the connection. Returns within milliseconds whatever the network
    /// does.
    void close();

    Conversation &conversation() { return *conversation_; }

   private:
    friend class Conversation;
    std::shared_ptr<Conversation> conversation_;
    struct Place;
    std::unique_ptr<Place> place_;
  };

  // Input: between open() and close() of a seat
  /// One more source of input, until it is destroyed. When all have ended, the answer is awaited.
  /// Error: bad_setting, when the conversation has come to its end. (Where it has failed, that has
  /// been told.)
  Result<std::unique_ptr<Input>> add_input();
  bool ended();

  // Output
  std::shared_ptr<OutputStreams> streams();

  /// As the action signals. False when the conversation is not open or not able to.
  bool send_text(const std::string &text, bool turn_complete);
  /// FALSE with an error where the JSON is bad, without one where there is no conversation.
  using Sent = Result<bool>;
  Sent send_content(const std::string &json);
  /// Also false where no such call waits for an answer.
  Sent send_tool_response(const std::string &id, const std::string &name, const std::string &json);
  bool activity_start();
  bool activity_end();
  void interrupt();
  /// For the connections to come. False where it is not with an access token that it signs in.
  bool set_access_token(const Secret &token);

  Stats stats();
  /// By which it can be gone on with later; a secret. Empty while there is none, nothing where it
  /// has not begun. Stays after the end.
  std::optional<std::string> resumption_handle();
  /// That of the past, where the conversation is over.
  void forget_handle();

  Conversation(const std::string &name, Log log, const Platform &platform);
  ~Conversation();

 private:
  struct State;
  static std::shared_ptr<Conversation> find(const std::string &name, Log log,
                                            const Platform &platform);
  Result<Config> open(Seat::Place &place, const void *audience);
  void close(Seat::Place &place);
  std::shared_ptr<Sitting> sitting();

  const std::string name_;
  const Log log_;
  const Platform platform_;
  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable settled_;
};

}  // namespace gemlive
