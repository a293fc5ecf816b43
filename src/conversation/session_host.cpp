// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_host.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "auth_headers.hpp"
#include "capturing_transport.hpp"
#include "metrics_exporter.hpp"
#include "wire.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr auto max_close_wait = 20ms;
constexpr auto max_disk_wait = 1s;

using MakeTransport = std::function<std::unique_ptr<Transport>(Transport::Listener &)>;

/// The file of capture-location. Null if there is none.
Result<std::shared_ptr<CaptureFile>> create_capture(const Config &config,
                                                    const Environment &environment, Log log) {
  constexpr const char *variable = "GEMLIVE_CAPTURE_LOCATION";
  if (!config.capture_location->empty())
    return CaptureFile::create(*config.capture_location, "Property capture-location",
                               std::move(log));
  const auto location = environment(variable);
  if (location.empty()) return std::shared_ptr<CaptureFile>();
  return CaptureFile::create(location, std::string("Variable ") + variable, std::move(log));
}

MakeTransport with_capture(MakeTransport make, std::shared_ptr<CaptureFile> file,
                           std::function<void(const Error &)> warn) {
  if (!file) return make;
  return [make = std::move(make), file = std::move(file),
          warn = std::move(warn)](Transport::Listener &listener) {
    return make_capturing_transport(listener, file, make, warn);
  };
}

}  // namespace

std::shared_ptr<SessionHost> SessionHost::closed() {
  auto host = std::make_shared<SessionHost>();
  host->options_.input_queue = std::make_shared<InputQueue>([] {});
  host->options_.inputs = std::make_shared<InputRegistry>([] {});
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

  auto secret_mask = std::make_shared<SecretMask>();
  log = log.with_mask(secret_mask);
  auto capture = create_capture(config, platform.environment, log);
  if (!capture) return capture.error();
  auto access_token = std::make_shared<Guarded<Secret>>(endpoint->access_token);
  auto functions = wire::declared_functions(*setup);
  auto host = std::make_shared<SessionHost>();
  auto *self = host.get();
  auto input_queue = std::make_shared<InputQueue>([self] { self->send_or_wake(); });
  input_queue->set_limits(
      {.chunk = *config.chunk_duration,
       .backlog = *config.max_backlog,
       .tail = std::max(1000ms, std::chrono::milliseconds(*config.silence_duration) + 200ms),
       .fills_pauses = *config.input_pause > 0ms,
       .only_in_activity = *config.activity_detection == ActivityDetection::manual});
  auto streams = std::make_shared<OutputStreams>();
  streams->each(
      [log = log.with_topic(Log::Topic::protocol)](OutputStream &stream) { stream.set_log(log); });
  host->io_ = IoThread::lease();
  host->capture_ = *capture;
  host->options_ = {.config = config,
                    .endpoint = std::move(*endpoint),
                    .access_token = std::move(access_token),
                    .setup = std::move(*setup),
                    .input_queue = std::move(input_queue),
                    .inputs = std::make_shared<InputRegistry>([self] { self->wake(); }),
                    .pictures = std::make_shared<PictureSlot>([self] { self->wake(); }),
                    .tool_calls = std::make_shared<PendingToolCalls>(),
                    .functions = std::move(functions),
                    .streams = std::move(streams),
                    .counters = std::make_shared<Counters>(),
                    .make_transport = with_capture(
                        [make = platform.make_transport, log = log.with_topic(Log::Topic::net)](
                            Transport::Listener &listener) { return make(listener, log); },
                        *capture,
                        [self](const Error &error) {
                          self->notify({.body = notice::Warning{error}});
                        }),
                    .notify = [self](const Notice &notice) { self->notify(notice); },
                    .secret_mask = std::move(secret_mask),
                    .log = log};
  *host->counters().handle.lock() = config.resumption_handle->reveal();
  if (auto *metrics = MetricsExporter::of_process(platform.environment("GEMLIVE_METRICS"), log))
    host->metrics_ = std::make_unique<Metrics::Source>(*metrics, host->stats_reader());
  return host;
}

Stats SessionHost::stats() const {
  return stats_reader()();
}

/// The reader may outlive the host.
std::function<Stats()> SessionHost::stats_reader() const {
  return [counters = options_.counters, input = options_.input_queue, pictures = options_.pictures,
          streams = options_.streams]() -> Stats {
    return {.state = counters->state,
            .session_id = counters->session_id.copy(),
            .input = input->stats(),
            .pictures = pictures->stats(),
            .output = streams->audio.stats(),
            .messages_sent = counters->messages_sent,
            .messages_received = counters->messages_received,
            .turns = counters->turns,
            .interruptions = counters->interruptions,
            .connects = counters->connects,
            .retries = counters->retries,
            .resumptions = counters->resumptions,
            .planned_reconnects = counters->planned_reconnects,
            .resent = counters->resent};
  };
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
  auto destroy = [self = shared_from_this()]() mutable {
    self->session_.reset();
    self->counters().state = ConnectionState::disconnected;
    self->metrics_.reset();
    self.reset();  // before call() returns
  };
  if (io_->is_current())
    io_->post(std::move(destroy));  // inside a callback of the session
  else
    io_->call(std::move(destroy), max_close_wait);
  if (capture_ && !io_->is_current()) capture_->finish(max_disk_wait);
}

/// Audio is sent here, on the thread that pushes it, if the I/O thread sleeps, nothing is queued in
/// front of it and the socket takes it: waking it would cost more than the sending. The I/O
/// thread does everything else.
void SessionHost::send_or_wake() {
  bool is_sent = false;
  io_->borrow([this, &is_sent] { is_sent = session_ && session_->send_audio(); });
  if (!is_sent) wake();
}

/// Posts one closure for many pushes. The host keeps itself alive until the closure has run.
void SessionHost::wake() {
  if (drain_posted_.exchange(true)) return;
  posted_self_ = shared_from_this();
  io_->post([this] {
    const auto self = std::move(posted_self_);
    drain_posted_ = false;
    if (session_) session_->drain();
  });
}

void SessionHost::notify(const Notice &notice) {
  if (const auto *failed = std::get_if<notice::Failed>(&notice.body))
    *failure_.lock() = failed->error;
  if (metrics_) metrics_->count(notice);
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
  // The URL depends on the type of the token.
  if (current->empty() || token.empty() ||
      auth::is_ephemeral(*current) != auth::is_ephemeral(token))
    return false;
  *current = token;
  return true;
}

}  // namespace gemlive
