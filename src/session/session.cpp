// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "notice_mask.hpp"
#include "session_impl.hpp"
#include "text.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Longer than a transport takes to close: a service refuses to resume what another connection has.
constexpr auto pause_between_connections = 250ms;

bool has_exact_resumption(const Session::Options &options) {
  return options.endpoint.service == Service::vertex && *options.config.session_resumption;
}

/// Silence after which every service has detected the end of speech.
std::chrono::milliseconds pause_after_speech(const Config &config) {
  return std::max<std::chrono::milliseconds>(
      1200ms, std::chrono::milliseconds(*config.silence_duration) + 400ms);
}

/// Models and settings for live translation say so.
bool is_interpreter(const Session::Options &options) {
  return options.setup.find("\"translationConfig\"") != std::string::npos ||
         options.endpoint.model.find("-translate") != std::string::npos;
}

Exchange::Rules exchange_rules(const Session::Options &options) {
  const auto &config = options.config;
  const std::chrono::milliseconds silence(*config.silence_duration);
  const bool is_manual = *config.activity_detection == ActivityDetection::manual;
  return {.eos_timeout = *config.eos_timeout,
          .turn_timeout = *config.turn_timeout,
          .silence = silence > 0ms ? silence : 200ms,
          .pause = is_manual ? 0ms : pause_after_speech(config) + 2s,
          .interpreter = is_interpreter(options)};
}

Session::Options with_masked_notices(Session::Options options) {
  options.notify = NoticeMask(options.secret_mask, std::move(options.notify));
  return options;
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
    : options_(with_masked_notices(std::move(options))),
      exchange_(exchange_rules(options_)),
      tool_call_handler_(
          {.calls = options_.tool_calls,
           .input_queue = options_.input_queue,
           .functions = options_.functions,
           .refuse_unknown = *options_.config.refuse_unknown_tools,
           .timeout = *options_.config.tool_timeout,
           .now = options_.now,
           .warn = [this](const Error &error) { on_bad_message(error); },
           .notify_cancelled =
               [this](const std::string &id) { notify(ToolCallCancelled{text::printable(id)}); }},
          exchange_),
      sender_({.config = &options_.config,
               .model = options_.endpoint.model,
               .exact_resumption = has_exact_resumption(options_),
               .input_queue = options_.input_queue,
               .pictures = options_.pictures,
               .counters = options_.counters,
               .now = options_.now,
               .speech_ended = [this](std::int64_t at) { receiver_.speech_ended(at); },
               .backlog_dropped =
                   [this](auto duration, auto total) {
                     notify(notice::BacklogDropped{.duration = duration, .total = total});
                   },
               .log = options_.log},
              exchange_, tool_call_handler_),
      receiver_({.on_interrupt = *options_.config.on_interrupt,
                 .limits_lag = options_.config.max_lag->count() > 0,
                 .streams = options_.streams,
                 .counters = options_.counters,
                 .notify = options_.notify,
                 .said_at = [this](auto offset) { return sender_.said_at(offset); },
                 .is_paced = *options_.config.pacing == Pacing::clock,
                 .log = options_.log},
                exchange_),
      connector_({.endpoint = options_.endpoint,
                  .access_token = options_.access_token,
                  .secret_mask = options_.secret_mask,
                  .setup = options_.setup,
                  .route = route_of(options_.config),
                  .timeout = *options_.config.connect_timeout,
                  .keepalive_interval = *options_.config.keepalive_interval,
                  .counters = options_.counters,
                  .make_transport = options_.make_transport,
                  .now = options_.now,
                  .log = options_.log},
                 *this),
      reconnect_policy_(*options_.config.max_retries, options_.seed),
      connection_age_(*options_.config.connection_lifetime),
      deadlines_({.idle = *options_.config.idle_timeout,
                  .session = *options_.config.max_session_duration}),
      handle_(options_.config.resumption_handle->reveal()) {
  options_.secret_mask->add(handle_);
}

void Session::Impl::start() {
  const auto now = options_.now();
  deadlines_.start(now);
  if (const auto &credential = options_.endpoint.credential; credential && credential->is_exposed)
    options_.log(Log::Level::warning, "%s is readable by other users: run chmod 600 on it",
                 credential->name.c_str());
  set_state(ConnectionState::connecting);
  schedule_check(now);
  connect();
}

void Session::Impl::connect() {
  set_phase(Phase::connecting);
  connecting_since_ = options_.now();
  is_resuming_ = !handle_.empty();
  is_resumable_ = false;
  sender_.rewind();
  const bool resends = sender_.has_resends() && !without_resending_;
  reconnect_policy_.begin({.handle = is_resuming_,
                           .resends = resends,
                           .asks_again = resends && exchange_.is_unanswered(),
                           .renewable_token = true});
  options_.log(Log::Level::info, "attempt %u: connecting to %s, %s", reconnect_policy_.attempt(),
               host_of(options_.endpoint.url).c_str(),
               is_resuming_ ? "resuming the session" : "new session");
  connector_.connect(handle_);
}

void Session::Impl::on_setup_complete(const SetupComplete &event) {
  const auto now = options_.now();
  set_phase(Phase::connected);
  reconnect_policy_.setup_confirmed(now);
  connection_age_.start(now);
  sender_.begin(*connector_.connection(),
                {.is_resumed = is_resuming_, .without_resending = without_resending_});
  const auto session_id = text::printable(event.session_id);
  *options_.counters->session_id.lock() = session_id;
  const bool had_session =
      options_.counters->connects > 0 || !options_.config.resumption_handle->empty();
  ++options_.counters->connects;
  if (is_resuming_) ++options_.counters->resumptions;
  options_.log(Log::Level::info, "connected after %ld ms, %s session, attempt %u",
               Log::ms(std::chrono::microseconds(now - connecting_since_)),
               is_resuming_ ? "resumed" : "new", reconnect_policy_.attempt());
  last_failure_.clear();
  set_state(ConnectionState::connected);
  notify(notice::Connected{
      .session_id = session_id, .resumed = is_resuming_, .attempt = reconnect_policy_.attempt()});
  if (had_session && !is_resuming_)
    warn(
        "The service could not resume the session. A new session has started, which does not know "
        "the conversation so far");
  drain();
}

void Session::Impl::drain() {
  if (is_finished_) return;
  const auto now = options_.now();
  check_inputs(now);
  check_pause(now);
  if (sender_.drain())
    deadlines_.unblock();
  else
    deadlines_.block(now);
  if (exchange_.has_input_ended()) receiver_.input_ended(now);
  deadlines_.restart_idle(sender_.last_asked());
  check();
}

/// What drain() does for audio in the middle of the input. Whatever else is to be done or said is
/// left to it.
bool Session::Impl::send_audio() {
  const auto now = options_.now();
  if (is_finished_ || phase_ != Phase::connected || exchange_.has_input_ended()) return false;
  if (!sender_.send_audio()) return false;
  deadlines_.unblock();
  deadlines_.restart_idle(sender_.last_asked());
  return has_check_in_time(now);
}

void Session::Impl::on_end(const Error &how) {
  const auto now = options_.now();
  if (connector_.has_sent_setup()) reconnect_policy_.setup_sent();
  leave_connection();
  if (is_finished_) return disconnect();
  if (is_complete(now)) {
    warn_of_open_inputs();
    finish();
    return disconnect();
  }
  options_.log(Log::Level::warning, "connection ended: %s [%s], close code %d", how.message.c_str(),
               how.detail.c_str(), how.close_code);
  auto attempt = reconnect_policy_.failed(how, now);
  if (attempt && attempt->renew_token && !connector_.renew_token()) attempt.reset();
  if (how.retry == Retry::new_session) set_handle("");
  if (!attempt) return fail(how);
  ++options_.counters->retries;
  last_failure_ = how.message;
  connect_later(*attempt, how);
}

/// Everything that was in progress on the connection ends.
void Session::Impl::leave_connection() {
  sender_.end();
  connector_.leave();
  deadlines_.unblock();
  if (is_finished_) return;
  const auto now = options_.now();
  receiver_.cut_off(exchange_.disconnected(now), now);
  tool_call_handler_.clear();
  sender_.acknowledge();
  if (*options_.config.resend != Resend::none) return;
  exchange_.give_up_sent();
  sender_.give_up();
}

void Session::Impl::connect_later(const ReconnectPolicy::Attempt &attempt, const Error &how) {
  set_phase(Phase::waiting);
  options_.log(Log::Level::info, "attempt %u in %ld ms%s%s%s", attempt.number,
               Log::ms(attempt.delay), attempt.new_session ? ", new session" : "",
               attempt.without_resending ? ", without resending" : "",
               attempt.renew_token ? ", with a new token" : "");
  if (attempt.new_session) set_handle("");
  without_resending_ = attempt.without_resending;
  if (options_.counters->state != ConnectionState::connecting)
    set_state(ConnectionState::connecting);
  notify(notice::Reconnecting{.attempt = attempt.number,
                              .close_code = how.close_code,
                              .close_reason = how.close_reason,
                              .delay = attempt.delay,
                              .error = how.message});
  retry_.start(attempt.delay, [this] { connect(); });
  check();
}

/// The old connection is closed before the new one is made.
void Session::Impl::replace_connection() {
  const Error how = {.kind = ErrorKind::lost,
                     .message = "Planned reconnect: connection-lifetime reached or goAway received",
                     .retry = Retry::reconnect};
  auto attempt = reconnect_policy_.replaced(how, options_.now());
  if (!attempt) return;  // check_age() tries again
  attempt->delay = std::max<std::chrono::milliseconds>(attempt->delay, pause_between_connections);
  ++options_.counters->planned_reconnects;
  options_.log(Log::Level::info,
               "planned reconnect: the connection is old or the service sent goAway");
  leave_connection();
  connect_later(*attempt, how);
}

void Session::Impl::interrupt_locally() {
  if (!is_finished_) receiver_.interrupt_locally();
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

void Session::Impl::warn(std::string message) {
  options_.log(Log::Level::warning, "%s", message.c_str());
  notify(notice::Warning{{.kind = ErrorKind::lost, .message = std::move(message)}});
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

bool Session::send_audio() {
  return impl_->send_audio();
}

void Session::interrupt_locally() {
  impl_->interrupt_locally();
}

}  // namespace gemlive
