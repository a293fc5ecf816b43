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
    if (!parts_.outbox->has_items()) consider(dialogue_.conclusion().next_check());
  }
  if (!next || (check_.running() && check_at_ <= *next)) return;
  check_at_ = *next;
  const std::chrono::microseconds left(std::max<std::int64_t>(*next - now, 0));
  check_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check(); });
}

void Session::check_end() {
  if (finished_ || phase_ != Phase::connected) return;
  const auto max_turns = *parts_.config.max_turns;
  if (max_turns != 0 && dialogue_.complete_turns() >= max_turns) return finish();
  if (!dialogue_.conclusion().has_input_ended() || parts_.outbox->has_items()) return;
  using enum Conclusion::Verdict;
  switch (dialogue_.conclusion().verdict(parts_.now())) {
    case open:
      return;
    case timed_out:
      give_up_waiting();
      return finish();
    case assumed:
      dialogue_.assume_complete(parts_.now());
      return finish();
    case complete:
      return finish();
  }
}

void Session::check_hand_over() {
  const auto now = parts_.now();
  if (finished_ || phase_ != Phase::connected || !hand_over_.is_near(now)) return;
  const bool speaks = now - last_asked_ < pause_in_speech.count() || parts_.outbox->in_activity();
  const HandOver::Situation situation = {
      .quiet = !speaks && !dialogue_.has_turn() && !dialogue_.conclusion().has_unanswered(),
      .resumable = resumable_,
      .has_handle = !handle_.empty()};
  if (hand_over_.is_due(situation, now)) hand_over();
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
           .remedy = Remedy::resume});
  }
}

void Session::conclude(const std::string &why) {
  tell(notice::Warning{
      {.kind = ErrorKind::lost, .message = why + ", and the conversation is ended"}});
  finish();
  retry_.stop();
  leave();
  phase_ = Phase::over;
  set_state(ConnectionState::disconnected);
}

void Session::give_up_waiting() {
  tell(notice::Warning{
      {.kind = ErrorKind::lost,
       .message = "The answer did not end within " + text::seconds(*parts_.config.eos_timeout) +
                  " after the input's end or the last sign of it, and is cut off here. Set "
                  "eos-timeout higher if the service needs more time"}});
}

}  // namespace gemlive
