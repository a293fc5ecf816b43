// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Timeouts, and the end of the session.

#include <algorithm>
#include <chrono>
#include <optional>

#include "session_impl.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Usage and handles may follow the last turn.
constexpr auto time_for_late_messages = 5s;
/// The service sends a turn's handle shortly after the turn.
constexpr std::int64_t time_for_handle = 500'000;
constexpr std::int64_t idle_time = std::chrono::microseconds(InputRegistry::idle_time).count();
/// Poll interval of the audio queue before the text streams end.
constexpr auto text_end_interval = 20ms;

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

/// A timer that fires early is harmless: it looks again then.
void Session::Impl::schedule_check(std::int64_t now) {
  if (is_finished_) return check_.stop();
  auto next = deadlines_.next_check();
  // A time that has passed waits for an event: check() has just looked at it.
  const auto consider = [&](std::optional<std::int64_t> at) {
    if (at && *at > now) next = std::min(next.value_or(*at), *at);
  };
  consider(exchange_.next_check(now));
  if (const auto idle = options_.inputs->idle_since(now)) consider(*idle + idle_time);
  if (next_fill_) consider(std::max(*next_fill_, now + 1));  // only drain() looks at it
  if (phase_ == Phase::connected) consider(connection_age_.next_check(now));
  if (connection_age_.may_be_due(now)) consider(sender_.speaking_until());
  if (turn_ended_ && is_complete(now)) consider(*turn_ended_ + time_for_handle);
  if (!next || (check_.running() && check_at_ <= *next)) return;
  check_at_ = *next;
  const std::chrono::microseconds left(std::max<std::int64_t>(*next - now, 1000));
  check_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { drain(); });
}

/// Whether the input has ended: all inputs, or those that still bring something.
void Session::Impl::check_inputs(std::int64_t now) {
  const auto idle = options_.inputs->idle_since(now);
  const bool has_idle_inputs = idle && now >= *idle + idle_time;
  if (has_idle_inputs && !has_idle_inputs_) options_.input_queue->end_open_audio();
  has_idle_inputs_ = has_idle_inputs;
  if (!options_.input_queue->has_ended() && !has_idle_inputs)
    exchange_.input_goes_on();
  else if (!exchange_.has_input_ended())
    exchange_.input_ended(has_idle_inputs ? *idle : now);
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
      return end_with_warning("No input or answer for " + text::seconds(*config.idle_timeout) +
                              " (property idle-timeout)");
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
    case Exchange::Overdue::no_answer: {
      const bool is_cut = exchange_.turn() == Exchange::Turn::cut;
      exchange_.give_up_question(now);
      sender_.give_up();
      warn("The model did not answer within " + within +
           "The conversation continues. Repeat the question");
      if (is_cut) receiver_.cut_off(false, now);
      return;
    }
    case Exchange::Overdue::no_end:
      exchange_.give_up_turn(now);
      sender_.give_up();
      warn("The answer stopped for " + within + "It was given up. The conversation continues");
      return receiver_.cut_off(false, now);
  }
}

void Session::Impl::check_end(std::int64_t now) {
  if (is_finished_) return;
  if (is_complete(now)) {
    if (waits_for_handle(now)) return;
  } else if (exchange_.is_end_overdue(now)) {
    warn_of_eos_timeout();
  } else if (phase_ == Phase::connected && exchange_.end(now) == Exchange::End::assumed &&
             !sender_.has_unsent()) {
    receiver_.assume_complete(now);
  } else {
    return;
  }
  warn_of_open_inputs();
  finish();
  if (phase_ != Phase::connected) return disconnect();
  close_delay_.start(time_for_late_messages, [this] { disconnect(); });
}

bool Session::Impl::has_had_its_turns() const {
  const auto max_turns = *options_.config.max_turns;
  return max_turns != 0 && receiver_.complete_turns() >= max_turns;
}

/// Nothing more is to come, whatever becomes of the connection.
bool Session::Impl::is_complete(std::int64_t now) {
  if (has_had_its_turns()) return true;
  return exchange_.has_input_ended() && !sender_.has_unsent() &&
         exchange_.end(now) == Exchange::End::complete;
}

/// The application reads the newest handle at EOS.
bool Session::Impl::waits_for_handle(std::int64_t now) {
  const bool is_requested = options_.setup.find("sessionResumption") != std::string::npos;
  return is_requested && phase_ == Phase::connected && turn_ended_ &&
         now < *turn_ended_ + time_for_handle;
}

void Session::Impl::check_age(std::int64_t now) {
  if (is_finished_ || phase_ != Phase::connected || !connection_age_.may_be_due(now)) return;
  const ConnectionAge::Situation situation = {.quiet = !sender_.is_speaking() && exchange_.quiet(),
                                              .resumable = is_resumable_,
                                              .has_handle = !handle_.empty()};
  if (connection_age_.is_due(situation, now)) replace_connection();
}

void Session::Impl::end_with_warning(const std::string &why) {
  warn(why + ". The conversation ends here");
  finish();
  disconnect();
}

void Session::Impl::finish() {
  is_finished_ = true;
  options_.log(Log::Level::info, "conversation ended after %u turns",
               options_.counters->turns.load());
  check_.stop();
  sender_.stop();
  receiver_.finish(options_.now());
  options_.streams->audio.finish();
  finish_text();
  options_.input_queue->close();
  options_.pictures->close();
  notify(notice::Ended{});
}

/// Late transcripts reach the text streams while the audio of their turn is still played.
void Session::Impl::finish_text() {
  auto &[audio, user, model, text] = *options_.streams;
  if (phase_ == Phase::connected && audio.stats().held > 0)
    return text_end_.start(text_end_interval, [this] { finish_text(); });
  for (auto *stream : {&user, &model, &text})
    stream->finish();
}

void Session::Impl::disconnect() {
  close_delay_.stop();
  text_end_.stop();
  retry_.stop();
  leave_connection();
  set_phase(Phase::over);
  finish_text();
  set_state(ConnectionState::disconnected);
}

void Session::Impl::fail(Error error) {
  set_phase(Phase::over);
  check_.stop();
  sender_.stop();
  sender_.report_drops();
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
  const auto within = " within " + text::seconds(*options_.config.eos_timeout) +
                      " of the end of the input (property eos-timeout). ";
  if (const auto calls = options_.tool_calls->names(); !calls.empty())
    return warn("The answer waits for tool calls (" + text::excerpt(calls) +
                "), which the application has not answered" + within +
                "Answer them with send-tool-response, or set tool-timeout lower than eos-timeout");
  if (phase_ != Phase::connected)
    return warn("There was no connection to the service" + within +
                text::seconds(std::chrono::duration_cast<std::chrono::milliseconds>(
                    sender_.unsent_duration())) +
                " of audio could not be sent. Check the network, or set eos-timeout higher");
  if (!exchange_.has_content())
    return warn("No answer began" + within +
                "If the input is audio, check that it contains audible speech. Set eos-timeout "
                "higher if the service needs more time");
  warn("The answer did not end" + within +
       "It is cut off. Set eos-timeout higher if the service needs more time");
}

/// The last turn of max-turns ends the conversation, whatever is open.
void Session::Impl::warn_of_open_inputs() {
  if (!has_idle_inputs_ || has_had_its_turns()) return;
  std::string names;
  for (const auto &name : options_.inputs->open_names())
    names += (names.empty() ? "" : ", ") + name;
  warn("Another input has ended, but " + text::excerpt(names) + " got neither data nor EOS for " +
       text::seconds(InputRegistry::idle_time) +
       ". The conversation ends here. Send EOS to every pad, and release pads that are not used");
}

}  // namespace gemlive
