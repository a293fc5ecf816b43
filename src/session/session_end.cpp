// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The end of the session.

#include <chrono>

#include "session_impl.hpp"
#include "speech_level.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Usage and handles may follow the last turn.
constexpr auto time_for_late_messages = 5s;
/// Poll interval of the audio queue before the text streams end.
constexpr auto text_end_interval = 20ms;

}  // namespace

void Session::Impl::check_end(std::int64_t now) {
  if (is_finished_) return;
  if (is_complete(now)) {
    if (waits_for_handle(now)) return;
    warn_of_silence();
  } else if (exchange_.is_end_overdue(now)) {
    warn_of_eos_timeout();
  } else if (phase_ == Phase::connected && exchange_.end(now) == Exchange::End::assumed &&
             !sender_.has_unsent()) {
    receiver_.assume_complete(now);
    warn_of_silence();
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
  return max_turns != 0 && receiver_.answers() >= max_turns;
}

/// Nothing more is to come, whatever becomes of the connection.
bool Session::Impl::is_complete(std::int64_t now) {
  if (has_had_its_turns()) return true;
  if (!exchange_.has_input_ended()) return false;
  if (!sender_.has_unsent() && exchange_.end(now) == Exchange::End::complete) return true;
  return phase_ != Phase::connected && !has_unsent_sound() && exchange_.is_silent_end(now);
}

/// Input that could get an answer waits for a connection.
bool Session::Impl::has_unsent_sound() {
  return options_.input_queue->has([](const input::Item &item) {
    if (const auto *chunk = std::get_if<input::Chunk>(&item))
      return SpeechLevel::is_audible(chunk->samples);
    return !std::holds_alternative<input::AudioStreamEnd>(item) &&
           !std::holds_alternative<input::EndOfInput>(item);
  });
}

/// The application reads the newest handle at EOS.
bool Session::Impl::waits_for_handle(std::int64_t now) {
  const bool is_requested = options_.setup.find("sessionResumption") != std::string::npos;
  return is_requested && phase_ == Phase::connected && expects_handle(now);
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
  tool_call_handler_.stop();
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
  auto &streams = *options_.streams;
  if (phase_ == Phase::connected && streams.audio.stats().held > 0)
    return text_end_.start(text_end_interval, [this] { finish_text(); });
  for (auto *stream : {&streams.input_transcript, &streams.output_transcript, &streams.text})
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
  sender_.report_unsent();
  if (error.retry_after > ReconnectPolicy::longest_wait)
    error.message += " (it asks for a wait of " + text::seconds(error.retry_after) +
                     ", and gemlive waits for " + text::seconds(ReconnectPolicy::longest_wait) +
                     " at most)";
  if (reconnect_policy_.attempt() > 1)
    error.message +=
        " (attempt " + std::to_string(reconnect_policy_.attempt()) + "; see max-retries)";
  options_.log(Log::Level::error, "failed: %s [%s]", error.message.c_str(), error.detail.c_str());
  options_.counters->state = ConnectionState::failed;
  notify(notice::Failed{std::move(error)});
  finish();
  set_state(ConnectionState::failed);
}

std::string Session::Impl::what_was_lost() {
  const auto audio =
      std::chrono::duration_cast<std::chrono::milliseconds>(sender_.unsent_duration());
  const bool has_text = options_.input_queue->has([](const input::Item &item) {
    return std::holds_alternative<input::TypedText>(item) ||
           std::holds_alternative<input::Message>(item);
  });
  if (audio.count() > 0)
    return text::seconds(audio) + " of audio" + (has_text ? " and text" : "") +
           " could not be sent";
  if (has_text) return "The text of the input could not be sent";
  return "The input was sent, but not answered";
}

void Session::Impl::warn_of_eos_timeout() {
  const auto within = " within " + text::seconds(*options_.config.eos_timeout) +
                      " of the end of the input (property eos-timeout). ";
  if (const auto calls = options_.tool_calls->names(); !calls.empty())
    return warn("The answer waits for tool calls (" + text::excerpt(calls) +
                "), which the application has not answered" + within +
                "Answer them with send-tool-response, or set tool-timeout lower than eos-timeout");
  if (phase_ != Phase::connected)
    return warn("There was no connection to the service" + within + what_was_lost() + ". " +
                (last_failure_.empty() ? "Check the network, or set eos-timeout higher"
                                       : "The last error: " + last_failure_));
  if (!exchange_.has_content() && exchange_.is_continuing())
    return warn("The rest of the answer did not come" + within +
                "Set eos-timeout higher if the service needs more time");
  if (!exchange_.has_content())
    return warn("No answer began" + within +
                "If the input is audio, check that it contains audible speech. Set eos-timeout "
                "higher if the service needs more time");
  warn("The answer did not end" + within +
       "It is cut off. Set eos-timeout higher if the service needs more time");
}

void Session::Impl::warn_of_silence() {
  const bool has_audio = options_.input_queue->stats().pushed > 0;
  if (!has_audio || exchange_.has_sound() || options_.counters->turns > 0) return;
  warn(
      "The input was silent (below -50 dBFS), so there is no answer. Check the microphone, or the "
      "file, and the volume");
}

/// The last turn of max-turns ends the conversation, whatever is open.
void Session::Impl::warn_of_open_inputs() {
  if (!has_inactive_inputs_ || has_had_its_turns()) return;
  std::string names;
  for (const auto &name : options_.inputs->open_names())
    names += (names.empty() ? "" : ", ") + name;
  warn("Another input has ended, but " + text::excerpt(names) + " got neither data nor EOS for " +
       text::seconds(InputRegistry::inactive_time) +
       ". The conversation ends here. Send EOS to every pad, and release pads that are not used");
}

}  // namespace gemlive
