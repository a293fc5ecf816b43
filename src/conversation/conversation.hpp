// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <condition_variable>
#include <memory>
#include <optional>
#include <string>

#include "config.hpp"
#include "conversation_stats.hpp"
#include "error.hpp"
#include "guarded.hpp"
#include "input_source.hpp"
#include "listener.hpp"
#include "log.hpp"
#include "output_streams.hpp"

namespace gemlive {

class SessionHost;
struct Platform;

/// The interface of the core to the plugin: a conversation, found by its name. It lives as long as
/// it has members. All methods: any thread.
class Conversation {
 public:
  /// The membership of one element. Any thread, one at a time; configure() at any time.
  class Member {
   public:
    /// Finds or creates the conversation `name`.
    Member(const std::string &name, Listener &listener, Log log, const Platform &platform);
    Member(const std::string &name, Listener &listener, Log log);  // on the real platform
    /// Closes. No callbacks follow (it waits for a running one, unless called inside it).
    ~Member();
    Member(const Member &) = delete;
    Member &operator=(const Member &) = delete;
    /// The settings of this element, for the next open().
    void configure(const Config &config);
    /// The first member to open merges the settings of all and starts to connect, without waiting.
    /// Of the open members with the same `group` (a pipeline) only the first gets notices. Returns
    /// the settings. Errors: bad_setting (members disagree), not_authorized, or the error of a
    /// failed conversation, unless another member of the group got it.
    Result<Config> open(const void *group);
    /// The last member to close ends the connection. Returns within milliseconds.
    void close();

    Conversation &conversation() { return *conversation_; }

   private:
    friend class Conversation;
    std::shared_ptr<Conversation> conversation_;
    struct Entry;
    std::unique_ptr<Entry> entry_;
  };

  /// Adds a source of input, `name` for the user ("element:pad"). Only while a member is open.
  /// Error: bad_setting if the conversation has ended. (Not after a failure, which was reported.)
  Result<std::unique_ptr<InputSource>> add_input(std::string name = {});
  std::shared_ptr<OutputStreams> streams();

  /// The action signals. False when the conversation is not open or the action is not possible.
  bool send_text(const std::string &text, bool turn_complete);
  using Sent = Result<bool>;  // an error for invalid JSON
  Sent send_content(const std::string &json);
  /// Any message of the client but a setup. Errors also for a message that is not possible here.
  Sent send_message(const std::string &json);
  /// False also when no such call is pending.
  Sent send_tool_response(const std::string &id, const std::string &name, const std::string &json);
  bool activity_start();
  bool activity_end();
  bool audio_stream_end();
  void interrupt();
  /// For later connections. False if the session does not sign in with a token of the same type.
  bool set_access_token(const Secret &token);

  Stats stats();
  /// The handle to resume later, a secret; kept after the end. Empty: none yet. None: not started.
  std::optional<std::string> resumption_handle();
  /// Clears the handle of a conversation that has ended.
  void forget_handle();

  Conversation(const std::string &name, Log log, const Platform &platform);
  ~Conversation();

 private:
  struct State;
  static std::shared_ptr<Conversation> find(const std::string &name, Log log,
                                            const Platform &platform);
  Result<Config> open(Member::Entry &entry, const void *group);
  void close(Member::Entry &entry);
  std::shared_ptr<SessionHost> host();

  const std::string name_;
  const Log log_;
  const std::unique_ptr<const Platform> platform_;
  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable prepared_;
};

}  // namespace gemlive
