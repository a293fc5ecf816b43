// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "guarded.hpp"
#include "platform.hpp"
#include "session_host.hpp"

namespace gemlive {

struct Conversation::Member::Entry {
  Listener &listener;
  Config config = {};
  bool open = false;
};

struct Conversation::State {
  std::vector<Member::Entry *> entries = {};
  unsigned open_members = 0;
  bool preparing = false;
  std::shared_ptr<SessionHost> host =
      SessionHost::closed();  // the last one, while no member is open
};

namespace {

using Registry = std::map<std::string, std::weak_ptr<Conversation>>;

Guarded<Registry> &registry() {
  static auto *conversations = new Guarded<Registry>;  // elements may outlive static destructors
  return *conversations;
}

Error conflict(std::string_view property, const std::string &session) {
  const std::string name(property);
  return {.kind = ErrorKind::bad_setting,
          .message = "Property " + name + " has different values in elements of the session '" +
                     session + "'. Set " + name + " on only one of them, or to the same value"};
}

Error started_without(std::string_view property, const std::string &session) {
  const std::string name(property);
  return {.kind = ErrorKind::bad_setting,
          .message = "Property " + name + " has another value in the conversation of session '" +
                     session + "', which has started already. Set " + name +
                     " before its first element leaves READY, or on that element"};
}

Error ended_error(const std::string &session) {
  return {.kind = ErrorKind::bad_setting,
          .message = "The conversation of session '" + session +
                     "' has ended and does not accept input. Set all its elements to READY and "
                     "start again, or set another session"};
}

}  // namespace

Conversation::Member::Member(const std::string &name, Listener &listener, Log log,
                             const Platform &platform)
    : conversation_(find(name, log, platform)), entry_(new Entry{.listener = listener}) {
  conversation_->state_->lock()->entries.push_back(entry_.get());
}

Conversation::Member::Member(const std::string &name, Listener &listener, Log log)
    : Member(name, listener, log, Platform::real()) {}

Conversation::Member::~Member() {
  close();
  std::erase(conversation_->state_->lock()->entries, entry_.get());
}

void Conversation::Member::configure(const Config &config) {
  auto state = conversation_->state_->lock();
  entry_->config = config;
}

Result<Config> Conversation::Member::open(const void *group) {
  return conversation_->open(*entry_, group);
}

void Conversation::Member::close() {
  conversation_->close(*entry_);
}

std::shared_ptr<Conversation> Conversation::find(const std::string &name, Log log,
                                                 const Platform &platform) {
  auto conversations = registry().lock();
  auto &known = (*conversations)[name];
  auto conversation = known.lock();
  if (!conversation) {
    conversation = std::make_shared<Conversation>(name, log, platform);
    known = conversation;
  }
  return conversation;
}

Conversation::Conversation(const std::string &name, Log log, const Platform &platform)
    : name_(name),
      log_(log.with_name(name)),
      platform_(std::make_unique<const Platform>(platform)),
      state_(std::make_unique<Guarded<State>>()) {}

Conversation::~Conversation() {
  auto conversations = registry().lock();
  const auto found = conversations->find(name_);
  if (found != conversations->end() && found->second.expired()) conversations->erase(found);
}

/// The first member merges the settings of all and prepares the host without the lock. Others wait.
Result<Config> Conversation::open(Member::Entry &entry, const void *group) {
  std::shared_ptr<SessionHost> host;
  Config settings;
  bool first = false;
  {
    auto state = state_->lock();
    state.wait(prepared_, [&] { return !state->preparing; });
    first = state->open_members == 0;
    if (first) {
      for (const auto *each : state->entries) {
        auto config = each->config;
        // The token may be replaced at any time, on one element after the other.
        if (settings.access_token.is_set) config.access_token = {};
        if (const auto property = settings.merge(config)) return conflict(*property, name_);
      }
      state->preparing = true;
    } else {
      host = state->host;
      auto wanted = entry.config;
      wanted.access_token = {};  // may be replaced while open
      if (const auto property = host->config().differs_from(wanted))
        return started_without(*property, name_);
      entry.open = true;
      ++state->open_members;
    }
  }
  if (first) {
    auto prepared = SessionHost::prepare(settings, *platform_, log_);
    auto state = state_->lock();
    state->preparing = false;
    prepared_.notify_all();
    if (!prepared) return prepared.error();
    host = state->host = *prepared;
    entry.open = true;
    ++state->open_members;
  }
  // If another member of the group got the error, this member joins the failed conversation.
  if (!host->dispatcher().add(entry.listener, group)) {
    close(entry);
    return *host->failure();
  }
  if (first) host->begin();
  return host->config();
}

void Conversation::close(Member::Entry &entry) {
  std::shared_ptr<SessionHost> host;
  bool last = false;
  {
    auto state = state_->lock();
    if (!std::exchange(entry.open, false)) return;
    last = --state->open_members == 0;
    host = state->host;
  }
  host->dispatcher().remove(entry.listener);
  if (last) host->end();
}

std::shared_ptr<SessionHost> Conversation::host() {
  return state_->lock()->host;
}

/// The returned pointer also keeps the host alive.
std::shared_ptr<OutputStreams> Conversation::streams() {
  auto host = this->host();
  auto &streams = host->streams();
  return {std::move(host), &streams};
}

Result<std::unique_ptr<InputSource>> Conversation::add_input(std::string name) {
  auto host = this->host();
  if (host->input_queue().is_closed() && !host->failure()) return ended_error(name_);
  return std::make_unique<InputSource>(std::move(host), std::move(name));
}

void Conversation::interrupt() {
  host()->interrupt();
}

bool Conversation::set_access_token(const Secret &token) {
  return host()->set_access_token(token);
}

std::optional<std::string> Conversation::resumption_handle() {
  return host()->counters().handle.copy();
}

void Conversation::forget_handle() {
  std::shared_ptr<SessionHost> past;
  {
    auto state = state_->lock();
    if (state->open_members == 0) past = state->host;
  }
  if (past) past->counters().handle.lock()->reset();
}

Stats Conversation::stats() {
  return host()->stats();
}

}  // namespace gemlive
