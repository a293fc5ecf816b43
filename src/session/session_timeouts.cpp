// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Checks of the inputs, the timeouts and the age of the connection.

#include <algorithm>
#include <chrono>
#include <optional>

#include "session_impl.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

constexpr std::int64_t inactive_time =
    std::chrono::microseconds(InputRegistry::inactive_time).count();
/// A thread that is awake checks what the timer would check so soon.
constexpr std::int64_t soon = 100'000;

}  // namespace

void Session::Impl::check() {
  if (is_finished_) return;
  const auto now = options_.now();
  check_inputs(now);
  check_deadlines(now);
  check_exchange(now);
  check_end(now);
  check_age(now);
  schedule_check(now);
}

bool Session::Impl::is_check_soon(std::int64_t now) const {
  return check_.running() && check_at_ < now + soon;
}

/// A timer that fires early is harmless: it looks again then.
void Session::Impl::schedule_check(std::int64_t now) {
  if (is_finished_) return check_.stop();
  const auto next = next_check(now);
  if (!next || (check_.running() && check_at_ <= *next && !is_check_soon(now))) return;
  check_at_ = *next;
  const std::chrono::microseconds left(std::max<std::int64_t>(*next - now, 1000));
  check_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { drain(); });
}

std::optional<std::int64_t> Session::Impl::next_check(std::int64_t now) {
  auto next = deadlines_.next_check();
  // A time that has passed waits for an event: check() has just looked at it.
  const auto consider = [&](std::optional<std::int64_t> at) {
    if (at && *at > now) next = std::min(next.value_or(*at), *at);
  };
  consider(exchange_.next_check(now));
  if (inactive_since_) consider(*inactive_since_ + inactive_time);
  if (next_fill_) consider(std::max(*next_fill_, now + 1));  // only drain() looks at it
  if (phase_ == Phase::connected) consider(connection_age_.next_check(now));
  if (connection_age_.may_be_due(now)) {
    consider(sender_.speaking_until());
    consider(exchange_.quiet_from());
    consider(reconnect_policy_.stable_from());
  }
  if (turn_ended_) consider(*turn_ended_ + time_for_handle);
  return next;
}

/// Nothing has to be looked at now, or before the timer expires, although audio was sent. A pause
/// of it was not looked for while there was none.
bool Session::Impl::has_check_in_time(std::int64_t now) {
  const bool looks_for_pauses = options_.config.input_pause->count() > 0;
  if (looks_for_pauses && !next_fill_ && options_.inputs->silent_since()) return false;
  if (exchange_.overdue(now) != Exchange::Overdue::none || connection_age_.may_be_due(now))
    return false;
  const auto next = next_check(now);
  return !next || (check_.running() && now < check_at_ && check_at_ <= *next);
}

/// Whether the input has ended: all inputs, or those that still bring something.
void Session::Impl::check_inputs(std::int64_t now) {
  inactive_since_ = options_.inputs->inactive_since(now);
  const bool has_inactive_inputs = inactive_since_ && now >= *inactive_since_ + inactive_time;
  if (has_inactive_inputs && !has_inactive_inputs_) options_.input_queue->end_open_audio();
  has_inactive_inputs_ = has_inactive_inputs;
  if (!options_.input_queue->has_ended() && !has_inactive_inputs)
    exchange_.input_goes_on();
  else if (!exchange_.has_input_ended())
    exchange_.input_ended(has_inactive_inputs ? *inactive_since_ : now);
}

/// Live audio that pauses is silence, which is sent in real time. In PAUSED of its element nothing
/// is sent that waits for a connection.
void Session::Impl::check_pause(std::int64_t now) {
  const std::chrono::microseconds limit = *options_.config.input_pause;
  const auto since = options_.inputs->silent_since();
  next_fill_.reset();
  if (!since || limit.count() == 0) return;
  const std::chrono::microseconds pause(now - *since);
  if (pause < limit) {
    next_fill_ = *since + limit.count();
    return;
  }
  const bool can_send = phase_ == Phase::connected && !sender_.is_resending();
  if (!can_send && options_.input_queue->is_paused()) return;
  if (options_.input_queue->fill_pause(pause))
    next_fill_ = now + std::chrono::microseconds(*options_.config.chunk_duration).count();
}

void Session::Impl::check_deadlines(std::int64_t now) {
  const auto &config = options_.config;
  switch (deadlines_.check(now)) {
    case Deadlines::Expired::none:
      return;
    case Deadlines::Expired::session_over:
      return end_with_warning("The conversation lasted " +
                              text::seconds(*config.max_session_duration) +
                              " (property max-session-duration)");
    case Deadlines::Expired::idle:
      return end_with_warning("No speech or text from user or model for " +
                              text::seconds(*config.idle_timeout) + " (property idle-timeout)");
    case Deadlines::Expired::not_reading:
      return on_end({.kind = ErrorKind::not_sent,
                     .message = "The service stopped reading. Check the network",
                     .retry = Retry::reconnect});
  }
}

void Session::Impl::check_exchange(std::int64_t now) {
  if (is_finished_ || phase_ != Phase::connected) return;
  const auto overdue = exchange_.overdue(now);
  if (overdue == Exchange::Overdue::none) return;
  const auto within = text::seconds(*options_.config.turn_timeout) + " (property turn-timeout). ";
  switch (overdue) {
    case Exchange::Overdue::none:
      return;
    case Exchange::Overdue::no_answer:
      return give_up_question("The model did not answer within " + within +
                                  "The conversation continues. Repeat the question",
                              now);
    case Exchange::Overdue::empty_turn:
      return give_up_question(
          "The model ended its turn without an answer. The conversation continues. Repeat the "
          "question",
          now);
    case Exchange::Overdue::no_end:
      tool_call_handler_.drop_parts();
      exchange_.give_up_turn(now);
      sender_.give_up();
      warn("The answer did not continue for " + within +
           "gemlive stopped waiting for it. The conversation continues");
      return receiver_.cut_off(false, now);
    case Exchange::Overdue::settled: {
      const auto turns = receiver_.complete_turns();
      exchange_.settle(now);
      receiver_.assume_complete(now);
      note_complete_turns(turns);
      return sender_.acknowledge();
    }
    case Exchange::Overdue::not_resent:
      exchange_.give_up_lost();
      sender_.give_up();
      return warn(
          "The connection was lost before the model answered. The question is not sent again. The "
          "conversation continues. Repeat the question");
  }
}

void Session::Impl::give_up_question(const std::string &warning, std::int64_t now) {
  const bool is_cut = exchange_.turn() == Exchange::Turn::cut;
  tool_call_handler_.drop_parts();
  exchange_.give_up_question(now);
  sender_.give_up();
  warn(warning);
  if (is_cut) receiver_.cut_off(false, now);
}

void Session::Impl::check_age(std::int64_t now) {
  if (is_finished_ || phase_ != Phase::connected || !connection_age_.may_be_due(now)) return;
  if (is_complete(now)) return;  // it ends, and only the handle is awaited
  // The speaker may go on in a pause of the interpreter, and no handle is for its current state.
  const bool is_interpreter = exchange_.is_interpreter();
  const bool is_speaking = !is_interpreter && sender_.is_speaking();
  const ConnectionAge::Situation situation = {
      .quiet = !is_speaking && exchange_.quiet(now),
      .resumable = (is_resumable_ && !expects_handle(now)) || (is_interpreter && !handle_.empty()),
      .has_handle = !handle_.empty()};
  if (connection_age_.is_due(situation, now)) replace_connection();
}

}  // namespace gemlive
