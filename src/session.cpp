// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session.hpp"

#include <algorithm>
#include <utility>

#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_told_problems = 16;

}  // namespace

Session::Session(Parts parts)
    : parts_(std::move(parts)),
      dialogue_({.on_interrupt = *parts_.config.on_interrupt,
                 .patience = *parts_.config.eos_timeout,
                 .streams = parts_.streams,
                 .counters = parts_.counters,
                 .tell = parts_.tell,
                 .log = parts_.log}),
      recovery_(*parts_.config.max_retries, parts_.seed) {}

void Session::start() {
  set_state(ConnectionState::connecting);
  connect();
}

void Session::connect() {
  phase_ = Phase::connecting;
  recovery_.trying(false);
  Connection::Owner &owner = *this;
  connection_ = std::make_unique<Connection>(
      owner, Connection::Parts{.setup = parts_.setup,
                               .timeout = *parts_.config.connect_timeout,
                               .counters = parts_.counters,
                               .make_transport = parts_.make_transport,
                               .log = parts_.log});
  connection_->open({.url = parts_.endpoint.url,
                     .headers = parts_.endpoint.headers,
                     .tls_ca_file = *parts_.config.tls_ca_file,
                     .keepalive_interval = *parts_.config.keepalive_interval});
}

void Session::leave() {
  if (connection_) connection_->close();
  retired_ = std::exchange(connection_, nullptr);
  retirement_.start(0ms, [this] { retired_.reset(); });
}

void Session::on_setup_complete(const SetupComplete &fact) {
  phase_ = Phase::connected;
  recovery_.connected(parts_.now());
  const auto session_id = text::printable(fact.session_id);
  *parts_.counters->session_id.lock() = session_id;
  ++parts_.counters->connects;
  set_state(ConnectionState::connected);
  tell(notice::Connected{.session_id = session_id, .attempt = recovery_.attempt()});
  drain();
}

void Session::on_facts(std::span<const Event> facts, GBytes *message) {
  const auto now = parts_.now();
  for (const auto &fact : facts) {
    const auto *call = std::get_if<ToolCall>(&fact);
    if (call && refuses(*call)) continue;
    if (call) called(*call, now);  // first: the application may answer at once
    dialogue_.take(fact, message, now);
    if (const auto *cancelled = std::get_if<ToolCallCancelled>(&fact))
      parts_.tool_calls->cancel(cancelled->id);
    if (std::holds_alternative<TurnComplete>(fact)) recovery_.useful();
  }
  check_end();
}

void Session::on_bad_message(const Error &error) {
  const bool told = std::ranges::count(told_problems_, error.detail) > 0;
  if (told || told_problems_.size() >= max_told_problems) return;
  told_problems_.push_back(error.detail);
  tell(notice::Warning{error});
}

void Session::on_end(const Error &how) {
  leave();
  if (finished_) {
    phase_ = Phase::over;
    return set_state(ConnectionState::disconnected);
  }
  const auto now = parts_.now();
  const auto plan = recovery_.ended(how, now);
  if (!plan) return fail(how);
  phase_ = Phase::waiting;
  end_check_.stop();
  parts_.log(Log::Level::warning, "lost: %s [%s]; attempt %u in %d ms", how.message.c_str(),
             how.detail.c_str(), plan->attempt, static_cast<int>(plan->delay.count()));
  dialogue_.cut_off(now);
  parts_.tool_calls->forget();
  if (parts_.counters->state != ConnectionState::connecting) set_state(ConnectionState::connecting);
  ++parts_.counters->retries;
  tell(notice::Reconnecting{.attempt = plan->attempt,
                            .close_code = how.close_code,
                            .close_reason = how.close_reason,
                            .delay = plan->delay});
  retry_.start(plan->delay, [this] { connect(); });
}

void Session::drain() {
  report_drops();
  send_picture();
  while (phase_ == Phase::connected && parts_.outbox->has_items() && connection_->can_send())
    if (auto item = parts_.outbox->pop())
      std::visit([this](auto &content) { send(content); }, *item);
  check_end();
}

/// Those that come before the next is due replace each other.
void Session::send_picture() {
  if (next_picture_.running() || phase_ != Phase::connected || !connection_->can_send()) return;
  const auto picture = parts_.pictures->take();
  if (!picture) return;
  send_message(wire::encode_picture(*picture));
  if (const auto interval = *parts_.config.picture_interval; interval > 0ms)
    next_picture_.start(interval, [this] { send_picture(); });
}

void Session::send(Outbox::Chunk &chunk) {
  const bool is_loud = level_.is_loud(chunk.samples);
  wire::encode_audio(chunk.samples, chunk.rate, encoded_);
  send_message(encoded_);
  if (is_loud) {
    dialogue_.conclusion().asked();
    dialogue_.user_ended(chunk.pushed_at);
  } else {
    dialogue_.conclusion().sent();
  }
  parts_.outbox->sent(std::move(chunk));
}

void Session::send(Outbox::ActivityStart &) {
  send_message(wire::encode_activity_start());
  dialogue_.conclusion().asked();
}

void Session::send(Outbox::ActivityEnd &) {
  send_message(wire::encode_activity_end());
  dialogue_.conclusion().asked();
  dialogue_.user_ended(parts_.now());
}

void Session::send(Outbox::AudioStreamEnd &) {
  send_message(wire::encode_audio_stream_end());
}

void Session::send(Outbox::TypedText &typed) {
  if (typed.turn_complete && types_in_real_time()) {
    if (typed.text.empty()) return;  // would be refused
    send_message(wire::encode_realtime_text(typed.text));
  } else {
    send_message(wire::encode_client_content(typed.text, typed.turn_complete));
  }
  if (!typed.turn_complete) return dialogue_.conclusion().sent();
  dialogue_.conclusion().asked();
  dialogue_.user_ended(parts_.now());
}

bool Session::types_in_real_time() const {
  const auto mode = *parts_.config.text_mode;
  if (mode != TextMode::automatic) return mode == TextMode::realtime;
  // These take clientContent for seeding only.
  return parts_.endpoint.model.find("3.1") != std::string::npos;
}

void Session::send(Outbox::Content &content) {
  send_message(content.message);
  if (!content.turn_complete) return dialogue_.conclusion().sent();
  dialogue_.conclusion().asked();
  dialogue_.user_ended(parts_.now());
}

void Session::send(Outbox::ToolResponse &response) {
  if (!parts_.tool_calls->is_current(response.call)) return;  // it was told as cancelled
  send_message(response.message);
  if (response.is_last)
    dialogue_.conclusion().tool_answered(response.call.id, response.is_silent, parts_.now());
}

/// A function that nobody declared, nobody can answer for.
bool Session::refuses(const ToolCall &call) {
  if (!*parts_.config.refuse_unknown_tools || finished_ ||
      std::ranges::count(parts_.functions, call.name) > 0)
    return false;
  parts_.tool_calls->add({.id = call.id, .name = call.name});
  if (const auto mine = parts_.tool_calls->answer(call.id, call.name, false))
    answer_for_the_application(*mine, "There is no function of this name");
  on_bad_message({.kind = ErrorKind::bad_data,
                  .message = "The model called a function that is not declared, and was told so: " +
                             text::excerpt(call.name) +
                             ". Declare it in tools, or set refuse-unknown-tools to false",
                  .detail = "undeclared function " + text::excerpt(call.name)});
  return true;
}

void Session::called(const ToolCall &call, std::int64_t now) {
  parts_.tool_calls->add({.id = call.id, .name = call.name, .called_at = now});
  check_tool_calls();
}

/// Through the outbox: it may have to wait.
void Session::answer_for_the_application(const ToolCalls::Call &call, const std::string &what) {
  auto message = wire::encode_tool_response(call.id, call.name, wire::failed_function(what));
  parts_.outbox->push(Outbox::ToolResponse{.message = std::move(message), .call = call});
}

/// A call that nobody answers would freeze the conversation.
void Session::check_tool_calls() {
  using std::chrono::microseconds;
  const auto limit = *parts_.config.tool_timeout;
  if (limit == 0ms || finished_) return;
  const auto now = parts_.now();
  while (const auto call = parts_.tool_calls->take_older(now - microseconds(limit).count())) {
    answer_for_the_application(*call, "The application did not answer in time");
    tell(ToolCallCancelled{text::printable(call->id)});
  }
  if (const auto oldest = parts_.tool_calls->oldest()) {
    const auto left = microseconds(*oldest - now) + limit;
    tool_deadline_.start(std::chrono::ceil<std::chrono::milliseconds>(left),
                         [this] { check_tool_calls(); });
  }
}

void Session::send(Outbox::EndOfInput &) {
  next_picture_.stop();
  send_picture();
  const auto now = parts_.now();
  dialogue_.conclusion().input_ended(now);
  if (!dialogue_.has_user_ended()) dialogue_.user_ended(now);
}

void Session::send_message(const std::string &text) {
  connection_->send(text);
}

/// At once, and then at most once a second.
void Session::report_drops() {
  if (next_drop_report_.running()) return;
  const auto duration = parts_.outbox->take_dropped();
  if (duration.count() == 0) return;
  dropped_ += duration;
  next_drop_report_.start(1s, [this] { report_drops(); });
  tell(notice::BacklogDropped{.duration = duration, .total = dropped_});
}

void Session::interrupt_locally() {
  if (!finished_) dialogue_.interrupt_locally();
}

void Session::check_end() {
  if (finished_ || phase_ != Phase::connected) return;
  const auto max_turns = *parts_.config.max_turns;
  if (max_turns != 0 && dialogue_.complete_turns() >= max_turns) return finish();
  if (!dialogue_.conclusion().has_input_ended() || parts_.outbox->has_items()) return;
  using enum Conclusion::Verdict;
  switch (dialogue_.conclusion().verdict(parts_.now())) {
    case open:
      return check_end_later();
    case timed_out:
      give_up_waiting();
      return finish();
    case assumed:
      dialogue_.assume_complete(parts_.now());
      return finish();
    case complete:
      return finish();
  }
}

/// The timer is left alone where it comes early: it looks again then.
void Session::check_end_later() {
  const auto at = dialogue_.conclusion().next_check();
  if (!at || (end_check_.running() && end_check_at_ <= *at)) return;
  end_check_at_ = *at;
  const std::chrono::microseconds left(std::max<std::int64_t>(*at - parts_.now(), 0));
  end_check_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check_end(); });
}

void Session::give_up_waiting() {
  tell(notice::Warning{
      {.kind = ErrorKind::lost,
       .message = "The answer did not end within " + text::seconds(*parts_.config.eos_timeout) +
                  " after the input's end or the last sign of it, and is cut off here. Set "
                  "eos-timeout higher if the service needs more time"}});
}

void Session::finish() {
  finished_ = true;
  end_check_.stop();
  dialogue_.finish(parts_.now());
  parts_.streams->each([](Stream &stream) { stream.finish(); });
  parts_.outbox->close();
  parts_.pictures->close();
}

void Session::fail(Error error) {
  phase_ = Phase::over;
  end_check_.stop();
  if (recovery_.attempt() > 1)
    error.message += " (attempt " + std::to_string(recovery_.attempt()) + "; see max-retries)";
  parts_.log(Log::Level::warning, "failed: %s [%s]", error.message.c_str(), error.detail.c_str());
  parts_.counters->state = ConnectionState::failed;
  tell(notice::Failed{std::move(error)});
  finish();
  set_state(ConnectionState::failed);
}

void Session::tell(Notice::Fact fact) {
  parts_.tell({.fact = std::move(fact)});
}

void Session::set_state(ConnectionState state) {
  parts_.counters->state = state;
  tell(notice::StateChanged{state});
}

}  // namespace gemlive
