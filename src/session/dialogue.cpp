// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dialogue.hpp"

#include <utility>

#include "base64.hpp"
#include "pcm.hpp"
#include "text.hpp"

namespace gemlive {

using text::printable;

Dialogue::Dialogue(Parts parts) : parts_(std::move(parts)), conclusion_(parts_.patience) {}

bool Dialogue::take(const ServerEvent &fact, GBytes *message, std::int64_t now) {
  if (finished_ && !std::holds_alternative<Usage>(fact)) return true;
  const bool is_end = std::holds_alternative<TurnComplete>(fact);
  if (is_end && !has_answer() && std::exchange(owes_completion_, false)) return false;
  message_ = message;
  now_ = now;
  std::visit([this](const auto &known) { on(known); }, fact);
  message_ = nullptr;
  return true;
}

void Dialogue::on(const Audio &fact) {
  auto &turn = answering_turn();
  is_audible_ = true;
  if (turn.how_cut() == Turn::Cut::locally) return;
  start(turn);
  const auto bytes = base64::decoded_size(fact.base64);
  auto &audio = parts_.streams->audio;
  const auto pushed = audio.push_audio(message_, fact.base64, fact.rate, now_, turn.number());
  if (pushed != output::PushResult::ok || !bytes) return dropped(pushed);
  playback_.add(pcm::duration(*bytes, fact.rate), now_);
  conclusion_.playing_until(turn.add_audio(fact.base64, *bytes, fact.rate, now_));
  is_audible_ = turn.is_audible();
}

void Dialogue::dropped(output::PushResult how) {
  const char *text = how == output::PushResult::overflowed
                         ? "Audio was dropped, for five minutes of it wait already: the source's "
                           "downstream does not take it; see what blocks there"
                         : "Audio was dropped, for it is not base64";
  warn_once(told_of_dropped_, {.kind = ErrorKind::bad_data, .message = text});
}

void Dialogue::on(const UnknownMedia &fact) {
  warn_once(told_of_media_, {.kind = ErrorKind::bad_format,
                             .message = "The service sent media that cannot be handled, and is "
                                        "left out: " +
                                        text::excerpt(fact.mime_type)});
}

void Dialogue::on(const Transcript &fact) {
  const bool of_user = fact.speaker == Speaker::user;
  auto &turn = of_user ? open_turn() : answering_turn();
  conclusion_.sign(now_);
  Transcript clean = {.speaker = fact.speaker,
                      .text = printable(fact.text),
                      .finished = fact.finished,
                      .language_code = printable(fact.language_code),
                      .speaker_label = printable(fact.speaker_label),
                      .words = printable(fact.words)};
  turn.add_transcript(fact.speaker, clean.text);
  auto &stream = of_user ? parts_.streams->input_transcript : parts_.streams->output_transcript;
  const auto due = of_user ? now_ : playback_.due(now_);
  stream.push_text(clean.text, due, turn.number(), playback_.position());
  if (clean.finished) end_item(stream);
  tell(std::move(clean));
}

void Dialogue::on(const Text &fact) {
  auto &turn = answering_turn();
  if (turn.how_cut() == Turn::Cut::locally) return;
  start(turn);
  conclusion_.went_on();
  auto clean = printable(fact.text);
  turn.add_text(clean);
  parts_.streams->text.push_text(clean, playback_.due(now_), turn.number(), playback_.position());
  tell(Text{std::move(clean)});
}

/// It may come before the model has said anything, and behind turnComplete: then there is no turn
/// to mark.
void Dialogue::on(const Interrupted &) {
  const bool is_answering = turn_ && turn_->has_content();
  const bool is_new = !is_answering || turn_->cut(Turn::Cut::by_server);
  if (!is_answering) cut_before_content_ = true;
  conclusion_.interrupted(now_);
  const auto discarded = silence(parts_.on_interrupt == OnInterrupt::keep);
  if (!is_new && discarded.count() == 0) return;
  ++parts_.counters->interruptions;
  tell(notice::Interrupted{discarded});
}

void Dialogue::on(const GenerationComplete &) {
  if (!turn_ || turn_->how_cut() == Turn::Cut::by_server) return;
  turn_->generated(now_);
  owes_completion_ = false;
  conclusion_.generation_complete(now_);
  // Nothing more comes of it though the server waits with turnComplete until it has been played.
  for (auto *stream : {&parts_.streams->audio, &parts_.streams->output_transcript})
    end_item(*stream);
  tell(notice::GenerationComplete{});
}

void Dialogue::on(const TurnComplete &fact) {
  auto &turn = open_turn();
  const bool cut =
      turn.how_cut() == Turn::Cut::by_server || (!turn.has_content() && cut_before_content_);
  // It may be what the server still owed, and this turn go on: the next second will tell.
  const bool is_doubtful = owes_completion_ && turn.has_content() && !turn.is_generated() && !cut;
  owes_completion_ = false;
  if (is_doubtful)
    conclusion_.generation_complete(now_);
  else
    conclusion_.turn_complete(
        {.empty = !turn.has_content(), .interrupted = cut, .more_to_come = fact.more_to_come},
        now_);
  close_turn({.reason = printable(fact.reason), .status = printable(fact.status)});
}

/// In an answer it would be premature: that ends by itself.
void Dialogue::on(const WaitingForInput &) {
  if (has_answer()) return conclusion_.sign(now_);
  conclusion_.waiting_for_input(now_);
}

void Dialogue::on(const ToolCall &fact) {
  answering_turn();
  conclusion_.sign(now_);
  conclusion_.tool_called(fact.id);
  tell(ToolCall{
      .id = printable(fact.id), .name = printable(fact.name), .args = printable(fact.args)});
}

void Dialogue::on(const ToolCallCancelled &fact) {
  conclusion_.tool_cancelled(fact.id);
  tell(ToolCallCancelled{printable(fact.id)});
}

void Dialogue::on(const Usage &fact) {
  tell(Usage{.counts = fact.counts, .json = printable(fact.json)});
}

void Dialogue::on(const ServerMessage &fact) {
  tell(ServerMessage{printable(fact.json)});
}

void Dialogue::user_ended(std::int64_t at) {
  input_end_ = at;
  has_user_ended_ = true;
}

void Dialogue::interrupt_locally() {
  const bool is_answering = turn_ && turn_->has_content();
  if (is_answering) turn_->cut(Turn::Cut::locally);
  const auto discarded = silence(false);
  conclusion_.silenced();
  if (!is_answering && discarded.count() == 0) return;
  ++parts_.counters->interruptions;
  tell(notice::Interrupted{discarded});
}

void Dialogue::assume_complete(std::int64_t now) {
  now_ = now;
  if (!turn_) return;
  parts_.log(Log::Level::info, "turn %u is taken as complete: turnComplete did not come",
             turn_->number());
  close_turn();
}

bool Dialogue::cut_off(std::int64_t now) {
  if (finished_) return false;
  for (const auto &id : conclusion_.cancel_calls())
    tell(ToolCallCancelled{printable(id)});
  owes_completion_ = false;
  return end_turn(now);
}

void Dialogue::abandon_turn(std::int64_t now) {
  if (!turn_) return;
  end_turn(now);
  owes_completion_ = true;
}

bool Dialogue::end_turn(std::int64_t now) {
  now_ = now;
  if (!turn_) return false;
  const bool is_whole = conclusion_.is_generated() && turn_->how_cut() != Turn::Cut::by_server;
  if (!is_whole) turn_->cut(Turn::Cut::by_server);
  conclusion_.turn_complete({.interrupted = !is_whole}, now);
  close_turn();
  return is_whole;
}

void Dialogue::finish(std::int64_t now) {
  now_ = now;
  if (turn_ && turn_->has_content()) {
    turn_->cut(Turn::Cut::locally);
    close_turn();
  }
  finished_ = true;
}

Turn &Dialogue::open_turn() {
  if (!turn_) turn_.emplace(++turns_);
  return *turn_;
}

/// The turn that something of the model's belongs to. What comes behind an interruption is new.
Turn &Dialogue::answering_turn() {
  if (turn_ && turn_->how_cut() == Turn::Cut::by_server) {
    close_turn();
    owes_completion_ = true;
  }
  cut_before_content_ = false;
  auto &turn = open_turn();
  if (turn.begin()) {
    conclusion_.turn_began(now_);
    end_item(parts_.streams->input_transcript);
  } else {
    conclusion_.sign(now_);
  }
  return turn;
}

/// What waits to be heard, or to be read beside it, is dropped. Returns how long the audio was.
std::chrono::nanoseconds Dialogue::silence(bool keep) {
  auto &[audio, user, model, text] = *parts_.streams;
  const auto discarded = audio.interrupt(keep);
  if (keep) return discarded;
  playback_.discard(discarded);
  for (auto *stream : {&model, &text})
    stream->interrupt(false);
  return discarded;
}

void Dialogue::start(Turn &turn) {
  if (!turn.start(input_end_, now_)) return;
  input_end_.reset();
  tell(notice::TurnStarted{turn.first_audio_delay()});
}

void Dialogue::close_turn(const TurnComplete &end) {
  const bool cut_before = std::exchange(cut_before_content_, false) && !turn_->has_content();
  const bool interrupted = turn_->how_cut() != Turn::Cut::none || cut_before;
  ++parts_.counters->turns;
  if (!interrupted) ++complete_turns_;
  parts_.streams->each([this](OutputStream &stream) { end_item(stream); });
  Notice notice = {.turn = turn_->number(),
                   .fact = std::move(*turn_).summary(interrupted, end, now_)};
  turn_.reset();
  parts_.tell(notice);
}

void Dialogue::tell(Notice::Fact fact) {
  parts_.tell({.turn = turn_ ? turn_->number() : 0, .fact = std::move(fact)});
}

void Dialogue::warn_once(bool &told, Error error) {
  if (std::exchange(told, true)) return;
  parts_.log(Log::Level::warning, "%s", error.message.c_str());
  tell(notice::Warning{std::move(error)});
}

}  // namespace gemlive
