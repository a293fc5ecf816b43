// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the user and the model say, as text, and when the user said it.

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "receiver.hpp"
#include "text.hpp"

namespace gemlive {

using text::printable;

void Receiver::on(const Transcript &event) {
  const bool of_user = event.speaker == Speaker::user;
  Transcript clean = {.speaker = event.speaker,
                      .text = printable(event.text),
                      .finished = event.finished,
                      .language_code = printable(event.language_code),
                      .speaker_label = printable(event.speaker_label),
                      .words = printable(event.words),
                      .start_offset = event.start_offset,
                      .end_offset = event.end_offset};
  if (is_finished_ || is_late(event.speaker)) return report_late(std::move(clean));
  auto &turn = apply(of_user ? exchange_.user_transcript(now_) : exchange_.content(now_));
  if (!of_user) {
    turn.begin();
    if (turn.cut_by() == TurnReport::Cut::locally) return;
  }
  turn.add_transcript(event.speaker, clean.text);
  auto &stream = of_user ? options_.streams->input_transcript : options_.streams->output_transcript;
  const auto due = of_user ? now_ : playout_.due(now_);
  stream.push_text(clean.text, due, turn.number(), playout_.position(), said(clean));
  if (clean.finished) end_item(stream);
  notify(std::move(clean));
}

/// A transcript that comes with audio or text of an interrupted turn's successor is not late.
bool Receiver::is_late(Speaker speaker) const {
  if (speaker == Speaker::user) return exchange_.is_user_transcript_late();
  const bool is_cut = exchange_.turn() == Exchange::Turn::cut;
  return exchange_.is_model_transcript_late(now_) && !(is_cut && brings_content_);
}

/// Services promise no order between a transcript and `interrupted` or turnComplete. It belongs to
/// the turn that was interrupted or closed last, and begins none.
void Receiver::report_late(Transcript transcript) {
  const auto number = turn_ && !turn_->has_content() ? turns_ - 1 : turns_;
  if (number == 0) return;
  const bool of_user = transcript.speaker == Speaker::user;
  if (!of_user && turn_ && turn_->cut_by() == TurnReport::Cut::locally) return;
  if (turn_ && turn_->has_content()) turn_->add_transcript(transcript.speaker, transcript.text);
  auto &stream = of_user ? options_.streams->input_transcript : options_.streams->output_transcript;
  stream.push_text(transcript.text, now_, number, playout_.position(), said(transcript));
  end_item(stream);
  notify(Notice{.turn = number, .body = std::move(transcript)});
}

/// It is not part of a turn, since it may be taken back.
void Receiver::on(const InterimTranscript &event) {
  notify(InterimTranscript{.text = printable(event.text),
                           .language_code = printable(event.language_code),
                           .start_offset = event.start_offset,
                           .end_offset = event.end_offset});
}

input::SaidAt Receiver::said_at(AudioOffset offset) const {
  if (!offset || !options_.said_at) return {};
  return options_.said_at(*offset);
}

/// Offsets in the model's audio are not times of the input.
std::optional<output::Said> Receiver::said(const Transcript &transcript) const {
  if (transcript.speaker != Speaker::user) return {};
  const auto start = said_at(transcript.start_offset), end = said_at(transcript.end_offset);
  if (!start) return {};
  return output::Said{.at = *start,
                      .duration = std::max(end.value_or(*start) - *start, start->zero())};
}

void Receiver::on(const VoiceActivity &event) {
  if (event.start) exchange_.activity_started();
  notice::Activity activity{.start = event.start};
  const auto at = said_at(event.audio_offset);
  if (options_.is_paced && at)
    activity.since = std::chrono::microseconds(now_) - *at;
  else
    activity.running_time = at;
  notify(activity);
}

}  // namespace gemlive
