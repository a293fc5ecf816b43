// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_impl.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// A pause after which every service has detected the end of speech.
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

/// The host and port of a URL, for the log.
std::string host_of(const std::string &url) {
  const auto start = url.find("://");
  const auto from = start == std::string::npos ? 0 : start + 3;
  return text::excerpt(std::string_view(url).substr(from, url.find_first_of("/?", from) - from));
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
    options_.log(Log::Level::warning, "%s is readable by other users: run chmod 600 on it",
                 credential->name.c_str());
  set_state(ConnectionState::connecting);
  schedule_check();
  connect();
}

void Session::Impl::connect() {
  set_phase(Phase::connecting);
  connecting_since_ = options_.now();
  resuming_ = !handle_.empty();
  resumable_ = in_activity_ = false;
  reconnect_policy_.start_attempt(resuming_ || !resend_buffer_.empty());
  resend_buffer_.rewind();
  options_.log(Log::Level::info, "attempt %u: connecting to %s, %s", reconnect_policy_.attempt(),
               host_of(options_.endpoint.url).c_str(),
               resuming_ ? "resuming the session" : "new session");
  const auto timeout = *options_.config.connect_timeout;
  sign_in_deadline_.start(timeout, [this] {
    on_end({.kind = ErrorKind::cannot_connect,
            .message = "Signing in did not finish within connect-timeout. Check the network",
            .retry = Retry::reconnect});
  });
  sign_in_.start([this, timeout](Result<Headers> headers) {
    sign_in_deadline_.stop();
    if (!headers) return on_end(headers.error());
    const std::chrono::microseconds taken(options_.now() - connecting_since_);
    open(*headers, std::max(std::chrono::ceil<std::chrono::milliseconds>(timeout - taken), 1ms));
  });
}

void Session::Impl::open(const Headers &headers, std::chrono::milliseconds timeout) {
  const auto &project = sign_in_.project();
  if (options_.endpoint.lacks_project && project.empty())
    return on_end({.kind = ErrorKind::bad_setting,
                   .message = "Vertex AI needs a project, and the metadata server knows none. Set "
                              "the property project or GOOGLE_CLOUD_PROJECT"});
  auto setup = options_.endpoint.lacks_project ? wire::with_project(options_.setup, project)
                                               : options_.setup;
  if (resuming_) setup = wire::with_handle(setup, handle_);
  Connection::Owner &owner = *this;
  connection_ = std::make_unique<Connection>(
      owner, Connection::Options{.setup = std::move(setup),
                                 .timeout = timeout,
                                 .counters = options_.counters,
                                 .make_transport = options_.make_transport,
                                 .log = options_.log.with_topic(Log::Topic::protocol)});
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

/// The connection ended: closes the open turn and its tool calls.
void Session::Impl::end_exchange() {
  deadlines_.disconnect();
  const bool was_complete = receiver_.disconnect(options_.now());
  tool_call_handler_.clear();
  if (was_complete) acknowledge_answered();
}

void Session::Impl::on_setup_complete(const SetupComplete &event) {
  const auto now = options_.now();
  set_phase(Phase::connected);
  reconnect_policy_.note_connected(now);
  sign_in_.confirm();
  connection_age_.start(now);
  const auto session_id = text::printable(event.session_id);
  *options_.counters->session_id.lock() = session_id;
  const bool had_session =
      options_.counters->connects > 0 || !options_.config.resumption_handle->empty();
  ++options_.counters->connects;
  if (resuming_) ++options_.counters->resumptions;
  options_.log(Log::Level::info, "connected after %ld ms, %s session, attempt %u",
               Log::ms(std::chrono::microseconds(now - connecting_since_)),
               resuming_ ? "resumed" : "new", reconnect_policy_.attempt());
  set_state(ConnectionState::connected);
  notify(notice::Connected{
      .session_id = session_id, .resumed = resuming_, .attempt = reconnect_policy_.attempt()});
  if (had_session && !resuming_)
    warn({.kind = ErrorKind::lost,
          .message = "The service could not resume the session. A new session has started, which "
                     "does not know the conversation so far"});
  if (!resend_buffer_.empty())
    options_.log(Log::Level::info, "resending unacknowledged input, %ld ms of audio",
                 Log::ms(resend_buffer_.duration()));
  drain();
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
  options_.log(Log::Level::warning, "connection ended: %s [%s], close code %d", how.message.c_str(),
               how.detail.c_str(), how.close_code);
  const bool renews = how.kind == ErrorKind::not_authorized && sign_in_.renew();
  if (renews) options_.log(Log::Level::info, "fetching a new access token");
  const auto attempt = renews ? ReconnectPolicy::Attempt{.number = reconnect_policy_.attempt()}
                              : reconnect_policy_.next_attempt(how, options_.now());
  if (how.retry == Retry::new_session) set_handle("");
  if (!attempt) return fail(how);
  ++options_.counters->retries;
  connect_later(*attempt, how);
}

void Session::Impl::connect_later(const ReconnectPolicy::Attempt &attempt, const Error &how) {
  set_phase(Phase::waiting);
  options_.log(Log::Level::info, "attempt %u in %ld ms%s%s", attempt.number, Log::ms(attempt.delay),
               attempt.new_session ? ", new session" : "",
               attempt.without_resending ? ", without resending" : "");
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

void Session::Impl::warn(Error error) {
  options_.log(Log::Level::warning, "%s [%s]", error.message.c_str(), error.detail.c_str());
  notify(notice::Warning{std::move(error)});
}

void Session::Impl::notify(Notice::Body body) {
  options_.notify({.body = std::move(body)});
}

void Session::Impl::set_phase(Phase phase) {
  constexpr std::array names = {"idle", "connecting", "connected", "waiting", "over"};
  if (phase != phase_)
    options_.log(Log::Level::info, "phase: %s -> %s", names[static_cast<std::size_t>(phase_)],
                 names[static_cast<std::size_t>(phase)]);
  phase_ = phase;
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
