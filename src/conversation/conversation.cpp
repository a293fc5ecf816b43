// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "guarded.hpp"
#include "sitting.hpp"
#include "soup_transport.hpp"

namespace gemlive {

struct Conversation::Seat::Place {
  Listener &listener;
  Config config = {};
  bool open = false;
};

struct Conversation::State {
  std::vector<Seat::Place *> places = {};
  unsigned open_places = 0;
  bool settling = false;
  std::shared_ptr<Sitting> sitting = Sitting::none();  // of the past, while no place is open
};

namespace {

using Registry = std::map<std::string, std::weak_ptr<Conversation>>;

Guarded<Registry> &registry() {
  static auto *conversations = new Guarded<Registry>;  // elements may outlive static destructors
  return *conversations;
}

Error disagreement(std::string_view property, const std::string &session) {
  const std::string name(property);
  return {.kind = ErrorKind::bad_setting,
          .message = "Property " + name + " has different values in elements of the session '" +
                     session + "'. Set " + name + " on one of them, or to the same value"};
}

Error has_ended(const std::string &session) {
  return {.kind = ErrorKind::bad_setting,
          .message = "The conversation of session '" + session +
                     "' has ended, and takes no more input. Set all its elements to READY, and "
                     "start again, or set another session"};
}

}  // namespace

Conversation::Platform Conversation::Platform::real() {
  return {.make_transport = &make_soup_transport, .environment = process_environment()};
}

Conversation::Seat::Seat(const std::string &name, Listener &listener, Log log,
                         const Platform &platform)
    : conversation_(find(name, log, platform)), place_(new Place{.listener = listener}) {
  conversation_->state_->lock()->places.push_back(place_.get());
}

Conversation::Seat::~Seat() {
  close();
  std::erase(conversation_->state_->lock()->places, place_.get());
}

void Conversation::Seat::configure(const Config &config) {
  auto state = conversation_->state_->lock();
  place_->config = config;
}

Result<Config> Conversation::Seat::open(const void *audience) {
  return conversation_->open(*place_, audience);
}

void Conversation::Seat::close() {
  conversation_->close(*place_);
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
    : name_(name), log_(log), platform_(platform), state_(std::make_unique<Guarded<State>>()) {}

Conversation::~Conversation() {
  auto conversations = registry().lock();
  const auto found = conversations->find(name_);
  if (found != conversations->end() && found->second.expired()) conversations->erase(found);
}

/// The first to open settles the settings for all, without the lock, while others wait.
Result<Config> Conversation::open(Seat::Place &place, const void *audience) {
  std::shared_ptr<Sitting> sitting;
  Config settings;
  bool first = false;
  {
    auto state = state_->lock();
    state.wait(settled_, [&] { return !state->settling; });
    first = state->open_places == 0;
    if (first) {
      for (const auto *each : state->places) {
        auto config = each->config;
        // It may be replaced at any time, on one element after the other.
        if (settings.access_token.is_set) config.access_token = {};
        if (const auto property = settings.merge(config)) return disagreement(*property, name_);
      }
      state->settling = true;
    } else {
      sitting = state->sitting;
      auto wanted = place.config;
      wanted.access_token = {};  // it may have been replaced since
      if (const auto property = sitting->config().differs_from(wanted))
        return disagreement(*property, name_);
      place.open = true;
      ++state->open_places;
    }
  }
  if (first) {
    auto prepared = Sitting::prepare(settings, platform_, log_);
    auto state = state_->lock();
    state->settling = false;
    settled_.notify_all();
    if (!prepared) return prepared.error();
    sitting = state->sitting = *prepared;
    place.open = true;
    ++state->open_places;
  }
  // An audience that hears of a failure anyway is not told twice: the seat joins the end.
  if (!sitting->audiences().add(place.listener, audience)) {
    close(place);
    return *sitting->failure();
  }
  if (first) sitting->begin();
  return sitting->config();
}

void Conversation::close(Seat::Place &place) {
  std::shared_ptr<Sitting> sitting;
  bool last = false;
  {
    auto state = state_->lock();
    if (!std::exchange(place.open, false)) return;
    last = --state->open_places == 0;
    sitting = state->sitting;
  }
  sitting->audiences().remove(place.listener);
  if (last) sitting->end();
}

std::shared_ptr<Sitting> Conversation::sitting() {
  return state_->lock()->sitting;
}

/// Keeps the sitting, too.
std::shared_ptr<OutputStreams> Conversation::streams() {
  auto sitting = this->sitting();
  auto &streams = sitting->streams();
  return {std::move(sitting), &streams};
}

Result<std::unique_ptr<Input>> Conversation::add_input() {
  auto sitting = this->sitting();
  if (sitting->input_queue().is_closed() && !sitting->failure()) return has_ended(name_);
  return std::make_unique<Input>(std::move(sitting));
}

bool Conversation::ended() {
  return sitting()->input_queue().is_closed();
}

bool Conversation::send_text(const std::string &text, bool turn_complete) {
  if (text.empty() && !turn_complete) return false;
  const auto sitting = this->sitting();
  return sitting->input_queue().push(input::TypedText{text, turn_complete}) == input::PushResult::ok;
}

Conversation::Sent Conversation::send_content(const std::string &json) {
  auto content = wire::encode_content(json);
  if (!content) return content.error();
  const auto sitting = this->sitting();
  return sitting->input_queue().push(input::Content{std::move(content->message),
                                                content->turn_complete}) == input::PushResult::ok;
}

Conversation::Sent Conversation::send_tool_response(const std::string &id, const std::string &name,
                                                    const std::string &json) {
  const auto response = wire::read_function_response(json);
  if (!response) return response.error();
  const auto sitting = this->sitting();
  const auto call = sitting->tool_calls().answer(id, name, response->will_continue);
  if (!call) return false;
  auto message = wire::encode_tool_response(call->id_on_wire(), call->name, *response);
  return sitting->input_queue().push(input::ToolResponse{.message = std::move(message),
                                                     .call = *call,
                                                     .is_last = !response->will_continue,
                                                     .is_silent = response->is_silent}) ==
         input::PushResult::ok;
}

bool Conversation::activity_start() {
  const auto sitting = this->sitting();
  return *sitting->config().activity_detection == ActivityDetection::manual &&
         sitting->input_queue().push(input::ActivityStart{}) == input::PushResult::ok;
}

bool Conversation::activity_end() {
  const auto sitting = this->sitting();
  return *sitting->config().activity_detection == ActivityDetection::manual &&
         sitting->input_queue().in_activity() &&
         sitting->input_queue().push(input::ActivityEnd{}) == input::PushResult::ok;
}

void Conversation::interrupt() {
  sitting()->interrupt();
}

bool Conversation::set_access_token(const Secret &token) {
  return sitting()->set_access_token(token);
}

std::optional<std::string> Conversation::resumption_handle() {
  return sitting()->counters().handle.copy();
}

void Conversation::forget_handle() {
  std::shared_ptr<Sitting> past;
  {
    auto state = state_->lock();
    if (state->open_places == 0) past = state->sitting;
  }
  if (past) past->counters().handle.lock()->reset();
}

Stats Conversation::stats() {
  const auto sitting = this->sitting();
  auto &counters = sitting->counters();
  return {.state = counters.state,
          .session_id = counters.session_id.copy(),
          .input = sitting->input_queue().stats(),
          .pictures = sitting->pictures().stats(),
          .output = sitting->streams().audio.stats(),
          .messages_sent = counters.messages_sent,
          .messages_received = counters.messages_received,
          .turns = counters.turns,
          .interruptions = counters.interruptions,
          .connects = counters.connects,
          .retries = counters.retries,
          .resumptions = counters.resumptions,
          .hand_overs = counters.hand_overs,
          .replayed = counters.replayed};
}

}  // namespace gemlive
