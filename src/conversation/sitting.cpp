// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sitting.hpp"

#include "overloaded.hpp"

#include <chrono>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_goodbye = 20ms;

}  // namespace

std::shared_ptr<Sitting> Sitting::none() {
  auto sitting = std::make_shared<Sitting>();
  sitting->parts_.input_queue = std::make_shared<InputQueue>([] {});
  sitting->parts_.pictures = std::make_shared<PictureSlot>([] {});
  sitting->parts_.tool_calls = std::make_shared<PendingToolCalls>();
  sitting->parts_.streams = std::make_shared<OutputStreams>();
  sitting->parts_.counters = std::make_shared<Counters>();
  sitting->input_queue().close();
  sitting->pictures().close();
  return sitting;
}

Result<std::shared_ptr<Sitting>> Sitting::prepare(const Config &config,
                                                  const Conversation::Platform &platform, Log log) {
  auto endpoint = resolve_endpoint(config, platform.environment);
  if (!endpoint) return endpoint.error();
  auto setup = wire::encode_setup(config, endpoint->model, endpoint->service);
  if (!setup) return setup.error();

  auto access_token = std::make_shared<Guarded<Secret>>(endpoint->access_token);
  auto functions = wire::declared_functions(*setup);
  auto sitting = std::make_shared<Sitting>();
  auto *self = sitting.get();
  auto input_queue = std::make_shared<InputQueue>([self] { self->wake(); });
  input_queue->set_limits({.chunk = *config.chunk_duration,
                      .backlog = *config.max_backlog,
                      .only_in_activity = *config.activity_detection == ActivityDetection::manual});
  auto streams = std::make_shared<OutputStreams>();
  streams->each([log](OutputStream &stream) { stream.set_log(log); });
  sitting->io_ = IoThread::lease();
  sitting->parts_ = {
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
      .tell = [self](const Notice &notice) { self->tell(notice); },
      .log = log};
  *sitting->counters().handle.lock() = config.resumption_handle->reveal();
  return sitting;
}

void Sitting::begin() {
  io_->post([self = shared_from_this()] {
    if (self->ended_) return;
    self->session_ = std::make_unique<Session>(self->parts_);
    self->session_->start();
  });
}

void Sitting::end() {
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
    io_->call(std::move(part), longest_goodbye);
}

/// Many pushes post one closure. The sitting keeps itself until that has run.
void Sitting::wake() {
  if (woken_.exchange(true)) return;
  awake_ = shared_from_this();
  io_->post([this] {
    const auto self = std::move(awake_);
    woken_ = false;
    if (session_) session_->drain();
  });
}

/// What a maintainer wants to see. No handle, and nothing that was said.
void Sitting::log(const Notice &notice) {
  using enum Log::Level;
  const auto &log = parts_.log;
  const auto ms = [](auto duration) {
    return static_cast<long>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  std::visit(
      Overloaded{[&](const notice::StateChanged &fact) {
                   if (fact.state == ConnectionState::connecting)
                     connecting_at_ = g_get_monotonic_time();
                 },
                 [&](const notice::Connected &fact) {
                   const std::chrono::microseconds taken(g_get_monotonic_time() - connecting_at_);
                   log(info, "connected to a %s session, attempt %u, after %ld ms",
                       fact.resumed ? "resumed" : "new", fact.attempt, ms(taken));
                 },
                 [&](const notice::Reconnecting &fact) {
                   log(info, "connecting again, attempt %u in %ld ms (close code %d)", fact.attempt,
                       ms(fact.delay), fact.close_code);
                 },
                 [&](const notice::TurnStarted &) { log(debug, "turn %u begins", notice.turn); },
                 [&](const notice::GenerationComplete &) {
                   log(debug, "turn %u: all has come", notice.turn);
                 },
                 [&](const notice::TurnComplete &fact) {
                   log(debug, "turn %u is %s, %ld ms of audio", notice.turn,
                       fact.interrupted ? "interrupted" : "complete", ms(fact.audio_duration));
                 },
                 [](const auto &) {}},
      notice.fact);
}

void Sitting::tell(const Notice &notice) {
  log(notice);
  if (const auto *failed = std::get_if<notice::Failed>(&notice.fact))
    *failure_.lock() = failed->error;
  if (!ended_) audiences_.tell(notice);
}

void Sitting::interrupt() {
  if (!io_ || ended_) return;
  io_->post([self = shared_from_this()] {
    if (self->session_) self->session_->interrupt_locally();
  });
}

bool Sitting::set_access_token(const Secret &token) {
  if (!parts_.access_token) return false;
  auto current = parts_.access_token->lock();
  // The path that was taken at the start goes with one kind of token.
  if (current->empty() || token.empty() ||
      auth::is_ephemeral(*current) != auth::is_ephemeral(token))
    return false;
  *current = token;
  return true;
}

}  // namespace gemlive
