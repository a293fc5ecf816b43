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
#include "error.hpp"
#include "guarded.hpp"
#include "input_queue.hpp"
#include "input_source.hpp"
#include "listener.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "output_streams.hpp"
#include "picture_slot.hpp"

namespace gemlive {

class SessionHost;
struct Platform;

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
  unsigned planned_reconnects = 0;
  std::uint64_t resent = 0;  // bytes of input audio
};

/// The front door of the core, callable from any thread: a conversation is found by its name, and
/// lives as long as somebody has a member in it.
class Conversation {
 public:
  /// One element's place. All methods: any thread, one at a time; configure() at any time.
  class Member {
   public:
    /// Takes a member in the conversation called `name`; the first one makes it. Of all seats with
    /// the same `group` (a pipeline) only the first open one is told what happens.
    Member(const std::string &name, Listener &listener, Log log, const Platform &platform);
    /// On the real platform.
    Member(const std::string &name, Listener &listener, Log log);
    /// Closes and leaves. After it returns no notice comes any more (unless it is called by one).
    ~Member();
    Member(const Member &) = delete;
    Member &operator=(const Member &) = delete;

    /// What this element has set. For the open() to come.
    void configure(const Config &config);
    /// Joins in: the first to open settles the settings (everything that any member has set) and
    /// starts to connect, without waiting for it. Returns the settled configuration. Errors:
    /// bad_setting (two seats disagree; the text names the property), not_authorized, or why the
    /// conversation has failed already (unless another member of this group hears that).
    Result<Config> open(const void *group);
    /// The last to close ends the connection. Returns within milliseconds whatever the network
    /// does.
    void close();

    Conversation &conversation() { return *conversation_; }

   private:
    friend class Conversation;
    std::shared_ptr<Conversation> conversation_;
    struct Entry;
    std::unique_ptr<Entry> entry_;
  };

  // InputSource: between open() and close() of a member
  /// One more source of input, until it is destroyed. When all have ended, the answer is awaited.
  /// Error: bad_setting, when the conversation has come to its end. (Where it has failed, that has
  /// been told.)
  Result<std::unique_ptr<InputSource>> add_input();
  bool has_ended();

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
  Result<Config> open(Member::Entry &place, const void *group);
  void close(Member::Entry &place);
  std::shared_ptr<SessionHost> host();

  const std::string name_;
  const Log log_;
  const std::unique_ptr<const Platform> platform_;
  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable settled_;
};

}  // namespace gemlive
