// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session.hpp"

#include <algorithm>
#include <utility>

#include "overloaded.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_told_problems = 16;
/// Of the user, by which any service has noticed the end of speech.
std::chrono::milliseconds long_pause(const Config &config) {
  return std::max<std::chrono::milliseconds>(
      1200ms, std::chrono::milliseconds(*config.silence_duration) + 400ms);
}

Replay::Rules replay_rules(const Session::Parts &parts) {
  const auto &config = parts.config;
  const std::chrono::milliseconds silence(*config.silence_duration);
  const bool knows = silence.count() > 0;
  return {.exact = parts.endpoint.service == Service::vertex && *config.session_resumption,
          .limit = *config.max_backlog,
          .tail = long_pause(config),
          .silence = knows ? silence : 200ms};
}

http::Route route_of(const Config &config) {
  return {.proxy = *config.proxy, .tls_ca_file = *config.tls_ca_file};
}

}  // namespace

Session::Session(Parts parts)
    : parts_(std::move(parts)),
      dialogue_({.on_interrupt = *parts_.config.on_interrupt,
                 .patience = *parts_.config.eos_timeout,
                 .streams = parts_.streams,
                 .counters = parts_.counters,
                 .tell = parts_.tell,
                 .log = parts_.log}),
      recovery_(*parts_.config.max_retries, parts_.seed),
      replay_(replay_rules(parts_),
              {.recycle = [this](input::Chunk chunk) { parts_.input_queue->recycle(std::move(chunk)); },
               .acknowledged = [this](std::size_t bytes) { parts_.input_queue->acknowledged(bytes); },
               .given_up = [this](std::size_t bytes) { parts_.input_queue->given_up(bytes); }}),
      tools_({.calls = parts_.tool_calls,
              .input_queue = parts_.input_queue,
              .functions = parts_.functions,
              .refuse_unknown = *parts_.config.refuse_unknown_tools,
              .timeout = *parts_.config.tool_timeout,
              .now = parts_.now,
              .warn = [this](const Error &error) { on_bad_message(error); },
              .tell_cancelled =
                  [this](const std::string &id) { tell(ToolCallCancelled{text::printable(id)}); }}),
      hand_over_(*parts_.config.connection_lifetime),
      vigil_({.idle = *parts_.config.idle_timeout,
              .session = *parts_.config.max_session_duration,
              .turn = *parts_.config.turn_timeout,
              .pause = *parts_.config.activity_detection == ActivityDetection::manual
                           ? 0ms
                           : long_pause(parts_.config) + 2s}),
      sign_in_({.headers = parts_.endpoint.headers,
                .access_token = parts_.access_token,
                .credential = parts_.endpoint.credential,
                .route = route_of(parts_.config)}),
      handle_(parts_.config.resumption_handle->reveal()) {}

void Session::start() {
  vigil_.began(parts_.now());
  if (const auto &credential = parts_.endpoint.credential; credential && credential->is_exposed)
    parts_.log(Log::Level::warning, "%s can be read by other users of this machine; chmod 600",
               credential->name.c_str());
  set_state(ConnectionState::connecting);
  check_later();
  connect();
}

void Session::connect() {
  phase_ = Phase::connecting;
  resuming_ = !handle_.empty();
  resumable_ = in_activity_ = false;
  recovery_.trying(resuming_ || !replay_.empty());
  replay_.rewind();
  const auto timeout = *parts_.config.connect_timeout;
  sign_in_deadline_.start(timeout, [this] {
    on_end({.kind = ErrorKind::cannot_connect,
            .message = "Signing in takes longer than connect-timeout. Check the network",
            .retry = Retry::reconnect});
  });
  sign_in_.start([this, timeout, begun = parts_.now()](Result<Headers> headers) {
    sign_in_deadline_.stop();
    if (!headers) return on_end(headers.error());
    const std::chrono::microseconds taken(parts_.now() - begun);
    open(*headers, std::max(std::chrono::ceil<std::chrono::milliseconds>(timeout - taken), 1ms));
  });
}

void Session::open(const Headers &headers, std::chrono::milliseconds timeout) {
  const auto &project = sign_in_.project();
  if (parts_.endpoint.lacks_project && project.empty())
    return on_end({.kind = ErrorKind::bad_setting,
                   .message = "Vertex AI needs a project, and this machine has none: set the "
                              "property project or GOOGLE_CLOUD_PROJECT"});
  auto setup =
      parts_.endpoint.lacks_project ? wire::with_project(parts_.setup, project) : parts_.setup;
  if (resuming_) setup = wire::with_handle(setup, handle_);
  Connection::Owner &owner = *this;
  connection_ =
      std::make_unique<Connection>(owner, Connection::Parts{.setup = std::move(setup),
                                                            .timeout = timeout,
                                                            .counters = parts_.counters,
                                                            .make_transport = parts_.make_transport,
                                                            .log = parts_.log});
  connection_->open({.url = parts_.endpoint.url,
                     .headers = headers,
                     .route = route_of(parts_.config),
                     .keepalive_interval = *parts_.config.keepalive_interval});
}

void Session::leave() {
  sign_in_deadline_.stop();
  sign_in_.cancel();
  if (!connection_) return;
  connection_->close();
  retired_ = std::exchange(connection_, nullptr);
  retirement_.start(0ms, [this] { retired_.reset(); });
}

/// What was under way on the connection is settled.
void Session::cut_off() {
  vigil_.disconnected();
  const bool was_whole = dialogue_.cut_off(parts_.now());
  tools_.forget();
  if (was_whole) settle();
}

void Session::on_setup_complete(const SetupComplete &fact) {
  const auto now = parts_.now();
  phase_ = Phase::connected;
  recovery_.connected(now);
  sign_in_.accepted();
  hand_over_.connected(now);
  const auto session_id = text::printable(fact.session_id);
  *parts_.counters->session_id.lock() = session_id;
  const bool had_session =
      parts_.counters->connects > 0 || !parts_.config.resumption_handle->empty();
  ++parts_.counters->connects;
  if (resuming_) ++parts_.counters->resumptions;
  set_state(ConnectionState::connected);
  tell(notice::Connected{
      .session_id = session_id, .resumed = resuming_, .attempt = recovery_.attempt()});
  if (had_session && !resuming_) {
    tell(notice::Warning{{.kind = ErrorKind::lost,
                          .message = "The service could not go on with the session. A new one has "
                                     "begun, which knows nothing of what was said before"}});
  }
  drain();
}

void Session::on_facts(std::span<const ServerEvent> facts, GBytes *message) {
  const auto now = parts_.now();
  for (const auto &decoded : facts) {
    std::optional<ServerEvent> named;
    if (const auto *call = std::get_if<ToolCall>(&decoded)) named = tools_.named(*call);
    const auto &fact = named ? *named : decoded;
    // Before it is told, since the application may answer, or read the handle, at once.
    if (const auto *call = std::get_if<ToolCall>(&fact); call && !finished_ && !tools_.take(*call))
      continue;
    if (const auto *update = std::get_if<ResumptionUpdate>(&fact); update && !finished_)
      note_handle(*update);
    const bool had_answer = dialogue_.has_answer();
    if (!dialogue_.take(fact, message, now)) continue;
    if (!had_answer && dialogue_.has_answer()) replay_.answer_began();
    if (const auto *cancelled = std::get_if<ToolCallCancelled>(&fact))
      tools_.cancelled(cancelled->id);
    if (!finished_) note(fact, now);
  }
  check();
}

/// What the facts mean for the connection.
void Session::note(const ServerEvent &fact, std::int64_t now) {
  const auto at_work = [&] { vigil_.answered(now, dialogue_.conclusion().playing_until()); };
  std::visit(Overloaded{[&](const Audio &) {
                          dialogue_.is_audible() ? at_work() : vigil_.answered_silently(now);
                        },
                        [&](const Text &) { at_work(); },
                        [&](const ToolCall &) {
                          at_work();
                          vigil_.turn_ended();  // it waits for us
                        },
                        [&](const Transcript &said) {
                          if (said.speaker == Speaker::model) at_work();
                        },
                        [&](const TurnComplete &) {
                          recovery_.useful();
                          vigil_.turn_ended();
                          settle();
                        },
                        [&](const Interrupted &) { vigil_.turn_ended(); },
                        [&](const WaitingForInput &) {
                          if (!dialogue_.has_answer()) vigil_.turn_ended();
                        },
                        [&](const GoAway &said) { hand_over_.go_away(said.time_left, now); },
                        [](const auto &) {}},
             fact);
}

/// While the model speaks there is none: the older one stays, which knows nothing of what came
/// after it, whatever the service has heard by now.
void Session::note_handle(const ResumptionUpdate &update) {
  resumable_ = update.resumable && !update.handle.empty();
  if (!resumable_) return;
  set_handle(update.handle);
  if (update.last_consumed) replay_.heard(*update.last_consumed);
  settle();
}

/// Where all that was said has its answer nothing of it is to be said again.
void Session::settle() {
  if (replay_.is_exact() && !resumable_) return;
  if (!dialogue_.has_turn() && !dialogue_.conclusion().has_unanswered()) replay_.settle();
}

void Session::set_handle(const std::string &handle) {
  handle_ = handle;
  *parts_.counters->handle.lock() = handle;
}

void Session::on_bad_message(const Error &error) {
  const bool told = std::ranges::count(told_problems_, error.detail) > 0;
  if (told || told_problems_.size() >= max_told_problems) return;
  told_problems_.push_back(error.detail);
  tell(notice::Warning{error});
}

void Session::on_end(const Error &how) {
  if (connection_ && connection_->has_asked()) recovery_.asked();
  leave();
  if (finished_) return disconnect();
  cut_off();
  if (is_complete()) {
    finish();
    return disconnect();
  }
  const bool renews = how.kind == ErrorKind::not_authorized && sign_in_.renew();
  const auto plan =
      renews ? Recovery::Plan{.attempt = recovery_.attempt()} : recovery_.ended(how, parts_.now());
  if (how.retry == Retry::new_session) set_handle("");
  if (!plan) return fail(how);
  ++parts_.counters->retries;
  connect_later(*plan, how);
}

void Session::connect_later(const Recovery::Plan &plan, const Error &how) {
  phase_ = Phase::waiting;
  parts_.log(Log::Level::warning, "lost: %s [%s]; attempt %u in %d ms", how.message.c_str(),
             how.detail.c_str(), plan.attempt, static_cast<int>(plan.delay.count()));
  if (plan.afresh) set_handle("");
  if (plan.is_wordless) replay_.clear();
  if (parts_.counters->state != ConnectionState::connecting) set_state(ConnectionState::connecting);
  tell(notice::Reconnecting{.attempt = plan.attempt,
                            .close_code = how.close_code,
                            .close_reason = how.close_reason,
                            .delay = plan.delay});
  retry_.start(plan.delay, [this] { connect(); });
}

void Session::interrupt_locally() {
  if (!finished_) dialogue_.interrupt_locally();
}

void Session::tell(Notice::Fact fact) {
  parts_.tell({.fact = std::move(fact)});
}

void Session::set_state(ConnectionState state) {
  parts_.counters->state = state;
  tell(notice::StateChanged{state});
}

}  // namespace gemlive
