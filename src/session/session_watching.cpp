// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What ends, or goes wrong, though nothing happens.

#include <algorithm>
#include <chrono>
#include <optional>

#include "session.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Between two words nobody is interrupted.
constexpr std::chrono::microseconds pause_in_speech = 500ms;
/// Longer than a transport takes to close: a service refuses to resume what another connection has.
constexpr auto pause_between_connections = 250ms;
/// What a turn has cost may be told after its end.
constexpr auto time_for_the_bill = 5s;

}  // namespace

/// Whether something has ended, or is to end, though nothing happens.
void Session::check() {
  if (finished_) return;
  if (const auto finding = vigil_.check(parts_.now()); finding != Vigil::Finding::none)
    on_finding(finding);
  check_end();
  check_hand_over();
  check_later();
}

/// The timer is left alone where it comes early: it looks again then.
void Session::check_later() {
  if (finished_) return check_.stop();
  const auto now = parts_.now();
  auto next = vigil_.next_check();
  const auto consider = [&](std::optional<std::int64_t> at) {
    if (at) next = std::min(next.value_or(*at), *at);
  };
  if (phase_ == Phase::connected) {
    consider(hand_over_.next_check(now));
    if (!has_unsent()) consider(dialogue_.conclusion().next_check());
  }
  if (!next || (check_.running() && check_at_ <= *next)) return;
  check_at_ = *next;
  const std::chrono::microseconds left(std::max<std::int64_t>(*next - now, 0));
  check_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check(); });
}

void Session::check_end() {
  if (finished_ || phase_ != Phase::connected) return;
  if (!is_complete()) {
    if (!dialogue_.conclusion().has_input_ended() || has_unsent()) return;
    using enum Conclusion::Verdict;
    const auto verdict = dialogue_.conclusion().verdict(parts_.now());
    if (verdict == open) return;
    if (verdict == timed_out) give_up_waiting();
    if (verdict == assumed) dialogue_.assume_complete(parts_.now());
  }
  finish();
  goodbye_.start(time_for_the_bill, [this] { disconnect(); });
}

/// Nothing more is to come, whatever becomes of the connection.
bool Session::is_complete() {
  const auto max_turns = *parts_.config.max_turns;
  if (max_turns != 0 && dialogue_.complete_turns() >= max_turns) return true;
  const auto &conclusion = dialogue_.conclusion();
  return conclusion.has_input_ended() && !has_unsent() &&
         conclusion.verdict(parts_.now()) == Conclusion::Verdict::complete;
}

void Session::check_hand_over() {
  const auto now = parts_.now();
  if (finished_ || phase_ != Phase::connected || !hand_over_.is_near(now)) return;
  const bool speaks = now - last_asked_ < pause_in_speech.count() || parts_.input_queue->in_activity();
  const HandOver::Situation situation = {
      .quiet = !speaks && !dialogue_.has_turn() && !dialogue_.conclusion().has_unanswered(),
      .resumable = resumable_,
      .has_handle = !handle_.empty()};
  if (hand_over_.is_due(situation, now)) hand_over();
}

/// The old connection is closed before the new one is made.
void Session::hand_over() {
  const Error how = {.kind = ErrorKind::lost,
                     .message = "The connection has come to its age, or the service asked for it",
                     .retry = Retry::reconnect};
  auto plan = recovery_.handed_over(how, parts_.now());
  if (!plan) return hand_over_.give_up();
  plan->delay = std::max<std::chrono::milliseconds>(plan->delay, pause_between_connections);
  ++parts_.counters->hand_overs;
  leave();
  cut_off();
  connect_later(*plan, how);
}

void Session::on_finding(Vigil::Finding finding) {
  const auto &config = parts_.config;
  const auto warn = [this](const std::string &message) {
    tell(notice::Warning{{.kind = ErrorKind::lost, .message = message}});
  };
  switch (finding) {
    case Vigil::Finding::none:
      return;
    case Vigil::Finding::session_over:
      return conclude("It has lasted for " + text::seconds(*config.max_session_duration) +
                      " (property max-session-duration)");
    case Vigil::Finding::idle:
      return conclude("Nobody has said anything for " + text::seconds(*config.idle_timeout) +
                      " (property idle-timeout)");
    case Vigil::Finding::no_answer:
      dialogue_.conclusion().unasked();
      return warn("The model has not answered within " + text::seconds(*config.turn_timeout) +
                  " (property turn-timeout). The conversation goes on; say it again");
    case Vigil::Finding::no_end:
      warn("The answer has not gone on for " + text::seconds(*config.turn_timeout) +
           " (property turn-timeout), and is taken to be over. The conversation goes on");
      return dialogue_.abandon_turn(parts_.now());
    case Vigil::Finding::not_reading:
      return on_end(
          {.kind = ErrorKind::not_sent,
           .message = "The service does not take what is sent any more. Check the network",
           .retry = Retry::reconnect});
  }
}

void Session::conclude(const std::string &why) {
  tell(notice::Warning{
      {.kind = ErrorKind::lost, .message = why + ", and the conversation is ended"}});
  finish();
  disconnect();
}

void Session::finish() {
  finished_ = true;
  check_.stop();
  next_drop_report_.stop();
  next_picture_.stop();
  dialogue_.finish(parts_.now());
  parts_.streams->each([](OutputStream &stream) { stream.finish(); });
  parts_.input_queue->close();
  parts_.pictures->close();
}

void Session::disconnect() {
  goodbye_.stop();
  retry_.stop();
  leave();
  phase_ = Phase::over;
  set_state(ConnectionState::disconnected);
}

void Session::fail(Error error) {
  phase_ = Phase::over;
  check_.stop();
  next_drop_report_.stop();
  report_drops();
  next_drop_report_.stop();
  if (recovery_.attempt() > 1)
    error.message += " (attempt " + std::to_string(recovery_.attempt()) + "; see max-retries)";
  parts_.log(Log::Level::warning, "failed: %s [%s]", error.message.c_str(), error.detail.c_str());
  parts_.counters->state = ConnectionState::failed;
  tell(notice::Failed{std::move(error)});
  finish();
  set_state(ConnectionState::failed);
}

void Session::give_up_waiting() {
  const auto within = " within " + text::seconds(*parts_.config.eos_timeout);
  const std::string more_time = "Set eos-timeout higher if the service needs more time";
  std::string message;
  if (const auto calls = parts_.tool_calls->names(); !calls.empty())
    message = "The answer waits for tool calls (" + text::excerpt(calls) +
              "), which the application has not answered" + within +
              " (property eos-timeout). Answer them with send-tool-response, or set tool-timeout "
              "lower than eos-timeout";
  else if (!dialogue_.has_answer())
    message = "No answer began" + within +
              " after the input's end. Check that it holds speech at an audible level, if it is "
              "audio. " +
              more_time;
  else
    message = "The answer did not end" + within +
              " after the input's end or the last sign of it, and is cut off here. " + more_time;
  tell(notice::Warning{{.kind = ErrorKind::lost, .message = std::move(message)}});
}

}  // namespace gemlive
