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
#include "paused_time.hpp"

namespace gemlive {

/// One element's part in a conversation: its settings, its member and its bus messages. The element
/// joins in NULL→READY, opens in READY→PAUSED, closes in PAUSED→READY and leaves in READY→NULL.
class ConversationClient final : private Listener {
 public:
  /// Calls `ended` when the conversation has ended while the element is open. On the I/O thread.
  using Ended = void (*)(GstElement *element);
  explicit ConversationClient(GstElement *element, Ended ended = nullptr);
  /// The client of an element. A `gemlive` shares that of its audio sink. Any thread.
  static ConversationClient &of(gpointer element);
  /// Makes this the client of `element` too. When `element` is created.
  void share_with(GstElement *element);
  /// Calls `visit` for each gemlivesink in `element`'s pipeline that is open in the conversation
  /// `session`. False if there is none. Any thread.
  static bool for_each_input(GstElement *element, const std::string &session,
                             const std::function<void(GstElement *input)> &visit);

  // Settings, any thread. While the member is open, a change is rejected with a warning on the bus.
  // The access token is the exception: the next connection uses it.
  void set_property(guint id, const GValue &value, const GParamSpec &pspec);
  /// False if the property is unknown.
  bool get_property(guint id, GValue &value);
  std::string session();
  Config config();
  /// Replaces all settings. While the member is open, only the access token.
  void configure(const Config &config);
  /// Rejects changes as an open member does, from before its state change until after it. Returns
  /// the settings, which no other thread changes meanwhile.
  Config freeze();
  void unfreeze();
  /// Settings that the element needs in addition to those of the user. False: not now, as above.
  bool require(const Config &config);
  /// Posts the warning that this property cannot be changed now.
  void reject_change(const GParamSpec &pspec);
  bool is_open();

  // State changes. None waits for the network.
  void join();
  /// Returns the settings of the whole conversation. Empty after an error, which has been posted.
  std::optional<Config> open();
  void close();
  void leave();

  /// Between open() and close().
  Conversation &conversation() { return *conversation_; }
  /// Null before join() and after leave(). Any thread.
  std::shared_ptr<Conversation::Member> member() { return state_.lock()->member; }
  BusMessages &messages() { return messages_; }
  PausedTime &paused_time() { return paused_time_; }

 private:
  struct State {
    Config config = {};
    Config required = {};
    std::string session = {};
    std::shared_ptr<Conversation::Member> member = {};
    bool open = false;
    bool frozen = false;
    std::optional<ReadableSecret> last_handle = {};  // of the conversation that was left last
  };

  void on_notice(const Notice &notice) override;
  void on_state_changed() override;
  void on_ended() override;
  template <typename Change>
  bool change(Change &&change, bool also_frozen = false);
  void set_session(const char *name, const GParamSpec &pspec);
  std::optional<Config> fail(const Error &error);
  std::optional<ReadableSecret> newest_handle();
  void forget_handle();
  void replace_token(guint id, const GValue &value);
  void store_token(const Config &config);

  GstElement *element_;
  const Ended ended_;
  PausedTime paused_time_;
  BusMessages messages_;
  Guarded<State> state_;
  /// Held from a change of the settings until the member has them, so that changes arrive in order.
  /// Never held during a call that could set a property.
  std::mutex configuring_;
  Conversation *conversation_ = nullptr;
};

}  // namespace gemlive
