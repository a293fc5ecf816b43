// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The part of LiveSession that follows the user's speech: its transcripts, and the interpreter.

#include <glib.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "client.hpp"
#include "json_string.hpp"
#include "live_session.hpp"
#include "service_messages.hpp"

namespace gemlive::simulator {

namespace {

constexpr int interim_ms = 300;  // speech between interim transcriptions

std::string in_seconds(double seconds) {
  char text[32];
  g_ascii_formatd(text, sizeof text, "%.1f", seconds);
  return text;
}

}  // namespace

/// `start` and `end` in samples.
std::string LiveSession::transcribe_input(const char *field, std::int64_t start, std::int64_t end,
                                          bool finished, bool offsets) const {
  std::optional<messages::Offsets> at;
  if (offsets) at = {audio_input_->ms(start), audio_input_->ms(end)};
  return messages::transcription(
      field, "(" + in_seconds(audio_input_->seconds(end - start)) + " seconds of speech)", finished,
      at);
}

/// `start` and `end` in samples.
void LiveSession::answer_speech(std::int64_t start, std::int64_t end) {
  const double seconds = audio_input_ ? audio_input_->seconds(end - start) : 0;
  log("received " + in_seconds(seconds) + " s of speech");
  if (interpreter_delay_) return;
  Reply reply;
  reply.text =
      seconds > 0 ? "You spoke for " + in_seconds(seconds) + " seconds." : "I heard nothing.";
  if (setup_->input_transcription && seconds > 0) {
    auto transcription = transcribe_input("inputTranscription", start, end,
                                          service_ == Service::vertex, transcript_style_.offsets);
    if (transcript_style_.late)
      reply.late_transcription = std::move(transcription);
    else
      send_content(transcription);
  }
  request_answer(std::move(reply));
}

/// Sends a transcription of the speech so far, if the script wants that.
void LiveSession::send_interim_transcription() {
  if (!transcript_style_.interim || !setup_->input_transcription || !client_.is_open()) return;
  const auto end = audio_input_->samples();
  if (!audio_input_->speaking() && !in_activity_) return;
  if (audio_input_->ms(end - interim_sent_) < interim_ms) return;
  interim_sent_ = end;
  send_content(transcribe_input("interimInputTranscription", activity_start_, end, false,
                                transcript_style_.offsets && setup_->interim_offsets));
}

void LiveSession::hear_as_interpreter(const std::vector<std::byte> &bytes) {
  if (!interpreter_delay_ || !client_.is_open()) return;
  if (!interpreter_)
    interpreter_.emplace(audio_input_->rate(), *interpreter_delay_, context_.options.speed);
  interpreter_->hear(bytes, g_get_monotonic_time());
  send_interpretation();
}

/// Sends every piece that is due, and starts a timer for the next one. The turn never ends.
void LiveSession::send_interpretation() {
  while (interpreter_ && !interpreter_->pieces().empty()) {
    const auto left = interpreter_->pieces().front().due_us - g_get_monotonic_time();
    if (left > 0)
      return timer_.start(std::chrono::milliseconds((left + 999) / 1000),
                          [this] { send_interpretation(); });
    const auto piece = std::move(interpreter_->pieces().front());
    interpreter_->pieces().pop_front();
    send_interpretation_piece(piece);
  }
}

void LiveSession::send_interpretation_piece(const Interpreter::Piece &piece) {
  if (turn_ == 0) {
    event("turn-started", "\"turn\":" + std::to_string(++turn_));
    client_.fire({Trigger::turn, turn_});
  }
  std::string words;
  if (piece.spoken) {
    const messages::Offsets at = {piece.spoken->start, piece.spoken->end};
    const auto offsets = transcript_style_.offsets ? std::optional(at) : std::nullopt;
    const auto length = in_seconds(static_cast<double>(at.end - at.start) / 1000) + " seconds ";
    const bool finished = piece.spoken->finished && service_ == Service::vertex;
    if (setup_->input_transcription)
      send_content(
          messages::transcription("inputTranscription", length + "of speech. ", finished, offsets));
    if (setup_->output_transcription)
      words = messages::transcription("outputTranscription", length + "interpreted. ", finished,
                                      offsets);
  }
  if (!piece.audio.empty() && interpreter_) {
    auto style = style_;
    style.rate = Interpreter::rate;
    Answer answer(
        style,
        {service_, {}, std::make_shared<const std::vector<std::byte>>(piece.audio), false, {}});
    while (!answer.done() && interpreter_)
      send_content(answer.next().content);
    said_file_.write(piece.audio);
    sent_bytes_ += static_cast<std::int64_t>(piece.audio.size());
    event("audio-sent", "\"bytes\":" + std::to_string(piece.audio.size()));
  }
  if (!words.empty() && interpreter_) send_content(words);
  if (piece.spoken && piece.spoken->finished && interpreter_) update_resumption(true);
  const auto ms = sent_bytes_ / 2 * 1000 / Interpreter::rate;
  if (interpreter_) client_.fire({Trigger::said, turn_, static_cast<int>(ms)});
}

}  // namespace gemlive::simulator
