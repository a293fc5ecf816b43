// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the input_queue holds, on its way to the service.

#include <utility>

#include "pcm.hpp"
#include "session_impl.hpp"

namespace gemlive {

using namespace std::chrono_literals;

void Session::Impl::drain() {
  report_drops();
  send_picture();
  while (phase_ == Phase::connected && !finished_ && has_unsent() && !is_resend_paused()) {
    if (!connection_->can_send()) {
      deadlines_.note_blocked(options_.now());
      break;
    }
    deadlines_.note_sent();
    send_next();
  }
  if (phase_ == Phase::connected && (is_resend_paused() || !has_unsent())) deadlines_.note_sent();
  send_picture();
  check();
}

bool Session::Impl::has_unsent() {
  return resend_buffer_.next() || options_.input_queue->has_items();
}

/// In PAUSED nothing is said again, and what came later waits behind it.
bool Session::Impl::is_resend_paused() {
  return resend_buffer_.next() && options_.input_queue->is_paused();
}

void Session::Impl::send_next() {
  if (const auto *item = resend_buffer_.next()) return resend(*item);
  auto item = options_.input_queue->pop();
  if (!item) return;
  sent_messages_ = 0;
  sent_speech_ = false;
  std::visit([this](const auto &content) { send(content); }, *item);
  if (const auto *chunk = std::get_if<input::Chunk>(&*item))
    options_.input_queue->count_sent(chunk->samples.size());
  resend_buffer_.add(std::move(*item), sent_messages_, sent_speech_);
}

void Session::Impl::resend(const input::Item &item) {
  sent_messages_ = 0;
  std::visit([this](const auto &content) { send(content); }, item);
  if (const auto *chunk = std::get_if<input::Chunk>(&item))
    options_.counters->resent += chunk->samples.size();
  resend_buffer_.mark_resent(sent_messages_);
}

/// Those that come before the next is due replace each other. What is said again comes first.
void Session::Impl::send_picture() {
  if (next_picture_.running() || resend_buffer_.next()) return;
  if (phase_ != Phase::connected || !connection_->can_send()) return;
  const auto picture = options_.pictures->take();
  if (!picture) return;
  send_message(wire::encode_picture(*picture));
  resend_buffer_.add_other();
  if (const auto interval = *options_.config.picture_interval; interval > 0ms)
    next_picture_.start(interval, [this] { send_picture(); });
}

void Session::Impl::send(const input::Chunk &chunk) {
  // Its start may have been said on another connection, and be too old to be said again.
  if (*options_.config.activity_detection == ActivityDetection::manual && !in_activity_)
    send(input::ActivityStart{});
  sent_speech_ = speech_level_.is_loud(chunk.samples, chunk.rate);
  wire::encode_audio(chunk.samples, chunk.rate, encoded_);
  send_message(encoded_);
  if (!sent_speech_) return receiver_.exchange().note_sent();
  expect_answer(chunk.pushed_at);
  receiver_.note_user_end(chunk.pushed_at);
}

void Session::Impl::send(const input::ActivityStart &) {
  if (std::exchange(in_activity_, true)) return;
  send_message(wire::encode_activity_start());
  expect_answer(options_.now());
}

void Session::Impl::send(const input::ActivityEnd &) {
  // What the service has heard of it, by its own word, wants its end.
  if (!in_activity_ && resend_buffer_.is_exact()) send(input::ActivityStart{});
  if (!std::exchange(in_activity_, false)) return;
  send_message(wire::encode_activity_end());
  expect_answer(options_.now());
  receiver_.note_user_end(options_.now());
}

void Session::Impl::expect_answer(std::int64_t said) {
  last_question_ = options_.now();
  receiver_.exchange().ask();
  deadlines_.expect_answer(last_question_, said);
}

void Session::Impl::send(const input::AudioStreamEnd &) {
  send_message(wire::encode_audio_stream_end());
}

void Session::Impl::send(const input::TypedText &typed) {
  if (typed.turn_complete && sends_realtime_text()) {
    if (typed.text.empty()) return;  // would be refused
    send_message(wire::encode_realtime_text(typed.text));
  } else {
    send_message(wire::encode_client_content(typed.text, typed.turn_complete));
  }
  if (!typed.turn_complete) return receiver_.exchange().note_sent();
  expect_answer(options_.now());
  receiver_.note_user_end(options_.now());
}

bool Session::Impl::sends_realtime_text() const {
  const auto mode = *options_.config.text_mode;
  if (mode != TextMode::automatic) return mode == TextMode::realtime;
  // These take clientContent for seeding only.
  return options_.endpoint.model.find("3.1") != std::string::npos;
}

void Session::Impl::send(const input::Content &content) {
  send_message(content.message);
  if (!content.turn_complete) return receiver_.exchange().note_sent();
  expect_answer(options_.now());
  receiver_.note_user_end(options_.now());
}

void Session::Impl::send(const input::ToolResponse &response) {
  if (!tool_call_handler_.is_current(response.call)) return;  // it was told as cancelled
  send_message(response.message);
  if (response.is_last)
    receiver_.exchange().answer_call(response.call.id, response.is_silent, options_.now());
}

void Session::Impl::send(const input::EndOfInput &) {
  next_picture_.stop();
  send_picture();
  sent_messages_ = 0;  // the picture is counted by itself
  const auto now = options_.now();
  receiver_.exchange().end_input(now);
  if (!receiver_.has_user_ended()) receiver_.note_user_end(now);
}

void Session::Impl::send_message(const std::string &text) {
  ++sent_messages_;
  connection_->send(text);
}

/// At once, and then at most once a second.
void Session::Impl::report_drops() {
  if (next_drop_report_.running()) return;
  const auto duration = options_.input_queue->take_dropped();
  if (duration.count() == 0) return;
  dropped_ += duration;
  next_drop_report_.start(1s, [this] { report_drops(); });
  notify(notice::BacklogDropped{.duration = duration, .total = dropped_});
}

}  // namespace gemlive
