// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation_client.hpp"

#include <utility>

#include "categories.hpp"
#include "core_log.hpp"
#include "gst_ptr.hpp"
#include "pipeline_util.hpp"
#include "properties.hpp"

namespace gemlive {
namespace {

GQuark quark() {
  static const GQuark quark = g_quark_from_static_string("gemlive-client");
  return quark;
}

}  // namespace

ConversationClient::ConversationClient(GstElement *element, Ended ended)
    : element_(element), ended_(ended), messages_(element, paused_time_) {
  state_.lock()->session = properties::default_session;
  share_with(element);
}

ConversationClient &ConversationClient::of(gpointer element) {
  return *static_cast<ConversationClient *>(g_object_get_qdata(G_OBJECT(element), quark()));
}

void ConversationClient::share_with(GstElement *element) {
  g_object_set_qdata(G_OBJECT(element), quark(), this);
}

template <typename Change>
bool ConversationClient::change(Change &&change, bool also_frozen) {
  std::lock_guard configuring(configuring_);
  std::shared_ptr<Conversation::Member> member;
  Config config;
  {
    auto state = state_.lock();
    if (state->open || (state->frozen && !also_frozen)) return false;
    change(*state);
    member = state->member;
    config = state->config;
    config.merge(state->required);
  }
  if (member) member->configure(config);
  return true;
}

void ConversationClient::set_property(guint id, const GValue &value, const GParamSpec &pspec) {
  if (properties::is_session(id)) return set_session(g_value_get_string(&value), pspec);
  const bool is_token = properties::is_access_token(pspec);
  if (is_token && is_open()) return replace_token(id, value);
  // Tokens of the members may differ, so a new one does not disturb the start.
  if (!change([&](State &state) { properties::set(state.config, id, value); }, is_token))
    return reject_change(pspec);
  if (properties::is_resumption_handle(pspec)) forget_handle();
}

/// Empty if there is none: then the property reads as it was set.
std::optional<ReadableSecret> ConversationClient::newest_handle() {
  const auto member = this->member();
  if (const auto handle = member ? member->conversation().resumption_handle() : std::nullopt)
    return ReadableSecret(*handle);
  return state_.lock()->last_handle;
}

void ConversationClient::forget_handle() {
  state_.lock()->last_handle.reset();
  if (const auto member = this->member()) member->conversation().forget_handle();
}

void ConversationClient::replace_token(guint id, const GValue &value) {
  Config config;
  properties::set(config, id, value);
  const auto member = this->member();
  if (member && member->conversation().set_access_token(*config.access_token))
    return store_token(config);
  GST_ELEMENT_WARNING(element_, LIBRARY, SETTINGS,
                      ("While playing, \"access-token\" can only replace a token of the same type "
                       "(OAuth or ephemeral). To change the type, stop the element first"),
                      (nullptr));
}

bool ConversationClient::get_property(guint id, GValue &value) {
  if (properties::is_session(id)) {
    g_value_set_string(&value, session().c_str());
  } else if (properties::is_setting(id)) {
    auto config = this->config();
    if (auto handle = newest_handle()) config.resumption_handle.set(std::move(*handle));
    properties::get(config, id, value);
  } else if (properties::is_status(id)) {
    auto member = this->member();
    properties::get_status(member ? member->conversation().stats() : Stats{}, id, value);
  } else {
    return false;
  }
  return true;
}

void ConversationClient::set_session(const char *name, const GParamSpec &pspec) {
  if (is_open()) return reject_change(pspec);
  const bool had_joined = member() != nullptr;
  if (had_joined) leave();
  state_.lock()->session = name ? name : properties::default_session;
  if (had_joined) join();
}

std::string ConversationClient::session() {
  return state_.lock()->session;
}

Config ConversationClient::config() {
  return state_.lock()->config;
}

void ConversationClient::configure(const Config &config) {
  if (!change([&](State &state) { state.config = config; })) store_token(config);
}

/// The token is also used when the conversation is opened again.
void ConversationClient::store_token(const Config &config) {
  std::lock_guard configuring(configuring_);
  std::shared_ptr<Conversation::Member> member;
  Config all;
  {
    auto state = state_.lock();
    state->config.access_token = config.access_token;
    member = state->member;
    all = state->config;
    all.merge(state->required);
  }
  if (member) member->configure(all);
}

bool ConversationClient::require(const Config &config) {
  return change([&](State &state) { state.required = config; });
}

void ConversationClient::reject_change(const GParamSpec &pspec) {
  GST_ELEMENT_WARNING(element_, LIBRARY, SETTINGS,
                      ("Property \"%s\" can only be changed in NULL and READY: stop the element "
                       "first",
                       pspec.name),
                      (nullptr));
}

bool ConversationClient::is_open() {
  return state_.lock()->open;
}

Config ConversationClient::freeze() {
  std::lock_guard configuring(configuring_);  // earlier changes have reached the member
  auto state = state_.lock();
  state->frozen = true;
  return state->config;
}

void ConversationClient::unfreeze() {
  state_.lock()->frozen = false;
}

void ConversationClient::join() {
  Listener &listener = *this;
  auto member = std::make_shared<Conversation::Member>(session(), listener, core_log());
  change([&](State &state) { state.member = member; });
  GST_CAT_DEBUG_OBJECT(categories::element, element_, "joined conversation \"%s\"",
                       session().c_str());
}

std::optional<Config> ConversationClient::open() {
  std::shared_ptr<Conversation::Member> member;
  std::optional<std::string_view> conflict;
  {
    std::lock_guard configuring(configuring_);  // earlier changes have reached the member
    auto state = state_.lock();
    conflict = Config(state->config).merge(state->required);
    member = state->member;
    state->open = true;
  }
  if (conflict)
    return fail({.kind = ErrorKind::bad_setting,
                 .message = "Property \"" + std::string(*conflict) +
                            "\" has a value that this stream cannot use: leave it unset"});
  conversation_ = &member->conversation();
  auto settled = member->open(top_parent(element_));
  if (!settled) return fail(settled.error());
  GST_CAT_DEBUG_OBJECT(categories::element, element_, "opened conversation \"%s\"",
                       session().c_str());
  on_state_changed();  // a member that opens later missed earlier changes
  return *settled;
}

std::optional<Config> ConversationClient::fail(const Error &error) {
  state_.lock()->open = false;
  GST_CAT_DEBUG_OBJECT(categories::element, element_, "could not open conversation \"%s\"",
                       session().c_str());
  messages_.post_error(error);
  return std::nullopt;
}

void ConversationClient::close() {
  if (auto member = this->member()) member->close();
  state_.lock()->open = false;
  GST_CAT_DEBUG_OBJECT(categories::element, element_, "closed conversation \"%s\"",
                       session().c_str());
  messages_.leave();
}

void ConversationClient::leave() {
  auto handle = newest_handle();
  std::shared_ptr<Conversation::Member> member;  // destroyed without the lock
  std::string session;
  {
    auto state = state_.lock();
    member = std::exchange(state->member, nullptr);
    session = state->session;
    state->last_handle = std::move(handle);
  }
  member.reset();
  GST_CAT_DEBUG_OBJECT(categories::element, element_, "left conversation \"%s\"", session.c_str());
}

void ConversationClient::on_notice(const Notice &notice) {
  messages_.post(notice);
}

void ConversationClient::on_state_changed() {
  g_object_notify(G_OBJECT(element_), "connection-state");
}

void ConversationClient::on_ended() {
  if (ended_) ended_(element_);
}

bool ConversationClient::for_each_input(GstElement *element, const std::string &session,
                                        const std::function<void(GstElement *input)> &visit) {
  bool found = false;
  for (const auto &sink : find_elements(element, "gemlivesink")) {
    auto &client = ConversationClient::of(sink.get());
    if (!client.is_open() || client.session() != session) continue;
    found = true;
    visit(sink.get());
  }
  return found;
}

}  // namespace gemlive
