// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation_client.hpp"

#include <cstring>
#include <utility>

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

ConversationClient::ConversationClient(GstElement *element)
    : element_(element), messages_(element) {
  set_of(element, *this);
}

ConversationClient &ConversationClient::of(gpointer element) {
  return *static_cast<ConversationClient *>(g_object_get_qdata(G_OBJECT(element), quark()));
}

void ConversationClient::set_of(GstElement *element, ConversationClient &client) {
  g_object_set_qdata(G_OBJECT(element), quark(), &client);
}

template <typename Change>
bool ConversationClient::change(Change &&change) {
  std::lock_guard configuring(configuring_);
  std::shared_ptr<Conversation::Member> member;
  Config config;
  {
    auto state = state_.lock();
    if (state->open) return false;
    change(*state);
    member = state->member;
    config = state->config;
    config.merge(state->required);
  }
  if (member) member->configure(config);
  return true;
}

bool ConversationClient::set_property(guint id, const GValue &value, const GParamSpec &pspec) {
  if (properties::is_access_token(pspec) && is_open()) return replace_token(id, value);
  if (!change([&](State &state) { properties::set(state.config, id, value); }))
    return refuse(pspec);
  if (properties::is_resumption_handle(pspec)) forget_handle();
  return true;
}

/// None: what was set is to be read.
std::optional<ReadableSecret> ConversationClient::newest_handle() {
  const auto member = this->member();
  if (const auto handle = member ? member->conversation().resumption_handle() : std::nullopt)
    return ReadableSecret(*handle);
  return state_.lock()->left_handle;
}

void ConversationClient::forget_handle() {
  state_.lock()->left_handle.reset();
  if (const auto member = this->member()) member->conversation().forget_handle();
}

bool ConversationClient::replace_token(guint id, const GValue &value) {
  Config config;
  properties::set(config, id, value);
  const auto member = this->member();
  if (!member || !member->conversation().set_access_token(*config.access_token)) {
    GST_ELEMENT_WARNING(element_, LIBRARY, SETTINGS,
                        ("Property \"access-token\" can take the place of another one of its "
                         "kind while playing, of nothing else"),
                        ("stop the element first"));
    return false;
  }
  keep_token(config);
  return true;
}

bool ConversationClient::get_property(guint id, GValue &value) {
  if (properties::is_setting(id)) {
    auto config = this->config();
    if (auto handle = newest_handle()) config.resumption_handle.set(std::move(*handle));
    properties::get(config, id, value);
    return true;
  }
  if (!properties::is_status(id)) return false;
  auto member = this->member();
  properties::get_status(member ? member->conversation().stats() : Stats{}, id, value);
  return true;
}

bool ConversationClient::set_session(const char *name, const GParamSpec &pspec) {
  if (is_open()) return refuse(pspec);
  const bool was_taken = member() != nullptr;
  if (was_taken) leave();
  state_.lock()->session = name ? name : "default";
  if (was_taken) join();
  return true;
}

std::string ConversationClient::session() {
  return state_.lock()->session;
}

Config ConversationClient::config() {
  return state_.lock()->config;
}

void ConversationClient::configure(const Config &config) {
  if (!change([&](State &state) { state.config = config; })) keep_token(config);
}

/// For when the conversation is opened again.
void ConversationClient::keep_token(const Config &config) {
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

void ConversationClient::require(const Config &config) {
  change([&](State &state) { state.required = config; });
}

bool ConversationClient::refuse(const GParamSpec &pspec) {
  GST_ELEMENT_WARNING(element_, LIBRARY, SETTINGS,
                      ("Property \"%s\" can only be changed in NULL and READY", pspec.name),
                      ("stop the element first"));
  return false;
}

bool ConversationClient::is_open() {
  return state_.lock()->open;
}

void ConversationClient::join() {
  Listener &listener = *this;
  auto member = std::make_shared<Conversation::Member>(session(), listener, core_log());
  change([&](State &state) { state.member = member; });
}

std::optional<Config> ConversationClient::open() {
  std::shared_ptr<Conversation::Member> member;
  std::optional<std::string_view> conflict;
  {
    std::lock_guard configuring(configuring_);  // what is under way has reached the member
    auto state = state_.lock();
    conflict = Config(state->config).merge(state->required);
    member = state->member;
    state->open = true;
  }
  if (conflict)
    return fail({.kind = ErrorKind::bad_setting,
                 .message = "Property \"" + std::string(*conflict) +
                            "\" is set to something else than this stream needs: leave it unset"});
  conversation_ = &member->conversation();
  auto settled = member->open(top_of(element_));
  if (!settled) return fail(settled.error());
  on_state_changed();  // who comes later has not heard of what was before
  return *settled;
}

std::optional<Config> ConversationClient::fail(const Error &error) {
  state_.lock()->open = false;
  messages_.error(error);
  return std::nullopt;
}

void ConversationClient::close() {
  if (auto member = this->member()) member->close();
  state_.lock()->open = false;
  messages_.left();
}

void ConversationClient::leave() {
  auto handle = newest_handle();
  std::shared_ptr<Conversation::Member> member;  // goes without the lock
  auto state = state_.lock();
  member = std::exchange(state->member, nullptr);
  state->left_handle = std::move(handle);
}

void ConversationClient::on_notice(const Notice &notice) {
  messages_.tell(notice);
}

void ConversationClient::on_state_changed() {
  g_object_notify(G_OBJECT(element_), "connection-state");
}

bool ConversationClient::send_text(const char *text, bool turn_complete) {
  auto member = this->member();
  if (!member || !text) return false;
  const bool is_blank = *text && text[std::strspn(text, " \t\r\n\f\v")] == '\0';
  if (!g_utf8_validate(text, -1, nullptr) || is_blank) {
    GST_ELEMENT_WARNING(element_, LIBRARY, SETTINGS,
                        ("Signal send-text: the text %s, and is not sent",
                         is_blank ? "is nothing but white space" : "is not UTF-8"),
                        (nullptr));
    return false;
  }
  return member->conversation().send_text(text, turn_complete);
}

bool ConversationClient::send_content(const char *json) {
  auto member = this->member();
  return member && json && warn_of(member->conversation().send_content(json), "send-content");
}

bool ConversationClient::send_tool_response(const char *id, const char *name, const char *json) {
  auto member = this->member();
  if (!member || !json) return false;
  return warn_of(member->conversation().send_tool_response(id ? id : "", name ? name : "", json),
                 "send-tool-response");
}

bool ConversationClient::warn_of(const Conversation::Sent &sent, const char *action) {
  if (sent) return *sent;
  GST_ELEMENT_WARNING(element_, LIBRARY, SETTINGS,
                      ("Signal %s: %s", action, sent.error().message.c_str()), (nullptr));
  return false;
}

bool ConversationClient::activity_start() {
  auto member = this->member();
  return member && member->conversation().activity_start();
}

bool ConversationClient::activity_end() {
  auto member = this->member();
  return member && member->conversation().activity_end();
}

void ConversationClient::interrupt() {
  if (auto member = this->member()) member->conversation().interrupt();
}

bool ConversationClient::each_input(GstElement *element, const std::string &session,
                                    const std::function<void(GstElement *input)> &act) {
  bool any = false;
  for (const auto &sink : elements_beside(element, "gemlivesink")) {
    auto &client = ConversationClient::of(sink.get());
    if (!client.is_open() || client.session() != session) continue;
    any = true;
    act(sink.get());
  }
  return any;
}

}  // namespace gemlive
