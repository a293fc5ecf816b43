// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base64.hpp"
#include "close_reason.hpp"
#include "completion.hpp"
#include "loudness.hpp"
#include "text.hpp"
#include "turn.hpp"

namespace gemlive {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds drop_report_interval{1000};
constexpr milliseconds quiet{1000};  // after generationComplete and playback
constexpr unsigned too_many_bad_messages = 10;

milliseconds until(std::int64_t now, std::int64_t then) {
  return milliseconds(then > now ? (then - now + 999) / 1000 : 0);
}

}  // namespace

/// What is known of the connection and of what was said; the code around it decides.
struct Session::State {
  explicit State(Parts given) : parts(std::move(given)) {}

  Parts parts;
  std::unique_ptr<Transport> transport = {};
  wire::Decoder decoder = {};
  ConnectionState connection = ConnectionState::disconnected;
  std::string buffer = {};  // of the audio message being sent
  Timer deadline = {}, drop_report = {}, eos_timer = {}, quiet_timer = {};

  // What was said
  Loudness loudness = {};
  std::optional<std::int64_t> said_until = {};  // when the user's speech ended, as far as we know
  nanoseconds dropped_total{0};

  // What was answered
  Turn turn = {};
  Completion completion = {};
  bool muted = false;               // locally interrupted: the rest of the turn is not wanted
  bool server_interrupted = false;  // in this turn, or before the next one
  std::int64_t last_sign = 0;       // of the answer
  unsigned complete_turns = 0;
  unsigned bad_messages = 0;  // in a row
  std::set<std::string> warned = {};
  bool over = false;

  std::int64_t now() const { return parts.now(); }
  void tell(Notice::Fact fact) { parts.tell({.turn = turn.number(), .fact = std::move(fact)}); }
};

Session::Session(Parts parts) : state_(std::make_unique<State>(std::move(parts))) {}

Session::~Session() {
  auto &s = *state_;
  if (s.transport && s.connection != ConnectionState::failed) s.transport->close(1000, "");
}

void Session::start() {
  auto &s = *state_;
  set_connection(ConnectionState::connecting);
  const milliseconds timeout = *s.parts.config.connect_timeout;
  s.deadline.start(timeout, [this, timeout] {
    fail({.kind = ErrorKind::cannot_connect,
          .message = "The service did not answer within " + std::to_string(timeout.count()) +
                     " ms: check the network, or set a longer connect-timeout"});
  });
  ++s.parts.counters->connects;
  s.transport = s.parts.make_transport(*this);
  s.transport->connect({.url = s.parts.endpoint.url,
                        .headers = s.parts.endpoint.headers,
                        .tls_ca_file = *s.parts.config.tls_ca_file,
                        .keepalive_interval = *s.parts.config.keepalive_interval});
}

void Session::set_connection(ConnectionState connection) {
  state_->connection = connection;
  state_->parts.counters->connection = connection;
  state_->tell(notice::StateChanged{connection});
}

// The connection

void Session::opened() {
  auto &s = *state_;
  if (s.over) return;
  if (!s.transport->can_send()) return;  // writable() follows
  s.transport->send(s.parts.setup);
  ++s.parts.counters->messages_sent;
}

void Session::writable() {
  if (state_->connection == ConnectionState::connecting)
    opened();
  else
    drain();
}

void Session::closed(int code, const std::string &reason) {
  if (state_->over) return;
  fail(explain_close(code, reason));
}

void Session::failed(const Error &error) {
  if (state_->over) return;
  fail(error);
}

void Session::fail(const Error &error) {
  auto &s = *state_;
  if (std::exchange(s.over, true)) return;
  s.parts.log(Log::Level::warning, "conversation failed: %s", error.message.c_str());
  stop_timers();
  end_turn_early();
  s.transport->close(1000, "");
  set_connection(ConnectionState::failed);
  s.tell(notice::Failed{error});  // before anybody downstream sees the end
  s.parts.failed(error);
  finish();
}

void Session::finish() {
  state_->parts.outbox->close();
  state_->parts.streams->each([](Stream &stream) { stream.finish(); });
}

void Session::stop_timers() {
  auto &s = *state_;
  for (auto *timer : {&s.deadline, &s.drop_report, &s.eos_timer, &s.quiet_timer})
    timer->stop();
}

/// A turn that the connection's end cuts short is said to be.
void Session::end_turn_early() {
  auto &s = *state_;
  if (!s.turn.open()) return;
  s.turn.interrupt();
  const unsigned number = s.turn.number();
  s.parts.tell({.turn = number, .fact = s.turn.end("")});
}

void Session::message(GBytes *payload) {
  auto &s = *state_;
  ++s.parts.counters->messages_received;
  if (s.over) return;
  const auto events = s.decoder.decode(view(payload));
  if (!events) return bad_message(events.error());
  s.bad_messages = 0;
  for (const auto &event : *events) {
    if (s.over) return;
    std::visit(Overloaded{[&](const Audio &audio) { take(audio, payload); },
                          [&](const auto &fact) { take(fact); }},
               event);
  }
}

void Session::bad_message(const Error &error) {
  auto &s = *state_;
  if (++s.bad_messages >= too_many_bad_messages)
    return fail({.kind = ErrorKind::bad_data,
                 .message = "The server sends what is not the Live API: check the property uri",
                 .detail = error.detail.empty() ? error.message : error.detail});
  warn(error);
}

/// Once for each text, so that a server cannot flood the bus.
void Session::warn(const Error &error) {
  if (state_->warned.size() < 32 && state_->warned.insert(error.message).second)
    state_->tell(notice::Warning{error});
}

// What the server says

void Session::take(const SetupComplete &fact) {
  auto &s = *state_;
  if (s.connection != ConnectionState::connecting) return;
  s.deadline.stop();
  *s.parts.counters->session_id.lock() = fact.session_id;
  set_connection(ConnectionState::connected);
  s.tell(notice::Connected{.session_id = text::printable(fact.session_id)});
  drain();
}

void Session::take(const Audio &audio, GBytes *payload) {
  auto &s = *state_;
  const auto bytes = base64::decoded_size(audio.base64);
  if (!bytes)
    return warn({.kind = ErrorKind::bad_data,
                 .message = "The server sent audio that is not base64; it is left out"});
  sign_of_answer();
  if (s.muted) return;
  const unsigned number = s.turn.begin();
  const std::int64_t now = s.now();
  if (s.turn.add_audio(*bytes, audio.rate, now, s.said_until)) answer_started();
  if (!s.parts.streams->audio.push_audio(payload, audio.base64, audio.rate, now, number))
    warn({.kind = ErrorKind::bad_data,
          .message = "More audio is waiting than is kept, since nothing downstream takes it; the "
                     "rest of the answer is left out"});
}

void Session::take(const UnknownMedia &media) {
  warn({.kind = ErrorKind::bad_data,
        .message = "The server sent media of a kind that is not handled, and left out: " +
                   text::excerpt(media.mime_type)});
}

void Session::take(const Transcript &transcript) {
  auto &s = *state_;
  sign_of_answer();
  Transcript clean = transcript;
  clean.text = text::printable(transcript.text);
  const unsigned number = s.turn.begin();
  s.completion.turn_began();
  s.turn.add_transcript(transcript.speaker, clean.text);
  auto &stream = transcript.speaker == Speaker::user ? s.parts.streams->input_transcript
                                                     : s.parts.streams->output_transcript;
  if (!clean.text.empty()) stream.push_text(clean.text, s.now(), number);
  s.tell(std::move(clean));
}

void Session::take(const Text &fact) {
  auto &s = *state_;
  sign_of_answer();
  if (s.muted) return;
  Text clean{.text = text::printable(fact.text)};
  const unsigned number = s.turn.begin();
  if (s.turn.add_text(clean.text, s.now(), s.said_until)) answer_started();
  if (!clean.text.empty()) s.parts.streams->text.push_text(clean.text, s.now(), number);
  s.tell(std::move(clean));
}

void Session::answer_started() {
  auto &s = *state_;
  s.server_interrupted = false;
  s.completion.answer_began();
  s.tell(notice::TurnStarted{.since_input_end = s.turn.first_audio_delay()});
  s.said_until.reset();
}

void Session::take(const Interrupted &) {
  auto &s = *state_;
  const bool keep = *s.parts.config.on_interrupt == OnInterrupt::keep;
  const auto discarded = s.parts.streams->audio.interrupt(keep);
  ++s.parts.counters->interruptions;
  s.server_interrupted = true;
  if (s.turn.open()) s.turn.interrupt();
  // It may come after turnComplete, while the answer is still playing here.
  const unsigned number = s.turn.open() ? s.turn.number() : s.turn.last_number();
  s.parts.tell({.turn = number, .fact = notice::Interrupted{.discarded_duration = discarded}});
}

void Session::take(const GenerationComplete &) {
  auto &s = *state_;
  s.turn.begin();
  s.completion.turn_began();
  s.turn.generated();
  s.tell(notice::GenerationComplete{});
  s.parts.streams->each([](Stream &stream) { stream.end_turn(); });
  await_quiet();
}

void Session::take(const TurnComplete &fact) {
  end_turn(fact.reason, fact.more_to_come);
}

void Session::end_turn(const std::string &reason, bool more_to_come) {
  auto &s = *state_;
  const unsigned number = s.turn.begin();
  const bool empty = !s.turn.started();
  const bool owed = std::exchange(s.server_interrupted, false) || more_to_come;
  if (owed && !more_to_come) s.turn.interrupt();
  if (std::exchange(s.muted, false)) s.turn.interrupt();
  const auto summary = s.turn.end(text::printable(reason));
  ++s.parts.counters->turns;
  if (!summary.interrupted) ++s.complete_turns;
  s.parts.streams->each([](Stream &stream) { stream.end_turn(); });
  s.completion.turn_ended(owed, empty);
  s.quiet_timer.stop();
  s.parts.tell({.turn = number, .fact = summary});
  const unsigned limit = *s.parts.config.max_turns;
  if (limit != 0 && s.complete_turns >= limit) return complete();
  check_complete();
}

void Session::take(const ToolCall &call) {
  auto &s = *state_;
  sign_of_answer();
  s.turn.begin();
  s.completion.turn_began();
  s.completion.tool_called(call.id);
  s.tell(ToolCall{.id = text::printable(call.id),
                  .name = text::printable(call.name),
                  .args = text::printable(call.args)});
}

void Session::take(const ToolCallCancelled &cancelled) {
  state_->completion.tool_cancelled(cancelled.id);
  state_->tell(ToolCallCancelled{.id = text::printable(cancelled.id)});
  check_complete();
}

void Session::take(const Usage &usage) {
  state_->tell(usage);
}
void Session::take(const VoiceActivity &activity) {
  state_->tell(activity);
}
void Session::take(const GoAway &go_away) {
  state_->tell(go_away);
}
void Session::take(const ResumptionUpdate &update) {
  state_->tell(update);
}
void Session::take(const ServerMessage &message) {
  state_->tell(ServerMessage{.json = text::printable(message.json)});
}

// What is said to the server

void Session::drain() {
  auto &s = *state_;
  report_drops();
  while (s.connection == ConnectionState::connected && !s.over) {
    if (!s.parts.outbox->has_items() || !s.transport->can_send()) return;
    if (auto item = s.parts.outbox->pop())
      std::visit([this](auto &what) { send(std::move(what)); }, *item);
  }
}

void Session::send_text(const std::string &message) {
  state_->transport->send(message);
  ++state_->parts.counters->messages_sent;
}

void Session::send(Outbox::Chunk chunk) {
  auto &s = *state_;
  s.completion.input_resumed();
  s.completion.sent_audio();
  if (s.loudness.hear(chunk.samples)) {
    s.completion.said();
    s.said_until = chunk.pushed_at;
  }
  wire::encode_audio(chunk.samples, chunk.rate, s.buffer);
  send_text(s.buffer);
  s.parts.outbox->sent(std::move(chunk));
}

void Session::send(Outbox::ActivityStart) {
  send_text(wire::encode_activity_start());
}

void Session::send(Outbox::ActivityEnd) {
  auto &s = *state_;
  s.completion.said();
  s.said_until = s.now();
  send_text(wire::encode_activity_end());
}

void Session::send(Outbox::AudioStreamEnd) {
  send_text(wire::encode_audio_stream_end());
}

void Session::send(Outbox::TypedText typed) {
  auto &s = *state_;
  s.completion.input_resumed();
  if (typed.turn_complete) {
    s.completion.said();
    s.said_until = s.now();
  }
  // On 3.1 models clientContent is for seeding only (live-api.md 3.8).
  const bool realtime = typed.turn_complete && !typed.text.empty() &&
                        s.parts.endpoint.model.find("-3.1-") != std::string::npos;
  send_text(realtime ? wire::encode_realtime_text(typed.text)
                     : wire::encode_client_content(typed.text, typed.turn_complete));
}

void Session::send(Outbox::EndOfInput) {
  auto &s = *state_;
  if (!s.said_until) s.said_until = s.now();
  s.completion.input_ended();
  s.last_sign = s.now();
  await_end();
  await_quiet();
  check_complete();
}

void Session::report_drops() {
  auto &s = *state_;
  if (s.drop_report.running() || s.over) return;
  const nanoseconds dropped = s.parts.outbox->take_dropped();
  if (dropped.count() == 0) return;
  s.dropped_total += dropped;
  s.tell(notice::BacklogDropped{.duration = dropped, .total = s.dropped_total});
  s.drop_report.start(drop_report_interval, [this] { report_drops(); });
}

void Session::interrupt_locally() {
  auto &s = *state_;
  if (s.over) return;
  const auto discarded = s.parts.streams->audio.interrupt(false);
  ++s.parts.counters->interruptions;
  s.muted = s.turn.open() && !s.turn.is_generated();
  if (s.turn.open()) s.turn.interrupt();
  const unsigned number = s.turn.open() ? s.turn.number() : s.turn.last_number();
  s.parts.tell({.turn = number, .fact = notice::Interrupted{.discarded_duration = discarded}});
}

// The end

void Session::sign_of_answer() {
  state_->last_sign = state_->now();
}

void Session::check_complete() {
  if (!state_->over && state_->completion.is_complete()) complete();
}

void Session::complete() {
  auto &s = *state_;
  if (std::exchange(s.over, true)) return;
  stop_timers();
  finish();
}

/// eos-timeout: from the end of the input or the last sign of the answer, whichever is later.
void Session::await_end() {
  auto &s = *state_;
  const milliseconds timeout = *s.parts.config.eos_timeout;
  const std::int64_t due = s.last_sign + microseconds(timeout).count();
  s.eos_timer.start(until(s.now(), due), [this, timeout] {
    auto &s = *state_;
    if (!s.completion.has_ended()) return;
    if (s.now() < s.last_sign + microseconds(timeout).count()) return await_end();
    s.tell(notice::Warning{{.kind = ErrorKind::lost,
                            .message = "No (complete) answer within eos-timeout (" +
                                       std::to_string(timeout.count()) +
                                       " ms) of the end of the input: the stream ends without it; "
                                       "set a longer eos-timeout if the model needs more time"}});
    end_turn_early();
    complete();
  });
}

/// turnComplete sometimes never comes: second best is a quiet second after generationComplete and
/// the time that the answer takes to play.
void Session::await_quiet() {
  auto &s = *state_;
  if (!s.completion.has_ended() || !s.turn.open() || !s.turn.is_generated()) return;
  const auto due = [&s] {
    return std::max(s.last_sign, s.turn.playback_end()) + microseconds(quiet).count();
  };
  s.quiet_timer.start(until(s.now(), due()), [this, due] {
    auto &s = *state_;
    if (s.now() < due()) return await_quiet();
    s.parts.log(Log::Level::info, "no turnComplete after generationComplete: taken as complete");
    end_turn("", false);
  });
}

}  // namespace gemlive
