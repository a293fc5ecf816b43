// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What ends, or goes wrong, though nothing happens.

#include <algorithm>
#include <chrono>
#include <optional>

#include "session_impl.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Between two words nobody is interrupted.
constexpr std::chrono::microseconds pause_in_speech = 500ms;
/// Longer than a transport takes to close: a service refuses to resume what another connection has.
constexpr auto pause_between_connections = 250ms;
/// What a turn has cost may be told after its end.
constexpr auto usage_wait = 5s;

}  // namespace

/// Whether something has ended, or is to end, though nothing happens.
void Session::Impl::check() {
  if (finished_) return;
  if (const auto expired = deadlines_.check(options_.now()); expired != Deadlines::Expired::none)
    on_expired(expired);
  check_end();
  check_age();
  schedule_check();
}

/// The timer is left alone where it comes early: it looks again then.
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

/// Nothing more is to come, whatever becomes of the connection.
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

/// The old connection is closed before the new one is made.
void Session::Impl::replace_connection() {
  const Error how = {.kind = ErrorKind::lost,
                     .message = "The connection has come to its age, or the service asked for it",
                     .retry = Retry::reconnect};
  auto attempt = reconnect_policy_.next_planned_attempt(how, options_.now());
  if (!attempt) return connection_age_.cancel();
  attempt->delay = std::max<std::chrono::milliseconds>(attempt->delay, pause_between_connections);
  ++options_.counters->planned_reconnects;
  close_connection();
  end_exchange();
  connect_later(*attempt, how);
}

void Session::Impl::on_expired(Deadlines::Expired expired) {
  const auto &config = options_.config;
  const auto warn = [this](const std::string &message) {
    notify(notice::Warning{{.kind = ErrorKind::lost, .message = message}});
  };
  switch (expired) {
    case Deadlines::Expired::none:
      return;
    case Deadlines::Expired::session_over:
      return end_with_warning("It has lasted for " + text::seconds(*config.max_session_duration) +
                              " (property max-session-duration)");
    case Deadlines::Expired::idle:
      return end_with_warning("Nobody has said anything for " +
                              text::seconds(*config.idle_timeout) + " (property idle-timeout)");
    case Deadlines::Expired::no_answer:
      receiver_.exchange().give_up_question();
      return warn("The model has not answered within " + text::seconds(*config.turn_timeout) +
                  " (property turn-timeout). The conversation goes on; say it again");
    case Deadlines::Expired::no_end:
      warn("The answer has not gone on for " + text::seconds(*config.turn_timeout) +
           " (property turn-timeout), and is taken to be over. The conversation goes on");
      return receiver_.give_up_turn(options_.now());
    case Deadlines::Expired::not_reading:
      return on_end(
          {.kind = ErrorKind::not_sent,
           .message = "The service does not take what is sent any more. Check the network",
           .retry = Retry::reconnect});
  }
}

void Session::Impl::end_with_warning(const std::string &why) {
  notify(notice::Warning{
      {.kind = ErrorKind::lost, .message = why + ", and the conversation is ended"}});
  finish();
  disconnect();
}

void Session::Impl::finish() {
  finished_ = true;
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
  phase_ = Phase::over;
  set_state(ConnectionState::disconnected);
}

void Session::Impl::fail(Error error) {
  phase_ = Phase::over;
  check_.stop();
  next_drop_report_.stop();
  report_drops();
  next_drop_report_.stop();
  if (reconnect_policy_.attempt() > 1)
    error.message +=
        " (attempt " + std::to_string(reconnect_policy_.attempt()) + "; see max-retries)";
  options_.log(Log::Level::warning, "failed: %s [%s]", error.message.c_str(), error.detail.c_str());
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
    message = "The answer waits for tool calls (" + text::excerpt(calls) +
              "), which the application has not answered" + within +
              " (property eos-timeout). Answer them with send-tool-response, or set tool-timeout "
              "lower than eos-timeout";
  else if (!receiver_.has_answer())
    message = "No answer began" + within +
              " after the input's end. Check that it holds speech at an audible level, if it is "
              "audio. " +
              more_time;
  else
    message = "The answer did not end" + within +
              " after the input's end or the last sign of it, and is cut off here. " + more_time;
  notify(notice::Warning{{.kind = ErrorKind::lost, .message = std::move(message)}});
}

}  // namespace gemlive
