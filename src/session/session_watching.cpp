// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Session: timeouts, planned reconnects and the end.

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "session_impl.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// A shorter pause may be within speech.
constexpr std::chrono::microseconds pause_in_speech = 500ms;
/// Longer than closing a transport takes: the service refuses to resume a session in use.
constexpr auto pause_between_connections = 250ms;
/// The service may send the usage after the end of the turn.
constexpr auto usage_wait = 5s;

}  // namespace

/// Checks all conditions that depend on time.
void Session::Impl::check() {
  if (finished_) return;
  if (const auto expired = deadlines_.check(options_.now()); expired != Deadlines::Expired::none)
    on_expired(expired);
  check_end();
  check_age();
  schedule_check();
}

/// Keeps a timer that fires earlier: check() schedules the next one.
void Session::Impl::schedule_check() {
  if (finished_) return check_.stop();
  const auto now = options_.now();
  auto next = deadlines_.next_check();
  const auto consider = [&](std::optional<std::int64_t> at) {
    if (at) next = std::min(next.value_or(*at), *at);
  };
  if (phase_ == Phase::connected) {
    consider(connection_age_.next_check(now));
    if (!has_unsent()) consider(receiver_.exchange().next_check());
  }
  if (!next || (check_.running() && check_at_ <= *next)) return;
  check_at_ = *next;
  const std::chrono::microseconds left(std::max<std::int64_t>(*next - now, 0));
  check_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check(); });
}

void Session::Impl::check_end() {
  if (finished_ || phase_ != Phase::connected) return;
  if (!is_complete()) {
    if (!receiver_.exchange().has_input_ended() || has_unsent()) return;
    using enum Exchange::Verdict;
    const auto verdict = receiver_.exchange().verdict(options_.now());
    if (verdict == open) return;
    if (verdict == timed_out) warn_of_eos_timeout();
    if (verdict == assumed) receiver_.assume_turn_complete(options_.now());
  }
  finish();
  close_delay_.start(usage_wait, [this] { disconnect(); });
}

/// The conversation is complete, with or without a connection.
bool Session::Impl::is_complete() {
  const auto max_turns = *options_.config.max_turns;
  if (max_turns != 0 && receiver_.complete_turns() >= max_turns) return true;
  const auto &exchange = receiver_.exchange();
  return exchange.has_input_ended() && !has_unsent() &&
         exchange.verdict(options_.now()) == Exchange::Verdict::complete;
}

void Session::Impl::check_age() {
  const auto now = options_.now();
  if (finished_ || phase_ != Phase::connected || !connection_age_.may_be_due(now)) return;
  const bool speaks =
      now - last_question_ < pause_in_speech.count() || options_.input_queue->in_activity();
  const ConnectionAge::Situation situation = {
      .quiet = !speaks && !receiver_.has_turn() && !receiver_.exchange().has_unanswered(),
      .resumable = resumable_,
      .has_handle = !handle_.empty()};
  if (connection_age_.is_due(situation, now)) replace_connection();
}

/// Closes the old connection before opening the new one.
void Session::Impl::replace_connection() {
  const Error how = {.kind = ErrorKind::lost,
                     .message = "Planned reconnect: connection-lifetime reached or goAway received",
                     .retry = Retry::reconnect};
  auto attempt = reconnect_policy_.next_planned_attempt(how, options_.now());
  if (!attempt) return connection_age_.cancel();
  attempt->delay = std::max<std::chrono::milliseconds>(attempt->delay, pause_between_connections);
  ++options_.counters->planned_reconnects;
  options_.log(Log::Level::info,
               "planned reconnect: the connection is old or the service sent goAway");
  close_connection();
  end_exchange();
  connect_later(*attempt, how);
}

void Session::Impl::on_expired(Deadlines::Expired expired) {
  constexpr std::array names = {"none",
                                "idle-timeout",
                                "max-session-duration",
                                "turn-timeout (no answer)",
                                "turn-timeout (answer stopped)",
                                "the service does not read"};
  options_.log(Log::Level::info, "deadline expired: %s", names[static_cast<std::size_t>(expired)]);
  const auto &config = options_.config;
  const auto warn_lost = [this](std::string message) {
    warn({.kind = ErrorKind::lost, .message = std::move(message)});
  };
  switch (expired) {
    case Deadlines::Expired::none:
      return;
    case Deadlines::Expired::session_over:
      return end_with_warning("The conversation lasted " +
                              text::seconds(*config.max_session_duration) +
                              " (property max-session-duration)");
    case Deadlines::Expired::idle:
      return end_with_warning("No input or answer for " + text::seconds(*config.idle_timeout) +
                              " (property idle-timeout)");
    case Deadlines::Expired::no_answer:
      receiver_.exchange().give_up_question();
      return warn_lost("The model did not answer within " + text::seconds(*config.turn_timeout) +
                       " (property turn-timeout). The conversation continues. Repeat the question");
    case Deadlines::Expired::no_end:
      warn_lost("The answer stopped for " + text::seconds(*config.turn_timeout) +
                " (property turn-timeout) and was given up. The conversation continues");
      return receiver_.give_up_turn(options_.now());
    case Deadlines::Expired::not_reading:
      return on_end({.kind = ErrorKind::not_sent,
                     .message = "The service stopped reading. Check the network",
                     .retry = Retry::reconnect});
  }
}

void Session::Impl::end_with_warning(const std::string &why) {
  warn({.kind = ErrorKind::lost, .message = why + ". The conversation ends here"});
  finish();
  disconnect();
}

void Session::Impl::finish() {
  finished_ = true;
  options_.log(Log::Level::info, "conversation ended after %u turns",
               options_.counters->turns.load());
  check_.stop();
  next_drop_report_.stop();
  next_picture_.stop();
  receiver_.finish(options_.now());
  options_.streams->each([](OutputStream &stream) { stream.finish(); });
  options_.input_queue->close();
  options_.pictures->close();
}

void Session::Impl::disconnect() {
  close_delay_.stop();
  retry_.stop();
  close_connection();
  set_phase(Phase::over);
  set_state(ConnectionState::disconnected);
}

void Session::Impl::fail(Error error) {
  set_phase(Phase::over);
  check_.stop();
  next_drop_report_.stop();
  report_drops();
  next_drop_report_.stop();
  if (reconnect_policy_.attempt() > 1)
    error.message +=
        " (attempt " + std::to_string(reconnect_policy_.attempt()) + "; see max-retries)";
  options_.log(Log::Level::error, "failed: %s [%s]", error.message.c_str(), error.detail.c_str());
  options_.counters->state = ConnectionState::failed;
  notify(notice::Failed{std::move(error)});
  finish();
  set_state(ConnectionState::failed);
}

void Session::Impl::warn_of_eos_timeout() {
  const auto within = " within " + text::seconds(*options_.config.eos_timeout);
  const std::string more_time = "Set eos-timeout higher if the service needs more time";
  std::string message;
  if (const auto calls = options_.tool_calls->names(); !calls.empty())
    message = "The application did not answer tool calls (" + text::excerpt(calls) + ")" + within +
              " (property eos-timeout). Answer them with send-tool-response, or set tool-timeout "
              "lower than eos-timeout";
  else if (!receiver_.has_answer())
    message = "No answer began" + within +
              " after the end of the input (property eos-timeout). Check that audio input contains "
              "audible speech. " +
              more_time;
  else
    message =
        "The answer did not end" + within +
        " after the end of the input or the last sign of it (property eos-timeout). It is cut off "
        "here. " +
        more_time;
  warn({.kind = ErrorKind::lost, .message = std::move(message)});
}

}  // namespace gemlive
