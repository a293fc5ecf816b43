// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "receiver.hpp"

#include <algorithm>
#include <utility>

#include "base64.hpp"
#include "pcm.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

constexpr std::int64_t skip_report_interval = 1'000'000;

}  // namespace

using text::printable;

Receiver::Receiver(Options options, Exchange &exchange)
    : options_(std::move(options)), exchange_(exchange) {}

void Receiver::take(const ServerEvent &event, const Message &message, std::int64_t now,
                    bool brings_content) {
  const bool is_late = std::holds_alternative<Usage>(event) ||
                       std::holds_alternative<Transcript>(event) ||
                       std::holds_alternative<ResumptionUpdate>(event);
  if (is_finished_ && !is_late) return;
  message_ = &message;
  brings_content_ = brings_content;
  now_ = now;
  if (options_.limits_lag) take_skipped();
  std::visit([this](const auto &known) { on(known); }, event);
  message_ = nullptr;
}

/// The report of the turn that an event belongs to.
TurnReport &Receiver::apply(Exchange::Change change) {
  if (change.closes) close_turn();
  if (!turn_) {
    turn_.emplace(++turns_);
    options_.log(Log::Level::debug, "turn %u opened", turns_);
  }
  if (change.answers) end_item(options_.streams->input_transcript);
  return *turn_;
}

void Receiver::on(const Audio &event) {
  const auto bytes = base64::decoded_size(event.base64);
  auto &turn = apply(exchange_.content(now_, false));
  turn.begin();
  if (turn.cut_by() == TurnReport::Cut::locally) return exchange_.progress(now_);
  start();
  auto &audio = options_.streams->audio;
  const auto pushed = audio.push_audio(*message_, event.base64, event.rate, now_, turn.number());
  if (pushed != output::PushResult::ok || !bytes) {
    exchange_.progress(now_);
    return report_drop(pushed);
  }
  playout_.add(pcm::duration(*bytes, event.rate), now_);
  const auto end = turn.add_audio(event.base64, *bytes, event.rate, now_);
  exchange_.playing_until(end);
  if (turn.is_audible()) exchange_.progress(std::max(end, now_));
}

void Receiver::report_drop(output::PushResult how) {
  const char *text =
      how == output::PushResult::overflowed
          ? "Output queue full (50 minutes of audio): downstream of gemlivesrc is not "
            "consuming. Audio is being dropped"
          : "The service sent audio that is not valid base64. It was dropped";
  warn_once(drop_reported_, {.kind = ErrorKind::bad_data, .message = text});
}

void Receiver::on(const UnknownMedia &event) {
  warn_once(media_reported_,
            {.kind = ErrorKind::bad_format,
             .message = "The service sent media of an unsupported type. It was dropped: " +
                        text::excerpt(event.mime_type)});
}

void Receiver::on(const Text &event) {
  auto &turn = apply(exchange_.content(now_));
  turn.begin();
  if (turn.cut_by() == TurnReport::Cut::locally) return;
  start();
  auto clean = printable(event.text);
  turn.add_text(clean);
  options_.streams->text.push_text(clean, playout_.due(now_), turn.number(), playout_.position());
  notify(Text{std::move(clean)});
}

/// It may arrive before the model's first content or after turnComplete: then there is no turn to
/// mark.
void Receiver::on(const Interrupted &) {
  const bool is_answering = turn_ && turn_->has_content();
  const bool is_new = !is_answering || turn_->cut(TurnReport::Cut::by_server);
  exchange_.interrupted(now_);
  const auto discarded = discard_output(options_.on_interrupt == OnInterrupt::keep);
  if (!is_new && discarded.count() == 0) return;
  options_.log(Log::Level::debug, "interrupted by the service, discarded %ld ms",
               Log::ms(discarded));
  ++options_.counters->interruptions;
  notify(notice::Interrupted{discarded});
}

void Receiver::on(const GenerationComplete &) {
  if (!exchange_.generation_complete(now_) || !turn_) return;
  turn_->mark_generated(now_);
  options_.log(Log::Level::debug, "turn %u: generation complete", turn_->number());
  // Nothing more comes of it though the server waits with turnComplete until it has been played.
  for (auto *stream : {&options_.streams->audio, &options_.streams->output_transcript})
    end_item(*stream);
  notify(notice::GenerationComplete{});
}

void Receiver::on(const TurnComplete &event) {
  const bool is_last = !event.more_to_come && !event.status.empty();
  const auto change = exchange_.turn_complete(event.more_to_come, is_last, now_);
  if (!change) return;
  auto &turn = apply(*change);
  if (change->is_cut) turn.cut(TurnReport::Cut::by_server);
  close_turn({.reason = printable(event.reason),
              .more_to_come = event.more_to_come,
              .status = printable(event.status)});
}

void Receiver::on(const ToolCall &event) {
  auto &turn = apply(exchange_.tool_call(now_));
  turn.begin();
  turn.mark_call();
  notify(ToolCall{
      .id = printable(event.id), .name = printable(event.name), .args = printable(event.args)});
}

void Receiver::on(const ToolCallCancelled &event) {
  if (turn_ && exchange_.turn() == Exchange::Turn::cut) turn_->cut(TurnReport::Cut::by_server);
  notify(ToolCallCancelled{printable(event.id)});
}

void Receiver::on(const Usage &event) {
  notify(Usage{.counts = event.counts, .json = printable(event.json)});
}

/// Without the handle: notices reach logs.
void Receiver::on(const ResumptionUpdate &event) {
  notify(ResumptionUpdate{.resumable = event.resumable && !event.handle.empty()});
}

void Receiver::on(const ServerMessage &event) {
  notify(ServerMessage{printable(event.json)});
}

void Receiver::speech_ended(std::int64_t at) {
  input_end_ = at;
  has_speech_ended_ = true;
}

void Receiver::input_ended(std::int64_t at) {
  if (!has_speech_ended_) speech_ended(at);
}

void Receiver::interrupt_locally() {
  if (is_finished_) return;
  const bool is_answering = turn_ && turn_->has_content();
  if (is_answering) turn_->cut(TurnReport::Cut::locally);
  const auto discarded = discard_output(false);
  exchange_.dismiss();
  if (!is_answering && discarded.count() == 0) return;
  options_.log(Log::Level::debug, "interrupted locally, discarded %ld ms", Log::ms(discarded));
  ++options_.counters->interruptions;
  notify(notice::Interrupted{discarded});
}

void Receiver::assume_complete(std::int64_t now) {
  now_ = now;
  if (!turn_) return;
  options_.log(Log::Level::info, "turn %u: assumed complete without turnComplete", turn_->number());
  close_turn();
}

void Receiver::cut_off(bool was_whole, std::int64_t now) {
  now_ = now;
  if (!turn_ || is_finished_) return;
  if (!was_whole) turn_->cut(TurnReport::Cut::by_server);
  close_turn();
}

void Receiver::finish(std::int64_t now) {
  now_ = now;
  if (turn_ && turn_->has_content()) {
    turn_->cut(TurnReport::Cut::locally);
    close_turn();
  }
  is_finished_ = true;
  if (!options_.limits_lag) return;
  take_skipped();
  report_skipped();
}

/// The consumer skips audio to catch up. The text beside it is then due earlier.
void Receiver::take_skipped() {
  const auto skipped = options_.streams->audio.take_skipped();
  playout_.skip(skipped.duration);
  skipped_.duration += skipped.duration;
  skipped_.audible_duration += skipped.audible;
  skipped_.total += skipped.duration;
  if (now_ >= next_skip_report_) report_skipped();
}

void Receiver::report_skipped() {
  if (skipped_.duration.count() == 0) return;
  next_skip_report_ = now_ + skip_report_interval;
  options_.log(Log::Level::info, "skipped %ld ms of late output, %ld ms of it audible",
               Log::ms(skipped_.duration), Log::ms(skipped_.audible_duration));
  notify(skipped_);
  skipped_ = {.total = skipped_.total};
}

/// Drops queued audio and the text beside it. Returns the duration of the audio.
std::chrono::nanoseconds Receiver::discard_output(bool keep) {
  auto &streams = *options_.streams;
  const auto discarded = streams.audio.interrupt(keep);
  if (keep) return discarded;
  playout_.discard(discarded);
  for (auto *stream : {&streams.output_transcript, &streams.text})
    stream->interrupt(false);
  return discarded;
}

void Receiver::start() {
  if (!turn_->start(input_end_, now_)) return;
  input_end_.reset();
  options_.log(Log::Level::debug, "turn %u: first output", turn_->number());
  notify(notice::TurnStarted{turn_->first_audio_delay()});
}

void Receiver::close_turn(const TurnComplete &end) {
  const bool interrupted = turn_->cut_by() != TurnReport::Cut::none;
  const bool is_complete = !interrupted && !end.more_to_come;
  const bool is_perceptible = turn_->is_perceptible();
  if (is_complete && (is_perceptible || turn_->has_called())) ++complete_turns_;
  if (is_complete && is_perceptible) {
    is_interim_ = exchange_.has_pending_calls();
    if (!is_interim_) ++answers_;
  }
  ++options_.counters->turns;
  options_.streams->each([this](OutputStream &stream) { end_item(stream); });
  const auto missed = options_.streams->audio.missed(turn_->number());
  Notice notice = {.turn = turn_->number(),
                   .body = std::move(*turn_).summary(interrupted, end, now_, missed)};
  options_.log(Log::Level::debug, "turn %u closed: %s, %ld ms of audio", notice.turn,
               interrupted ? "interrupted" : "complete",
               Log::ms(std::get<notice::TurnComplete>(notice.body).audio_duration));
  turn_.reset();
  notify(notice);
}

void Receiver::notify(Notice::Body body) {
  notify(Notice{.turn = turn_ ? turn_->number() : 0, .body = std::move(body)});
}

void Receiver::notify(const Notice &notice) {
  if (notice_limit_.accept(notice, now_)) options_.notify(notice);
}

void Receiver::report_dropped_events(std::int64_t now) {
  const auto dropped = notice_limit_.report(now);
  if (!dropped) return;
  warn(
      {.kind = ErrorKind::bad_data,
       .message = "The service sends too many events: " + std::to_string(*dropped) +
                  " were not reported to the application (limit: " +
                  std::to_string(EventLimit::per_second) +
                  " a second). If uri is set, check that it is the address of a Live API service"});
}

void Receiver::warn_once(bool &reported, Error error) {
  if (!std::exchange(reported, true)) warn(std::move(error));
}

void Receiver::warn(Error error) {
  options_.log(Log::Level::warning, "%s", error.message.c_str());
  options_.notify({.turn = turn_ ? turn_->number() : 0, .body = notice::Warning{std::move(error)}});
}

}  // namespace gemlive
