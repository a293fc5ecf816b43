// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The second half of LiveSession: turns, answers and interruptions.

#include <glib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "client.hpp"
#include "json_string.hpp"
#include "live_session.hpp"
#include "service_messages.hpp"
#include "tool_call_message.hpp"

namespace gemlive::simulator {

namespace {

constexpr int tokens_per_second = 25;
constexpr int instructions_tokens = 64;  // part of every prompt

std::chrono::milliseconds until(std::int64_t then_us) {
  return std::chrono::milliseconds(
      std::max<std::int64_t>(0, (then_us - g_get_monotonic_time() + 999) / 1000));
}

}  // namespace

void LiveSession::barge_in() {
  if (setup_->interruptible) interrupt();
}

void LiveSession::interrupt(bool turn_complete) {
  queued_replies_.clear();
  if (state_ == State::idle) return;
  log("interrupted");
  timer_.stop();
  const auto late = take_late_transcriptions();
  answer_.reset();
  state_ = State::idle;
  send_content("\"interrupted\":true");
  event("interrupted", "\"turn\":" + std::to_string(turn_));
  if (!pending_tool_calls_.empty()) {
    std::string ids;
    for (const auto &id : pending_tool_calls_)
      ids += (ids.empty() ? "" : ",") + json::quoted(id);
    client_.send(messages::tool_cancellation(ids));
    pending_tool_calls_.clear();
  }
  if (turn_complete && style_.interrupted_complete) {
    send_content("\"turnComplete\":true");
    event("turn-complete", "\"turn\":" + std::to_string(turn_));
  }
  for (const auto &transcription : late)
    send_content(transcription);
  update_resumption(true);
}

/// Answers now, or after the current answer if it must not be interrupted.
void LiveSession::request_answer(Reply reply) {
  if (!client_.is_open() || interpreter_delay_) return;
  if (state_ != State::idle)
    queued_replies_.push_back(std::move(reply));
  else
    begin_turn(std::move(reply));
}

void LiveSession::begin_turn(Reply reply) {
  ++turn_;
  state_ = State::generating;
  reply_ = std::move(reply);
  style_ = {};
  pending_tool_calls_.clear();
  event("turn-started", "\"turn\":" + std::to_string(turn_));
  update_resumption(false);
  client_.fire({Trigger::turn, turn_});
  if (state_ == State::generating && !answer_) start_answer();
}

Pcm LiveSession::synthesize(const std::string &text) {
  if (setup_->text) return {};
  auto &voice = context_.voice;
  if (style_.tone || voice.kind() == Voice::Kind::tone)
    return voice.tone(style_.tone.value_or(context_.options.tone_duration), turn_, style_.rate);
  return voice.speak(text, style_.rate);
}

void LiveSession::start_answer() {
  auto &text = reply_.text;
  if (!context_.options.say.empty() && !reply_.from_script) text = context_.options.say;
  if (style_.say) text = *style_.say;
  state_ = State::generating;
  log("answering \"" + text + '"');
  started_us_ = playback_end_us_ = g_get_monotonic_time();
  answer_.emplace(style_, Answer::Source{service_, text, synthesize(text),
                                         setup_->output_transcription, transcript_style_});
  if (said_file_.is_open() && sent_bytes_ == 0 && style_.rate != 24000)
    said_file_.open(recording_path("said"), style_.rate);
  send_due();
}

/// Sends every message of the answer that is due, and starts a timer for the next one.
void LiveSession::send_due() {
  const double speed = style_.speed.value_or(context_.options.speed);
  while (answer_ && !answer_->done()) {
    const auto offset = speed > 0 ? static_cast<double>(answer_->next_due_us()) / speed : 0;
    const auto due = started_us_ + static_cast<std::int64_t>(offset);
    if (due > g_get_monotonic_time()) return timer_.start(until(due), [this] { send_due(); });
    send_piece();
  }
  if (answer_ && state_ == State::generating) finish_generation();
}

void LiveSession::send_piece() {
  auto piece = answer_->next();
  const bool ends = answer_->done() && style_.bundle_end;
  if (ends) piece.content += ",\"generationComplete\":true," + end_members();
  send_content(piece.content, ends ? usage() : "");
  if (!answer_ || piece.audio.empty()) return;  // sending can end the session
  said_file_.write(piece.audio);
  sent_bytes_ += static_cast<std::int64_t>(piece.audio.size());
  playback_end_us_ =
      std::max(playback_end_us_, g_get_monotonic_time()) + answer_->duration_us(piece.audio.size());
  event("audio-sent", "\"bytes\":" + std::to_string(piece.audio.size()));
  const auto ms = static_cast<int>(answer_->duration_us(answer_->sent()) / 1000);
  client_.fire({Trigger::said, turn_, ms});
}

/// `members` go into serverContent, `beside` next to it.
void LiveSession::send_content(const std::string &members, const std::string &beside) {
  auto message = messages::server_content(members);
  message.pop_back();
  if (!beside.empty()) message += ',' + beside;
  const bool in_style = answer_ || interpreter_;
  if (in_style && !style_.extra.empty()) message += ',' + style_.extra;
  client_.send(message + '}', in_style ? style_.framing : Framing{});
}

void LiveSession::finish_generation() {
  state_ = State::playing;
  if (style_.generation_complete && !style_.bundle_end) send_content("\"generationComplete\":true");
  event("generation-complete", "\"turn\":" + std::to_string(turn_));
  client_.fire({Trigger::generated, turn_});
  if (state_ != State::playing || !client_.is_open()) return;
  if (style_.bundle_end ||
      (style_.turn_complete && context_.options.turn_complete == TurnComplete::now))
    return complete_turn();
  timer_.start(until(playback_end_us_), [this] { complete_turn(); });
}

void LiveSession::complete_turn() {
  const bool silent =
      !style_.turn_complete || context_.options.turn_complete == TurnComplete::never;
  if (!silent || style_.bundle_end) {
    if (!style_.bundle_end) send_content(end_members(), usage());
    event("turn-complete", "\"turn\":" + std::to_string(turn_));
    log("turn complete");
  }
  for (const auto &transcription : take_late_transcriptions())
    send_content(transcription);
  answer_.reset();
  state_ = State::idle;
  update_resumption(true);
  client_.fire({Trigger::complete, turn_});
  if (state_ != State::idle || queued_replies_.empty() || !client_.is_open()) return;
  auto next = std::move(queued_replies_.front());
  queued_replies_.pop_front();
  begin_turn(std::move(next));
}

/// Returns the transcriptions that follow turnComplete: of the question, then of the answer.
std::vector<std::string> LiveSession::take_late_transcriptions() {
  std::vector<std::string> transcriptions;
  if (answer_) transcriptions = answer_->late_transcriptions();
  auto question = std::exchange(reply_.late_transcription, {});
  if (!question.empty()) transcriptions.insert(transcriptions.begin(), std::move(question));
  return transcriptions;
}

std::string LiveSession::end_members() const {
  std::string members = "\"turnComplete\":true";
  if (!style_.reason.empty()) members += ",\"turnCompleteReason\":" + json::quoted(style_.reason);
  if (!style_.status.empty()) members += ",\"interactionStatus\":" + json::quoted(style_.status);
  return members;
}

std::string LiveSession::usage() const {
  if (!style_.usage) return {};
  const double seconds = audio_input_ ? audio_input_->seconds(audio_input_->samples()) : 0;
  messages::Usage usage;
  usage.prompt_text = instructions_tokens + 16 * (turn_ - 1);
  usage.prompt_audio = static_cast<int>(std::lround(seconds * tokens_per_second));
  usage.text = setup_->text;
  const auto length = static_cast<double>(answer_->duration_us(answer_->sent())) / 1e6;
  usage.response = usage.text ? static_cast<int>(answer_->text().size() / 4 + 1)
                              : static_cast<int>(std::lround(length * tokens_per_second));
  return messages::usage(usage, service_);
}

void LiveSession::call_tool(const ToolCall &call) {
  if (state_ == State::idle) {
    ++turn_;
    style_ = {};
    event("turn-started", "\"turn\":" + std::to_string(turn_));
  }
  if (!answer_) state_ = State::waiting;
  auto id = call.id;
  if (id.empty() && service_ == Service::developer)
    id = "function-call-" + std::to_string(++generated_ids_);
  pending_tool_calls_.insert(id.empty() ? call.name : id);
  log("calling tool " + call.name);
  if (call.partial == 0) return client_.send(messages::tool_call(call.name, call.args, id));
  for (const auto &message : messages::partial_tool_call(call.name, call.args, id, call.partial))
    client_.send(message);
}

/// Sends a resumption update: with a handle if `resumable`, without one during an answer.
void LiveSession::update_resumption(bool resumable) {
  handle_timer_.stop();
  if (!resumable || handle_delay_.count() == 0) return send_resumption_update(resumable);
  handle_timer_.start(handle_delay_, [this] { send_resumption_update(true); });
}

void LiveSession::send_resumption_update(bool resumable) {
  if (!setup_->resumption || !client_.is_open()) return;
  std::string handle;
  if (resumable) {
    handle =
        "simulated-" + std::to_string(client_.number()) + '-' + std::to_string(++handles_issued_);
    context_.handles[handle] = setup_->model;
  }
  const auto consumed = setup_->transparent ? std::optional(received_messages_) : std::nullopt;
  client_.send(messages::resumption_update(handle, consumed));
}

}  // namespace gemlive::simulator
