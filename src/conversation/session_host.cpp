// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_host.hpp"

#include "overloaded.hpp"
#include "sign_in.hpp"

#include <chrono>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr auto max_close_wait = 20ms;

}  // namespace

std::shared_ptr<SessionHost> SessionHost::closed() {
  auto host = std::make_shared<SessionHost>();
  host->options_.input_queue = std::make_shared<InputQueue>([] {});
  host->options_.pictures = std::make_shared<PictureSlot>([] {});
  host->options_.tool_calls = std::make_shared<PendingToolCalls>();
  host->options_.streams = std::make_shared<OutputStreams>();
  host->options_.counters = std::make_shared<Counters>();
  host->input_queue().close();
  host->pictures().close();
  return host;
}

Result<std::shared_ptr<SessionHost>> SessionHost::prepare(const Config &config,
                                                          const Platform &platform, Log log) {
  auto endpoint = resolve_endpoint(config, platform.environment);
  if (!endpoint) return endpoint.error();
  auto setup = wire::encode_setup(config, endpoint->model, endpoint->service);
  if (!setup) return setup.error();

  auto access_token = std::make_shared<Guarded<Secret>>(endpoint->access_token);
  auto functions = wire::declared_functions(*setup);
  auto host = std::make_shared<SessionHost>();
  auto *self = host.get();
  auto input_queue = std::make_shared<InputQueue>([self] { self->wake(); });
  input_queue->set_limits(
      {.chunk = *config.chunk_duration,
       .backlog = *config.max_backlog,
       .only_in_activity = *config.activity_detection == ActivityDetection::manual});
  auto streams = std::make_shared<OutputStreams>();
  streams->each([log](OutputStream &stream) { stream.set_log(log); });
  host->io_ = IoThread::lease();
  host->options_ = {
      .config = config,
      .endpoint = std::move(*endpoint),
      .access_token = std::move(access_token),
      .setup = std::move(*setup),
      .input_queue = std::move(input_queue),
      .pictures = std::make_shared<PictureSlot>([self] { self->wake(); }),
      .tool_calls = std::make_shared<PendingToolCalls>(),
      .functions = std::move(functions),
      .streams = std::move(streams),
      .counters = std::make_shared<Counters>(),
      .make_transport = [make = platform.make_transport,
                         log](Transport::Listener &listener) { return make(listener, log); },
      .notify = [self](const Notice &notice) { self->notify(notice); },
      .log = log};
  *host->counters().handle.lock() = config.resumption_handle->reveal();
  return host;
}

void SessionHost::begin() {
  io_->post([self = shared_from_this()] {
    if (self->ended_) return;
    self->session_ = std::make_unique<Session>(self->options_);
    self->session_->start();
  });
}

void SessionHost::end() {
  ended_ = true;
  input_queue().close();
  pictures().close();
  auto part = [self = shared_from_this()]() mutable {
    self->session_.reset();
    self->counters().state = ConnectionState::disconnected;
    self.reset();  // so that it is over for the I/O thread when call() returns
  };
  if (io_->is_current())
    io_->post(std::move(part));  // the session is telling something
  else
    io_->call(std::move(part), max_close_wait);
}

/// Many pushes post one closure. The host keeps itself until that has run.
void SessionHost::wake() {
  if (drain_posted_.exchange(true)) return;
  posted_self_ = shared_from_this();
  io_->post([this] {
    const auto self = std::move(posted_self_);
    drain_posted_ = false;
    if (session_) session_->drain();
  });
}

/// What a maintainer wants to see. No handle, and nothing that was said.
void SessionHost::log(const Notice &notice) {
  using enum Log::Level;
  const auto &log = options_.log;
  const auto ms = [](auto duration) {
    return static_cast<long>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  std::visit(
      Overloaded{[&](const notice::StateChanged &event) {
                   if (event.state == ConnectionState::connecting)
                     connecting_at_ = g_get_monotonic_time();
                 },
                 [&](const notice::Connected &event) {
                   const std::chrono::microseconds taken(g_get_monotonic_time() - connecting_at_);
                   log(info, "connected to a %s session, attempt %u, after %ld ms",
                       event.resumed ? "resumed" : "new", event.attempt, ms(taken));
                 },
                 [&](const notice::Reconnecting &event) {
                   log(info, "connecting again, attempt %u in %ld ms (close code %d)",
                       event.attempt, ms(event.delay), event.close_code);
                 },
                 [&](const notice::TurnStarted &) { log(debug, "turn %u begins", notice.turn); },
                 [&](const notice::GenerationComplete &) {
                   log(debug, "turn %u: all has come", notice.turn);
                 },
                 [&](const notice::TurnComplete &event) {
                   log(debug, "turn %u is %s, %ld ms of audio", notice.turn,
                       event.interrupted ? "interrupted" : "complete", ms(event.audio_duration));
                 },
                 [](const auto &) {}},
      notice.body);
}

void SessionHost::notify(const Notice &notice) {
  log(notice);
  if (const auto *failed = std::get_if<notice::Failed>(&notice.body))
    *failure_.lock() = failed->error;
  if (!ended_) dispatcher_.dispatch(notice);
}

void SessionHost::interrupt() {
  if (!io_ || ended_) return;
  io_->post([self = shared_from_this()] {
    if (self->session_) self->session_->interrupt_locally();
  });
}

bool SessionHost::set_access_token(const Secret &token) {
  if (!options_.access_token) return false;
  auto current = options_.access_token->lock();
  // The path that was taken at the start goes with one kind of token.
  if (current->empty() || token.empty() ||
      auth::is_ephemeral(*current) != auth::is_ephemeral(token))
    return false;
  *current = token;
  return true;
}

}  // namespace gemlive
