// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "bus_messages.hpp"
#include "config.hpp"
#include "conversation.hpp"
#include "guarded.hpp"

namespace gemlive {

/// One element's part in a conversation: its settings, its member, and what it tells on the bus.
/// The member is taken in NULL→READY and open from READY→PAUSED until PAUSED→READY.
class ConversationClient final : private Listener {
 public:
  explicit ConversationClient(GstElement *element);
  /// That of `element`; of a bin, that of its sink.
  static ConversationClient &of(gpointer element);
  static void set_of(GstElement *element, ConversationClient &client);
  /// Calls for each gemlivesink of `element`'s pipeline that takes part in the conversation
  /// `session` now. False when there is none. Any thread.
  static bool each_input(GstElement *element, const std::string &session,
                         const std::function<void(GstElement *input)> &act);

  // Settings, any thread. While the member is open a change is refused with a warning on the bus,
  // but of the access token: the next connection uses it.
  bool set_property(guint id, const GValue &value, const GParamSpec &pspec);
  bool get_property(guint id, GValue &value);
  bool set_session(const char *name, const GParamSpec &pspec);
  std::string session();
  Config config();
  /// Takes over all settings of another client; while the member is open only the access
  /// token.
  void configure(const Config &config);
  /// What the element needs by itself, beside its settings.
  void require(const Config &config);
  /// Posts the warning that a property cannot be changed now; false.
  bool refuse(const GParamSpec &pspec);
  bool is_open();

  // State changes. None waits for the network.
  void join();
  /// The settings of the whole conversation; none when there was an error, which has been posted.
  std::optional<Config> open();
  void close();
  void leave();

  /// Between open() and close().
  Conversation &conversation() { return *conversation_; }
  BusMessages &messages() { return messages_; }

  // Actions, any thread. False when there is no conversation.
  bool send_text(const char *text, bool turn_complete);
  bool send_content(const char *json);
  bool send_tool_response(const char *id, const char *name, const char *json);
  bool activity_start();
  bool activity_end();
  void interrupt();

 private:
  struct State {
    Config config = {};
    Config required = {};
    std::string session = "default";
    std::shared_ptr<Conversation::Member> member = {};
    bool open = false;
    std::optional<ReadableSecret> left_handle = {};  // the newest of what was left
  };

  void on_notice(const Notice &notice) override;
  void on_state_changed() override;
  template <typename Change>
  bool change(Change &&change);
  std::shared_ptr<Conversation::Member> member() { return state_.lock()->member; }
  std::optional<Config> fail(const Error &error);
  std::optional<ReadableSecret> newest_handle();
  void forget_handle();
  bool replace_token(guint id, const GValue &value);
  void keep_token(const Config &config);
  bool warn_of(const Conversation::Sent &sent, const char *action);

  GstElement *element_;
  BusMessages messages_;
  Guarded<State> state_;
  /// Held from a change of the settings until the member has it, so that they come in order. Never
  /// while anybody is called who could set a property.
  std::mutex configuring_;
  Conversation *conversation_ = nullptr;
};

}  // namespace gemlive
