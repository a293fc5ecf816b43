// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the input_queue holds, on its way to the service.

#include <utility>

#include "pcm.hpp"
#include "session.hpp"

namespace gemlive {

using namespace std::chrono_literals;

void Session::drain() {
  report_drops();
  send_picture();
  while (phase_ == Phase::connected && !finished_ && has_unsent() && !is_held_back()) {
    if (!connection_->can_send()) {
      vigil_.blocked(parts_.now());
      break;
    }
    vigil_.sent();
    send_next();
  }
  if (phase_ == Phase::connected && (is_held_back() || !has_unsent())) vigil_.sent();
  send_picture();
  check();
}

bool Session::has_unsent() {
  return replay_.next() || parts_.input_queue->has_items();
}

/// In PAUSED nothing is said again, and what came later waits behind it.
bool Session::is_held_back() {
  return replay_.next() && parts_.input_queue->is_paused();
}

void Session::send_next() {
  if (const auto *item = replay_.next()) return send_again(*item);
  auto item = parts_.input_queue->pop();
  if (!item) return;
  sent_messages_ = 0;
  sent_speech_ = false;
  std::visit([this](const auto &content) { send(content); }, *item);
  if (const auto *chunk = std::get_if<input::Chunk>(&*item))
    parts_.input_queue->sent(chunk->samples.size());
  replay_.sent(std::move(*item), sent_messages_, sent_speech_);
}

void Session::send_again(const input::Item &item) {
  sent_messages_ = 0;
  std::visit([this](const auto &content) { send(content); }, item);
  if (const auto *chunk = std::get_if<input::Chunk>(&item))
    parts_.counters->replayed += chunk->samples.size();
  replay_.sent_next(sent_messages_);
}

/// Those that come before the next is due replace each other. What is said again comes first.
void Session::send_picture() {
  if (next_picture_.running() || replay_.next()) return;
  if (phase_ != Phase::connected || !connection_->can_send()) return;
  const auto picture = parts_.pictures->take();
  if (!picture) return;
  send_message(wire::encode_picture(*picture));
  replay_.sent_other();
  if (const auto interval = *parts_.config.picture_interval; interval > 0ms)
    next_picture_.start(interval, [this] { send_picture(); });
}

void Session::send(const input::Chunk &chunk) {
  // Its start may have been said on another connection, and be too old to be said again.
  if (*parts_.config.activity_detection == ActivityDetection::manual && !in_activity_)
    send(input::ActivityStart{});
  sent_speech_ = level_.is_loud(chunk.samples, chunk.rate);
  wire::encode_audio(chunk.samples, chunk.rate, encoded_);
  send_message(encoded_);
  if (!sent_speech_) return dialogue_.conclusion().sent();
  asked(chunk.pushed_at);
  dialogue_.user_ended(chunk.pushed_at);
}

void Session::send(const input::ActivityStart &) {
  if (std::exchange(in_activity_, true)) return;
  send_message(wire::encode_activity_start());
  asked(parts_.now());
}

void Session::send(const input::ActivityEnd &) {
  // What the service has heard of it, by its own word, wants its end.
  if (!in_activity_ && replay_.is_exact()) send(input::ActivityStart{});
  if (!std::exchange(in_activity_, false)) return;
  send_message(wire::encode_activity_end());
  asked(parts_.now());
  dialogue_.user_ended(parts_.now());
}

void Session::asked(std::int64_t said) {
  last_asked_ = parts_.now();
  dialogue_.conclusion().asked();
  vigil_.asked(last_asked_, said);
}

void Session::send(const input::AudioStreamEnd &) {
  send_message(wire::encode_audio_stream_end());
}

void Session::send(const input::TypedText &typed) {
  if (typed.turn_complete && types_in_real_time()) {
    if (typed.text.empty()) return;  // would be refused
    send_message(wire::encode_realtime_text(typed.text));
  } else {
    send_message(wire::encode_client_content(typed.text, typed.turn_complete));
  }
  if (!typed.turn_complete) return dialogue_.conclusion().sent();
  asked(parts_.now());
  dialogue_.user_ended(parts_.now());
}

bool Session::types_in_real_time() const {
  const auto mode = *parts_.config.text_mode;
  if (mode != TextMode::automatic) return mode == TextMode::realtime;
  // These take clientContent for seeding only.
  return parts_.endpoint.model.find("3.1") != std::string::npos;
}

void Session::send(const input::Content &content) {
  send_message(content.message);
  if (!content.turn_complete) return dialogue_.conclusion().sent();
  asked(parts_.now());
  dialogue_.user_ended(parts_.now());
}

void Session::send(const input::ToolResponse &response) {
  if (!tools_.is_current(response.call)) return;  // it was told as cancelled
  send_message(response.message);
  if (response.is_last)
    dialogue_.conclusion().tool_answered(response.call.id, response.is_silent, parts_.now());
}

void Session::send(const input::EndOfInput &) {
  next_picture_.stop();
  send_picture();
  sent_messages_ = 0;  // the picture is counted by itself
  const auto now = parts_.now();
  dialogue_.conclusion().input_ended(now);
  if (!dialogue_.has_user_ended()) dialogue_.user_ended(now);
}

void Session::send_message(const std::string &text) {
  ++sent_messages_;
  connection_->send(text);
}

/// At once, and then at most once a second.
void Session::report_drops() {
  if (next_drop_report_.running()) return;
  const auto duration = parts_.input_queue->take_dropped();
  if (duration.count() == 0) return;
  dropped_ += duration;
  next_drop_report_.start(1s, [this] { report_drops(); });
  tell(notice::BacklogDropped{.duration = duration, .total = dropped_});
}

}  // namespace gemlive
