// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "receiver.hpp"

#include <utility>

#include "base64.hpp"
#include "pcm.hpp"
#include "text.hpp"

namespace gemlive {

using text::printable;

Receiver::Receiver(Options options) : options_(std::move(options)), exchange_(options_.patience) {}

bool Receiver::handle(const ServerEvent &event, GBytes *message, std::int64_t now) {
  if (finished_ && !std::holds_alternative<Usage>(event)) return true;
  const bool is_end = std::holds_alternative<TurnComplete>(event);
  if (is_end && !has_answer() && std::exchange(late_completion_due_, false)) return false;
  message_ = message;
  now_ = now;
  std::visit([this](const auto &known) { on(known); }, event);
  message_ = nullptr;
  return true;
}

void Receiver::on(const Audio &event) {
  auto &turn = answering_turn();
  is_audible_ = true;
  if (turn.cut_by() == TurnReport::Cut::locally) return;
  start(turn);
  const auto bytes = base64::decoded_size(event.base64);
  auto &audio = options_.streams->audio;
  const auto pushed = audio.push_audio(message_, event.base64, event.rate, now_, turn.number());
  if (pushed != output::PushResult::ok || !bytes) return report_drop(pushed);
  playout_.add(pcm::duration(*bytes, event.rate), now_);
  exchange_.set_playing_until(turn.add_audio(event.base64, *bytes, event.rate, now_));
  is_audible_ = turn.is_audible();
}

void Receiver::report_drop(output::PushResult how) {
  const char *text = how == output::PushResult::overflowed
                         ? "Output queue full (5 minutes of audio): downstream of gemlivesrc is "
                           "not consuming. Audio is being dropped."
                         : "The service sent audio that is not valid base64. It was dropped";
  warn_once(drop_reported_, {.kind = ErrorKind::bad_data, .message = text});
}

void Receiver::on(const UnknownMedia &event) {
  warn_once(media_reported_,
            {.kind = ErrorKind::bad_format,
             .message = "The service sent media of an unsupported type. It was dropped: " +
                        text::excerpt(event.mime_type)});
}

void Receiver::on(const Transcript &event) {
  const bool of_user = event.speaker == Speaker::user;
  auto &turn = of_user ? open_turn() : answering_turn();
  exchange_.note_activity(now_);
  Transcript clean = {.speaker = event.speaker,
                      .text = printable(event.text),
                      .finished = event.finished,
                      .language_code = printable(event.language_code),
                      .speaker_label = printable(event.speaker_label),
                      .words = printable(event.words)};
  turn.add_transcript(event.speaker, clean.text);
  auto &stream = of_user ? options_.streams->input_transcript : options_.streams->output_transcript;
  const auto due = of_user ? now_ : playout_.due(now_);
  stream.push_text(clean.text, due, turn.number(), playout_.position());
  if (clean.finished) end_item(stream);
  notify(std::move(clean));
}

void Receiver::on(const Text &event) {
  auto &turn = answering_turn();
  if (turn.cut_by() == TurnReport::Cut::locally) return;
  start(turn);
  exchange_.resume_turn();
  auto clean = printable(event.text);
  turn.add_text(clean);
  options_.streams->text.push_text(clean, playout_.due(now_), turn.number(), playout_.position());
  notify(Text{std::move(clean)});
}

/// May arrive before content of the model, or after turnComplete. Then no turn is interrupted.
void Receiver::on(const Interrupted &) {
  const bool is_answering = turn_ && turn_->has_content();
  const bool is_new = !is_answering || turn_->cut(TurnReport::Cut::by_server);
  if (!is_answering) interrupted_before_content_ = true;
  exchange_.interrupt(now_);
  const auto discarded = discard_output(options_.on_interrupt == OnInterrupt::keep);
  if (!is_new && discarded.count() == 0) return;
  options_.log(Log::Level::debug, "interrupted by the service, discarded %ld ms",
               Log::ms(discarded));
  ++options_.counters->interruptions;
  notify(notice::Interrupted{discarded});
}

void Receiver::on(const GenerationComplete &) {
  if (!turn_ || turn_->cut_by() == TurnReport::Cut::by_server) return;
  turn_->mark_generated(now_);
  late_completion_due_ = false;
  exchange_.complete_generation(now_);
  options_.log(Log::Level::debug, "turn %u: generation complete", turn_->number());
  // The service sends turnComplete only after the estimated playout; the output is complete now.
  for (auto *stream : {&options_.streams->audio, &options_.streams->output_transcript})
    end_item(*stream);
  notify(notice::GenerationComplete{});
}

void Receiver::on(const TurnComplete &event) {
  auto &turn = open_turn();
  const bool cut = turn.cut_by() == TurnReport::Cut::by_server ||
                   (!turn.has_content() && interrupted_before_content_);
  // May belong to an earlier turn, while this one continues. The next second shows it.
  const bool may_be_late =
      late_completion_due_ && turn.has_content() && !turn.is_generated() && !cut;
  late_completion_due_ = false;
  if (may_be_late)
    exchange_.complete_generation(now_);
  else
    exchange_.complete_turn(
        {.empty = !turn.has_content(), .interrupted = cut, .more_to_come = event.more_to_come},
        now_);
  close_turn({.reason = printable(event.reason), .status = printable(event.status)});
}

/// Ignored inside an answer, which ends by itself.
void Receiver::on(const WaitingForInput &) {
  if (has_answer()) return exchange_.note_activity(now_);
  exchange_.expect_input(now_);
}

void Receiver::on(const ToolCall &event) {
  answering_turn();
  exchange_.note_activity(now_);
  exchange_.add_call(event.id);
  notify(ToolCall{
      .id = printable(event.id), .name = printable(event.name), .args = printable(event.args)});
}

void Receiver::on(const ToolCallCancelled &event) {
  exchange_.cancel_call(event.id);
  notify(ToolCallCancelled{printable(event.id)});
}

void Receiver::on(const Usage &event) {
  notify(Usage{.counts = event.counts, .json = printable(event.json)});
}

void Receiver::on(const ServerMessage &event) {
  notify(ServerMessage{printable(event.json)});
}

void Receiver::note_user_end(std::int64_t at) {
  input_end_ = at;
  has_user_ended_ = true;
}

void Receiver::interrupt_locally() {
  const bool is_answering = turn_ && turn_->has_content();
  if (is_answering) turn_->cut(TurnReport::Cut::locally);
  const auto discarded = discard_output(false);
  exchange_.stop_playing();
  if (!is_answering && discarded.count() == 0) return;
  options_.log(Log::Level::debug, "interrupted locally, discarded %ld ms", Log::ms(discarded));
  ++options_.counters->interruptions;
  notify(notice::Interrupted{discarded});
}

void Receiver::assume_turn_complete(std::int64_t now) {
  now_ = now;
  if (!turn_) return;
  options_.log(Log::Level::info, "turn %u: assumed complete without turnComplete", turn_->number());
  close_turn();
}

bool Receiver::disconnect(std::int64_t now) {
  if (finished_) return false;
  for (const auto &id : exchange_.cancel_calls())
    notify(ToolCallCancelled{printable(id)});
  late_completion_due_ = false;
  return end_turn(now);
}

void Receiver::give_up_turn(std::int64_t now) {
  if (!turn_) return;
  end_turn(now);
  late_completion_due_ = true;
}

bool Receiver::end_turn(std::int64_t now) {
  now_ = now;
  if (!turn_) return false;
  const bool is_whole = exchange_.is_generated() && turn_->cut_by() != TurnReport::Cut::by_server;
  if (!is_whole) turn_->cut(TurnReport::Cut::by_server);
  exchange_.complete_turn({.interrupted = !is_whole}, now);
  close_turn();
  return is_whole;
}

void Receiver::finish(std::int64_t now) {
  now_ = now;
  if (turn_ && turn_->has_content()) {
    turn_->cut(TurnReport::Cut::locally);
    close_turn();
  }
  finished_ = true;
}

TurnReport &Receiver::open_turn() {
  if (!turn_) {
    turn_.emplace(++turns_);
    options_.log(Log::Level::debug, "turn %u opened", turns_);
  }
  return *turn_;
}

/// The turn for content of the model. Content after an interruption opens a new turn.
TurnReport &Receiver::answering_turn() {
  if (turn_ && turn_->cut_by() == TurnReport::Cut::by_server) {
    close_turn();
    late_completion_due_ = true;
  }
  interrupted_before_content_ = false;
  auto &turn = open_turn();
  if (turn.begin()) {
    exchange_.begin_turn(now_);
    end_item(options_.streams->input_transcript);
  } else {
    exchange_.note_activity(now_);
  }
  return turn;
}

/// Drops queued audio and the text beside it. Returns the duration of the audio.
std::chrono::nanoseconds Receiver::discard_output(bool keep) {
  auto &[audio, user, model, text] = *options_.streams;
  const auto discarded = audio.interrupt(keep);
  if (keep) return discarded;
  playout_.discard(discarded);
  for (auto *stream : {&model, &text})
    stream->interrupt(false);
  return discarded;
}

void Receiver::start(TurnReport &turn) {
  if (!turn.start(input_end_, now_)) return;
  input_end_.reset();
  options_.log(Log::Level::debug, "turn %u: first output", turn.number());
  notify(notice::TurnStarted{turn.first_audio_delay()});
}

void Receiver::close_turn(const TurnComplete &end) {
  const bool cut_before =
      std::exchange(interrupted_before_content_, false) && !turn_->has_content();
  const bool interrupted = turn_->cut_by() != TurnReport::Cut::none || cut_before;
  ++options_.counters->turns;
  if (!interrupted) ++complete_turns_;
  options_.streams->each([this](OutputStream &stream) { end_item(stream); });
  Notice notice = {.turn = turn_->number(),
                   .body = std::move(*turn_).summary(interrupted, end, now_)};
  options_.log(Log::Level::debug, "turn %u closed: %s, %ld ms of audio", notice.turn,
               interrupted ? "interrupted" : "complete",
               Log::ms(std::get<notice::TurnComplete>(notice.body).audio_duration));
  turn_.reset();
  options_.notify(notice);
}

void Receiver::notify(Notice::Body body) {
  options_.notify({.turn = turn_ ? turn_->number() : 0, .body = std::move(body)});
}

void Receiver::warn_once(bool &reported, Error error) {
  if (std::exchange(reported, true)) return;
  options_.log(Log::Level::warning, "%s", error.message.c_str());
  notify(notice::Warning{std::move(error)});
}

}  // namespace gemlive
