// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sender.hpp"

#include <algorithm>
#include <utility>

#include "pcm.hpp"
#include "wire.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Between two words the user is still speaking.
constexpr std::chrono::microseconds pause_in_speech = 500ms;
/// Chunks that send_audio() sends at a time: the session's thread waits meanwhile.
constexpr int max_at_once = 4;

}  // namespace

Sender::Sender(Options options, Exchange &exchange, ToolCallHandler &tool_call_handler)
    : options_(std::move(options)),
      exchange_(exchange),
      tool_call_handler_(tool_call_handler),
      resend_buffer_(
          {.exact = options_.exact_resumption,
           .limit = *options_.config->max_backlog,
           .tail = std::max<std::chrono::milliseconds>(
               1200ms, std::chrono::milliseconds(*options_.config->silence_duration) + 400ms)},
          {.recycle =
               [this](input::Chunk chunk) { options_.input_queue->recycle(std::move(chunk)); },
           .acknowledged = [this](std::size_t bytes) { options_.input_queue->acknowledge(bytes); },
           .given_up = [this](std::size_t bytes) { options_.input_queue->give_up(bytes); }}) {}

void Sender::begin(Connection &connection, Takeover takeover) {
  connection_ = &connection;
  input_times_.begin();
  in_activity_ = false;
  if (has_resends())
    options_.log(Log::Level::info, "%s unacknowledged input, %ld ms of audio",
                 takeover.without_resending ? "not resending" : "resending",
                 Log::ms(resend_buffer_.duration()));
  auto oldest = resend_buffer_.oldest();
  // An earlier session has the beginning: the rest alone is another question.
  const bool is_rest = resend_buffer_.is_counted() && !takeover.is_resumed && oldest &&
                       exchange_.lost_from() > 0 && exchange_.lost_from() < *oldest;
  if (is_rest) oldest.reset();
  exchange_.resume(oldest, takeover.is_resumed && options_.exact_resumption, options_.now());
  if (!takeover.without_resending && !is_rest) return;
  if (oldest) exchange_.withhold(*oldest, options_.now());
  resend_buffer_.skip();
}

bool Sender::drain() {
  report_drops();
  const bool resends = resend_buffer_.next();
  send_picture();
  while (connection_ && !is_held_back() &&
         (resend_buffer_.next() || options_.input_queue->has_items())) {
    if (!connection_->can_send()) return false;
    send_next();
  }
  if (resends) send_picture();
  return true;
}

bool Sender::send_audio() {
  const bool is_manual = *options_.config->activity_detection == ActivityDetection::manual;
  if (!connection_ || resend_buffer_.next() || (is_manual && !in_activity_)) return false;
  for (int sent = 0; sent < max_at_once && connection_->can_send(); ++sent) {
    auto chunk = options_.input_queue->pop_audio();
    if (!chunk) return false;
    send_new(std::move(*chunk));
    if (!options_.input_queue->has_items()) return true;
  }
  return false;
}

/// In PAUSED nothing is sent again, and newer input waits behind it.
bool Sender::is_held_back() const {
  return resend_buffer_.next() && options_.input_queue->is_paused();
}

bool Sender::is_speaking() const {
  return options_.now() < speaking_until() || options_.input_queue->in_activity();
}

std::int64_t Sender::speaking_until() const {
  return last_asked_ + pause_in_speech.count();
}

std::chrono::nanoseconds Sender::unsent_duration() const {
  return pcm::duration(options_.input_queue->stats().held, options_.input_queue->rate());
}

void Sender::send_next() {
  if (const auto *item = resend_buffer_.next()) {
    sending_ = {};
    send(*item);
    if (const auto *chunk = std::get_if<input::Chunk>(item))
      options_.counters->resent += chunk->samples.size();
    return tell_exchange(resend_buffer_.resent(sending_.messages));
  }
  if (auto item = options_.input_queue->pop()) send_new(std::move(*item));
}

void Sender::send_new(input::Item &&item) {
  sending_ = {};
  send(item);
  if (const auto *chunk = std::get_if<input::Chunk>(&item))
    options_.input_queue->count_sent(chunk->samples.size());
  if (const auto *message = std::get_if<input::Message>(&item); message && !message->is_resendable)
    return tell_exchange(resend_buffer_.store_other());
  tell_exchange(resend_buffer_.store(std::move(item), sending_.messages, sending_.sound));
}

void Sender::tell_exchange(Exchange::Sequence number) {
  const auto now = options_.now();
  if (sending_.duration > 0ns)
    exchange_.sent_audio(number, sending_.sound, sending_.duration, sending_.said, now);
  else if (sending_.messages > 0 && !sending_.is_question)
    exchange_.sent_other(number);
  if (sending_.is_activity_end)
    exchange_.sent_activity_end(number, now);
  else if (sending_.is_question)
    exchange_.sent_question(number, now);
  if (sending_.is_question || sending_.sound == Sound::speech) last_asked_ = now;
}

/// Pictures that come before the next is due replace each other. Resending comes first.
void Sender::send_picture() {
  if (next_picture_.running() || resend_buffer_.next()) return;
  if (!connection_ || !connection_->can_send()) return;
  const auto picture = options_.pictures->take();
  if (!picture) return;
  sending_ = {};
  send_message(wire::encode_picture(*picture));
  exchange_.sent_other(resend_buffer_.store_other());
  if (const auto interval = *options_.config->picture_interval; interval > 0ms)
    next_picture_.start(interval, [this] { send_picture(); });
}

void Sender::send(const input::Item &item) {
  std::visit([this](const auto &known) { send(known); }, item);
}

void Sender::send(const input::Chunk &chunk) {
  // The activity's start may have been sent on another connection, and be too old to be sent again.
  if (*options_.config->activity_detection == ActivityDetection::manual && !in_activity_)
    send(input::ActivityStart{});
  sending_.sound = speech_level_.classify(chunk.samples, chunk.rate);
  sending_.duration = pcm::duration(chunk.samples.size(), chunk.rate);
  sending_.said = chunk.pushed_at;
  input::SaidAt earliest;
  if (*options_.config->pacing == Pacing::clock)
    earliest = std::chrono::microseconds(chunk.pushed_at) - sending_.duration;
  input_times_.sent(sending_.duration, chunk.said_at, earliest);
  wire::encode_audio(chunk.samples, chunk.rate, encoded_);
  send_message(encoded_);
  if (sending_.sound == Sound::speech) options_.speech_ended(chunk.pushed_at);
}

void Sender::send(const input::ActivityStart &) {
  if (std::exchange(in_activity_, true)) return;
  send_message(wire::encode_activity_start());
  sending_.is_question = true;
}

void Sender::send(const input::ActivityEnd &) {
  // The service has consumed the start, by its own count, and wants the end.
  if (!in_activity_ && options_.exact_resumption) send(input::ActivityStart{});
  if (!std::exchange(in_activity_, false)) return;
  send_message(wire::encode_activity_end());
  sending_.is_question = sending_.is_activity_end = true;
  exchange_.speech_ended();
  options_.speech_ended(options_.now());
}

void Sender::send(const input::AudioStreamEnd &) {
  send_message(wire::encode_audio_stream_end());
  exchange_.speech_ended();
}

void Sender::send(const input::TypedText &typed) {
  if (typed.turn_complete && types_in_real_time()) {
    if (typed.text.empty()) return;  // would be refused
    send_message(wire::encode_realtime_text(typed.text));
  } else {
    send_message(wire::encode_client_content(typed.text, typed.turn_complete));
  }
  if (!typed.turn_complete) return;
  sending_.is_question = true;
  options_.speech_ended(options_.now());
}

bool Sender::types_in_real_time() const {
  const auto mode = *options_.config->text_mode;
  if (mode != TextMode::automatic) return mode == TextMode::realtime;
  // These accept clientContent for a history only.
  return options_.model.find("3.1") != std::string::npos;
}

void Sender::send(const input::Message &message) {
  send_message(message.text);
  tool_call_handler_.declare(message.functions);
  if (!message.wants_answer) return;
  sending_.is_question = true;
  options_.speech_ended(options_.now());
}

void Sender::send(const input::ToolResponse &response) {
  if (!tool_call_handler_.is_current(response.call)) {  // it was reported as cancelled
    if (response.is_last) tool_call_handler_.discarded(response.call);
    return;
  }
  send_message(response.message);
  if (response.is_last) tool_call_handler_.sent(response.call, response.is_silent);
}

void Sender::send(const input::EndOfInput &) {
  next_picture_.stop();
  const auto sending = sending_;
  send_picture();
  sending_ = sending;  // the picture is counted by itself
  exchange_.speech_ended();
}

void Sender::send_message(const std::string &text) {
  ++sending_.messages;
  connection_->send(text);
}

void Sender::report_drops() {
  if (next_drop_report_.running()) return;
  const auto duration = options_.input_queue->take_dropped();
  if (duration.count() == 0) return;
  dropped_ += duration;
  options_.log(Log::Level::warning, "input backlog full: dropped %ld ms of audio",
               Log::ms(duration));
  next_drop_report_.start(1s, [this] { report_drops(); });
  options_.backlog_dropped(duration, dropped_);
}

void Sender::report_unsent() {
  const auto duration = options_.input_queue->take_dropped() + unsent_duration();
  if (duration.count() == 0) return;
  dropped_ += duration;
  options_.log(Log::Level::warning, "%ld ms of audio were not sent", Log::ms(duration));
  options_.backlog_dropped(duration, dropped_);
}

void Sender::stop() {
  next_picture_.stop();
  next_drop_report_.stop();
}

}  // namespace gemlive
