// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Session: server events.

#include <algorithm>
#include <chrono>
#include <optional>

#include "overloaded.hpp"
#include "session_impl.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_reported_problems = 16;

}  // namespace

void Session::Impl::on_events(std::span<const ServerEvent> events, GBytes *message) {
  const auto now = options_.now();
  for (const auto &decoded : events) {
    std::optional<ServerEvent> named;
    if (const auto *call = std::get_if<ToolCall>(&decoded))
      named = tool_call_handler_.with_id(*call);
    const auto &event = named ? *named : decoded;
    // First, because the application may answer, or read the handle, in its callback.
    if (const auto *call = std::get_if<ToolCall>(&event);
        call && !finished_ && !tool_call_handler_.accept(*call))
      continue;
    if (const auto *update = std::get_if<ResumptionUpdate>(&event); update && !finished_)
      update_handle(*update);
    const bool had_answer = receiver_.has_answer();
    if (!receiver_.handle(event, message, now)) continue;
    if (!had_answer && receiver_.has_answer()) resend_buffer_.begin_answer();
    if (const auto *cancelled = std::get_if<ToolCallCancelled>(&event))
      tool_call_handler_.cancel(cancelled->id);
    if (!finished_) apply(event, now);
  }
  check();
}

/// Applies an event to deadlines, reconnect policy and connection age.
void Session::Impl::apply(const ServerEvent &event, std::int64_t now) {
  const auto at_work = [&] { deadlines_.note_answer(now, receiver_.exchange().playing_until()); };
  std::visit(Overloaded{[&](const Audio &) {
                          receiver_.is_audible() ? at_work() : deadlines_.note_silent_answer(now);
                        },
                        [&](const Text &) { at_work(); },
                        [&](const ToolCall &) {
                          at_work();
                          deadlines_.end_turn();  // the model waits for our answer
                        },
                        [&](const Transcript &said) {
                          if (said.speaker == Speaker::model) at_work();
                        },
                        [&](const TurnComplete &) {
                          reconnect_policy_.reset();
                          deadlines_.end_turn();
                          acknowledge_answered();
                        },
                        [&](const Interrupted &) { deadlines_.end_turn(); },
                        [&](const WaitingForInput &) {
                          if (!receiver_.has_answer()) deadlines_.end_turn();
                        },
                        [&](const GoAway &said) {
                          options_.log.with_topic(Log::Topic::protocol)(
                              Log::Level::info, "goAway: %ld ms left", Log::ms(said.time_left));
                          connection_age_.announce_end(said.time_left, now);
                        },
                        [](const auto &) {}},
             event);
}

/// While the model speaks the service sends no handle. The older one stays valid, but it does not
/// include later input, whatever the service received.
void Session::Impl::update_handle(const ResumptionUpdate &update) {
  resumable_ = update.resumable && !update.handle.empty();
  options_.log.with_topic(Log::Topic::protocol)(
      Log::Level::debug, "resumption update: %s, last consumed message %ld",
      resumable_ ? "resumable" : "not resumable",
      static_cast<long>(update.last_consumed.value_or(-1)));
  if (!resumable_) return;
  set_handle(update.handle);
  if (update.last_consumed) resend_buffer_.acknowledge(*update.last_consumed);
  acknowledge_answered();
}

/// Answered input must not be resent.
void Session::Impl::acknowledge_answered() {
  if (resend_buffer_.is_exact() && !resumable_) return;
  if (!receiver_.has_turn() && !receiver_.exchange().has_unanswered())
    resend_buffer_.acknowledge_answered();
}

void Session::Impl::set_handle(const std::string &handle) {
  handle_ = handle;
  *options_.counters->handle.lock() = handle;
}

void Session::Impl::on_bad_message(const Error &error) {
  const bool is_reported = std::ranges::count(reported_problems_, error.detail) > 0;
  if (is_reported || reported_problems_.size() >= max_reported_problems) return;
  reported_problems_.push_back(error.detail);
  warn(error);
}

}  // namespace gemlive
