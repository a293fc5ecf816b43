// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_impl.hpp"

#include <algorithm>
#include <utility>

#include "overloaded.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_reported_problems = 16;
/// Of the user, by which any service has noticed the end of speech.
std::chrono::milliseconds pause_after_speech(const Config &config) {
  return std::max<std::chrono::milliseconds>(
      1200ms, std::chrono::milliseconds(*config.silence_duration) + 400ms);
}

ResendBuffer::Rules resend_rules(const Session::Options &options) {
  const auto &config = options.config;
  const std::chrono::milliseconds silence(*config.silence_duration);
  const bool knows = silence.count() > 0;
  return {.exact = options.endpoint.service == Service::vertex && *config.session_resumption,
          .limit = *config.max_backlog,
          .tail = pause_after_speech(config),
          .silence = knows ? silence : 200ms};
}

http::Route route_of(const Config &config) {
  return {.proxy = *config.proxy, .tls_ca_file = *config.tls_ca_file};
}

}  // namespace

Session::Impl::Impl(Options options)
    : options_(std::move(options)),
      receiver_({.on_interrupt = *options_.config.on_interrupt,
                 .patience = *options_.config.eos_timeout,
                 .streams = options_.streams,
                 .counters = options_.counters,
                 .notify = options_.notify,
                 .log = options_.log}),
      reconnect_policy_(*options_.config.max_retries, options_.seed),
      resend_buffer_(
          resend_rules(options_),
          {.recycle =
               [this](input::Chunk chunk) { options_.input_queue->recycle(std::move(chunk)); },
           .acknowledge = [this](std::size_t bytes) { options_.input_queue->acknowledge(bytes); },
           .give_up = [this](std::size_t bytes) { options_.input_queue->give_up(bytes); }}),
      tool_call_handler_(
          {.calls = options_.tool_calls,
           .input_queue = options_.input_queue,
           .functions = options_.functions,
           .refuse_unknown = *options_.config.refuse_unknown_tools,
           .timeout = *options_.config.tool_timeout,
           .now = options_.now,
           .warn = [this](const Error &error) { on_bad_message(error); },
           .notify_cancelled =
               [this](const std::string &id) { notify(ToolCallCancelled{text::printable(id)}); }}),
      connection_age_(*options_.config.connection_lifetime),
      deadlines_({.idle = *options_.config.idle_timeout,
                  .session = *options_.config.max_session_duration,
                  .turn = *options_.config.turn_timeout,
                  .pause = *options_.config.activity_detection == ActivityDetection::manual
                               ? 0ms
                               : pause_after_speech(options_.config) + 2s}),
      sign_in_({.headers = options_.endpoint.headers,
                .access_token = options_.access_token,
                .credential = options_.endpoint.credential,
                .route = route_of(options_.config)}),
      handle_(options_.config.resumption_handle->reveal()) {}

void Session::Impl::start() {
  deadlines_.start(options_.now());
  if (const auto &credential = options_.endpoint.credential; credential && credential->is_exposed)
    options_.log(Log::Level::warning, "%s can be read by other users of this machine; chmod 600",
                 credential->name.c_str());
  set_state(ConnectionState::connecting);
  schedule_check();
  connect();
}

void Session::Impl::connect() {
  phase_ = Phase::connecting;
  resuming_ = !handle_.empty();
  resumable_ = in_activity_ = false;
  reconnect_policy_.start_attempt(resuming_ || !resend_buffer_.empty());
  resend_buffer_.rewind();
  const auto timeout = *options_.config.connect_timeout;
  sign_in_deadline_.start(timeout, [this] {
    on_end({.kind = ErrorKind::cannot_connect,
            .message = "Signing in takes longer than connect-timeout. Check the network",
            .retry = Retry::reconnect});
  });
  sign_in_.start([this, timeout, begun = options_.now()](Result<Headers> headers) {
    sign_in_deadline_.stop();
    if (!headers) return on_end(headers.error());
    const std::chrono::microseconds taken(options_.now() - begun);
    open(*headers, std::max(std::chrono::ceil<std::chrono::milliseconds>(timeout - taken), 1ms));
  });
}

void Session::Impl::open(const Headers &headers, std::chrono::milliseconds timeout) {
  const auto &project = sign_in_.project();
  if (options_.endpoint.lacks_project && project.empty())
    return on_end({.kind = ErrorKind::bad_setting,
                   .message = "Vertex AI needs a project, and this machine has none: set the "
                              "property project or GOOGLE_CLOUD_PROJECT"});
  auto setup = options_.endpoint.lacks_project ? wire::with_project(options_.setup, project)
                                               : options_.setup;
  if (resuming_) setup = wire::with_handle(setup, handle_);
  Connection::Owner &owner = *this;
  connection_ = std::make_unique<Connection>(
      owner, Connection::Options{.setup = std::move(setup),
                                 .timeout = timeout,
                                 .counters = options_.counters,
                                 .make_transport = options_.make_transport,
                                 .log = options_.log});
  connection_->open({.url = options_.endpoint.url,
                     .headers = headers,
                     .route = route_of(options_.config),
                     .keepalive_interval = *options_.config.keepalive_interval});
}

void Session::Impl::close_connection() {
  sign_in_deadline_.stop();
  sign_in_.cancel();
  if (!connection_) return;
  connection_->close();
  closing_ = std::exchange(connection_, nullptr);
  closing_timer_.start(0ms, [this] { closing_.reset(); });
}

/// What was under way on the connection is settled.
void Session::Impl::end_exchange() {
  deadlines_.disconnect();
  const bool was_whole = receiver_.disconnect(options_.now());
  tool_call_handler_.clear();
  if (was_whole) acknowledge_answered();
}

void Session::Impl::on_setup_complete(const SetupComplete &event) {
  const auto now = options_.now();
  phase_ = Phase::connected;
  reconnect_policy_.note_connected(now);
  sign_in_.accepted();
  connection_age_.start(now);
  const auto session_id = text::printable(event.session_id);
  *options_.counters->session_id.lock() = session_id;
  const bool had_session =
      options_.counters->connects > 0 || !options_.config.resumption_handle->empty();
  ++options_.counters->connects;
  if (resuming_) ++options_.counters->resumptions;
  set_state(ConnectionState::connected);
  notify(notice::Connected{
      .session_id = session_id, .resumed = resuming_, .attempt = reconnect_policy_.attempt()});
  if (had_session && !resuming_) {
    notify(
        notice::Warning{{.kind = ErrorKind::lost,
                         .message = "The service could not go on with the session. A new one has "
                                    "begun, which knows nothing of what was said before"}});
  }
  drain();
}

void Session::Impl::on_events(std::span<const ServerEvent> events, GBytes *message) {
  const auto now = options_.now();
  for (const auto &decoded : events) {
    std::optional<ServerEvent> named;
    if (const auto *call = std::get_if<ToolCall>(&decoded))
      named = tool_call_handler_.with_id(*call);
    const auto &event = named ? *named : decoded;
    // Before it is told, since the application may answer, or read the handle, at once.
    if (const auto *call = std::get_if<ToolCall>(&event);
        call && !finished_ && !tool_call_handler_.accept(*call))
      continue;
    if (const auto *update = std::get_if<ResumptionUpdate>(&event); update && !finished_)
      update_handle(*update);
    const bool had_answer = receiver_.has_answer();
    if (!receiver_.handle(event, message, now)) continue;
    if (!had_answer && receiver_.has_answer()) resend_buffer_.begin_answer();
    if (const auto *cancelled = std::get_if<ToolCallCancelled>(&event))
      tool_call_handler_.cancel(cancelled->id);
    if (!finished_) apply(event, now);
  }
  check();
}

/// What the events mean for the connection.
void Session::Impl::apply(const ServerEvent &event, std::int64_t now) {
  const auto at_work = [&] { deadlines_.note_answer(now, receiver_.exchange().playing_until()); };
  std::visit(
      Overloaded{[&](const Audio &) {
                   receiver_.is_audible() ? at_work() : deadlines_.note_silent_answer(now);
                 },
                 [&](const Text &) { at_work(); },
                 [&](const ToolCall &) {
                   at_work();
                   deadlines_.end_turn();  // it waits for us
                 },
                 [&](const Transcript &said) {
                   if (said.speaker == Speaker::model) at_work();
                 },
                 [&](const TurnComplete &) {
                   reconnect_policy_.reset();
                   deadlines_.end_turn();
                   acknowledge_answered();
                 },
                 [&](const Interrupted &) { deadlines_.end_turn(); },
                 [&](const WaitingForInput &) {
                   if (!receiver_.has_answer()) deadlines_.end_turn();
                 },
                 [&](const GoAway &said) { connection_age_.announce_end(said.time_left, now); },
                 [](const auto &) {}},
      event);
}

/// While the model speaks there is none: the older one stays, which knows nothing of what came
/// after it, whatever the service has heard by now.
void Session::Impl::update_handle(const ResumptionUpdate &update) {
  resumable_ = update.resumable && !update.handle.empty();
  if (!resumable_) return;
  set_handle(update.handle);
  if (update.last_consumed) resend_buffer_.acknowledge(*update.last_consumed);
  acknowledge_answered();
}

/// Where all that was said has its answer nothing of it is to be said again.
void Session::Impl::acknowledge_answered() {
  if (resend_buffer_.is_exact() && !resumable_) return;
  if (!receiver_.has_turn() && !receiver_.exchange().has_unanswered())
    resend_buffer_.acknowledge_answered();
}

void Session::Impl::set_handle(const std::string &handle) {
  handle_ = handle;
  *options_.counters->handle.lock() = handle;
}

void Session::Impl::on_bad_message(const Error &error) {
  const bool told = std::ranges::count(reported_problems_, error.detail) > 0;
  if (told || reported_problems_.size() >= max_reported_problems) return;
  reported_problems_.push_back(error.detail);
  notify(notice::Warning{error});
}

void Session::Impl::on_end(const Error &how) {
  if (connection_ && connection_->has_sent_setup()) reconnect_policy_.note_setup_sent();
  close_connection();
  if (finished_) return disconnect();
  end_exchange();
  if (is_complete()) {
    finish();
    return disconnect();
  }
  const bool renews = how.kind == ErrorKind::not_authorized && sign_in_.renew();
  const auto attempt = renews ? ReconnectPolicy::Attempt{.number = reconnect_policy_.attempt()}
                              : reconnect_policy_.next_attempt(how, options_.now());
  if (how.retry == Retry::new_session) set_handle("");
  if (!attempt) return fail(how);
  ++options_.counters->retries;
  connect_later(*attempt, how);
}

void Session::Impl::connect_later(const ReconnectPolicy::Attempt &attempt, const Error &how) {
  phase_ = Phase::waiting;
  options_.log(Log::Level::warning, "lost: %s [%s]; attempt %u in %d ms", how.message.c_str(),
               how.detail.c_str(), attempt.number, static_cast<int>(attempt.delay.count()));
  if (attempt.new_session) set_handle("");
  if (attempt.without_resending) resend_buffer_.clear();
  if (options_.counters->state != ConnectionState::connecting)
    set_state(ConnectionState::connecting);
  notify(notice::Reconnecting{.attempt = attempt.number,
                              .close_code = how.close_code,
                              .close_reason = how.close_reason,
                              .delay = attempt.delay});
  retry_.start(attempt.delay, [this] { connect(); });
}

void Session::Impl::interrupt_locally() {
  if (!finished_) receiver_.interrupt_locally();
}

void Session::Impl::notify(Notice::Body body) {
  options_.notify({.body = std::move(body)});
}

void Session::Impl::set_state(ConnectionState state) {
  options_.counters->state = state;
  notify(notice::StateChanged{state});
}

Session::Session(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Session::~Session() = default;

void Session::start() {
  impl_->start();
}

void Session::drain() {
  impl_->drain();
}

void Session::interrupt_locally() {
  impl_->interrupt_locally();
}

}  // namespace gemlive
