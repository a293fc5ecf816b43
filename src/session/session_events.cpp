// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the service says, on its way to the parts of the session.

#include <algorithm>
#include <optional>
#include <utility>

#include "overloaded.hpp"
#include "session_impl.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_reported_problems = 16;

}  // namespace

void Session::Impl::on_events(std::span<const ServerEvent> events, const Message &message) {
  const auto now = options_.now();
  brings_content_ = std::ranges::any_of(events, is_content);
  for (const auto &event : events) {
    if (const auto *part = std::get_if<ToolCallPart>(&event))
      on_tool_call_part(*part, message, now);
    else if (const auto *call = std::get_if<ToolCall>(&event))
      on_tool_call(*call, message, now);
    else
      on_event(event, message, now);
  }
  receiver_.report_dropped_events(now);
  sender_.acknowledge();
  if (is_check_soon(now))
    drain();
  else
    check();
}

/// A whole call may also be the last part of a call.
void Session::Impl::on_tool_call(const ToolCall &call, const Message &message, std::int64_t now) {
  if (tool_call_handler_.is_gathering())
    on_tool_call_part({.id = call.id, .name = call.name, .args = call.args}, message, now);
  else
    on_event(tool_call_handler_.with_id(call), message, now);
}

void Session::Impl::on_tool_call_part(const ToolCallPart &part, const Message &message,
                                      std::int64_t now) {
  if (is_finished_ || !tool_call_handler_.gather(part)) return;
  if (auto call = tool_call_handler_.take_gathered())
    on_event(tool_call_handler_.with_id(std::move(*call)), message, now);
  else
    on_event(part, message, now);
}

void Session::Impl::on_event(const ServerEvent &event, const Message &message, std::int64_t now) {
  // Before it is reported, since the application may answer, or read the handle, at once.
  if (const auto *call = std::get_if<ToolCall>(&event);
      call && !is_finished_ && !tool_call_handler_.accept(*call))
    return;
  if (const auto *update = std::get_if<ResumptionUpdate>(&event)) update_handle(*update);
  if (const auto *cancelled = std::get_if<ToolCallCancelled>(&event))
    tool_call_handler_.cancel(cancelled->id);
  const auto turns = receiver_.complete_turns();
  receiver_.take(event, message, now, brings_content_);
  note_complete_turns(turns);
  if (!is_finished_) apply(event, now);
}

/// A turn that could be heard or read shows that the connection works.
void Session::Impl::note_complete_turns(unsigned before) {
  if (receiver_.complete_turns() > before) reconnect_policy_.turn_completed();
}

/// What an event means for the connection.
void Session::Impl::apply(const ServerEvent &event, std::int64_t now) {
  if (exchange_.has_content()) deadlines_.restart_idle(exchange_.active_until());
  std::visit(
      Overloaded{[&](const TurnComplete &) { turn_ended_ = now; },
                 [&](const Interrupted &) { tool_call_handler_.interrupt(); },
                 [&](const ToolCall &) { tool_call_handler_.count(); },
                 [&](const ToolCallPart &) { tool_call_handler_.count(); },
                 [&](const WaitingForInput &) {
                   turn_ended_ = now;
                   sender_.give_up();
                 },
                 [&](const GoAway &said) { connection_age_.announce_end(said.time_left, now); },
                 [](const auto &) {}},
      event);
}

/// While the model speaks there is none for the current state: the older one stays.
void Session::Impl::update_handle(const ResumptionUpdate &update) {
  if (!*options_.config.session_resumption) return;
  is_resumable_ = update.resumable && !update.handle.empty();
  if (!is_resumable_) return;
  turn_ended_.reset();
  set_handle(update.handle);
  if (update.last_consumed) sender_.acknowledge_message(*update.last_consumed);
}

void Session::Impl::set_handle(const std::string &handle) {
  handle_ = handle;
  options_.secret_mask->add(handle);
  *options_.counters->handle.lock() = handle;
}

void Session::Impl::on_bad_message(const Error &error) {
  const bool is_reported = std::ranges::count(reported_problems_, error.detail) > 0;
  if (is_reported || reported_problems_.size() >= max_reported_problems) return;
  reported_problems_.push_back(error.detail);
  options_.log(Log::Level::warning, "%s [%s]", error.message.c_str(), error.detail.c_str());
  notify(notice::Warning{error});
}

}  // namespace gemlive
