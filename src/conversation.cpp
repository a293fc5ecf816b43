// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "endpoint.hpp"
#include "io_thread.hpp"
#include "soup_transport.hpp"
#include "wire.hpp"

namespace gemlive {

namespace {

using std::chrono::milliseconds;

/// How long a state change waits for the connection's farewell to be on its way.
constexpr milliseconds teardown_wait{20};
/// The server's own idea of when speech has ended is about 800 ms; more is surely the end.
constexpr milliseconds shortest_tail{1000};
constexpr milliseconds tail_margin{200};

Guarded<std::map<std::string, std::weak_ptr<Conversation>>> &registry() {
  static Guarded<std::map<std::string, std::weak_ptr<Conversation>>> names;
  return names;
}

std::shared_ptr<Conversation> find_or_make(const std::string &name, Log log,
                                           Conversation::Platform platform) {
  auto names = registry().lock();
  auto found = (*names)[name].lock();
  if (!found) {
    std::erase_if(*names, [](const auto &entry) { return entry.second.expired(); });
    found = std::make_shared<Conversation>(name, log, std::move(platform));
    (*names)[name] = found;
  }
  return found;
}

}  // namespace

/// What stands for a seat while notices are delivered: outlives the seat for the length of a call.
struct Conversation::Seat::Place {
  explicit Place(Listener &to) : listener(to) {}

  struct Delivery {
    bool open = false;
    bool under_way = false;
    std::thread::id by = {};
  };

  Listener &listener;
  const void *audience = nullptr;  // guarded by the conversation's state, like config
  Config config = {};
  bool open = false;
  Guarded<Delivery> delivery = {};
  std::condition_variable delivered = {};

  void deliver(const Notice &notice) {
    {
      auto now = delivery.lock();
      if (!now->open) return;
      now->under_way = true;
      now->by = std::this_thread::get_id();
    }
    listener.on_notice(notice);
    delivery.lock()->under_way = false;
    delivered.notify_all();
  }

  /// After it returns nothing is delivered any more, unless it is called by a delivery.
  void shut() {
    auto now = delivery.lock();
    now->open = false;
    if (now->by == std::this_thread::get_id()) return;
    now.wait(delivered, [&] { return !now->under_way; });
  }
};

/// From the first open seat to the last: one session, and what it shares with other threads.
struct Conversation::Run : std::enable_shared_from_this<Conversation::Run> {
  Config config = {};
  std::shared_ptr<IoThread> io = IoThread::lease();
  std::shared_ptr<Streams> streams = std::make_shared<Streams>();
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  std::shared_ptr<Outbox> outbox = std::make_shared<Outbox>([this] { wake(); });
  Guarded<std::optional<Error>> failure = {};
  std::unique_ptr<Session> session = {};  // I/O thread
  std::atomic<bool> woken = false;
  std::shared_ptr<Run> kept = {};  // while woken

  /// Many pushes, one closure, and no allocation for it.
  void wake() {
    if (woken.exchange(true)) return;
    kept = shared_from_this();
    io->post([this] {
      const auto self = std::move(kept);
      woken = false;
      if (session) session->drain();
    });
  }

  void start(Session::Parts parts) {
    io->post([self = shared_from_this(), parts = std::move(parts)] {
      self->session = std::make_unique<Session>(parts);
      self->session->start();
    });
  }

  void stop() {
    outbox->close();
    const auto end = [self = shared_from_this()] { self->session.reset(); };
    // A listener may close its seat while the session tells it something.
    if (io->is_current())
      io->post(end);
    else
      io->call(end, teardown_wait);
  }
};

struct Conversation::Impl {
  struct State {
    std::vector<std::shared_ptr<Seat::Place>> places = {};
    std::shared_ptr<Run> run = {};
    unsigned open_seats = 0;
    unsigned inputs = 0;
    unsigned ended_inputs = 0;
  };

  Impl(Log to, Platform on) : log(to), platform(std::move(on)) {}

  const Log log;
  const Platform platform;
  Guarded<State> state = {};

  std::shared_ptr<Run> run() { return state.lock()->run; }

  /// One seat of each audience hears it, the first that is open.
  void deliver(const Notice &notice) {
    std::vector<std::shared_ptr<Seat::Place>> chosen;
    {
      auto now = state.lock();
      for (const auto &place : now->places) {
        const bool heard = std::any_of(chosen.begin(), chosen.end(), [&](const auto &other) {
          return other->audience == place->audience;
        });
        if (place->open && !heard) chosen.push_back(place);
      }
    }
    for (const auto &place : chosen)
      place->deliver(notice);
  }

  /// The settings of all seats together, or the error that two of them disagree.
  static Result<Config> settle(const State &state) {
    Config settled;
    for (const auto &place : state.places)
      if (const auto name = settled.merge(place->config)) return disagreement(*name);
    return settled;
  }

  static Error disagreement(std::string_view name) {
    return {.kind = ErrorKind::bad_setting,
            .message = "Two elements of one session set the property " + std::string(name) +
                       " to different values: set it on one of them, or the same on both"};
  }
};

Conversation::Conversation(const std::string &, Log log, Platform platform)
    : impl_(std::make_shared<Impl>(log, std::move(platform))) {}

Conversation::~Conversation() = default;

Conversation::Platform Conversation::default_platform() {
  return {.environment = process_environment(), .make_transport = make_soup_transport};
}

/// Settles, resolves, and sends a session on its way. With the state locked.
Result<std::shared_ptr<Conversation::Run>> Conversation::begin(const Config &settled) {
  auto endpoint = resolve_endpoint(settled, impl_->platform.environment);
  if (!endpoint) return endpoint.error();
  auto setup = wire::encode_setup(settled, endpoint->model);
  if (!setup) return setup.error();

  auto run = std::make_shared<Run>();
  run->config = settled;
  run->outbox->set_limits(
      {.chunk = *settled.chunk_duration,
       .backlog = *settled.max_backlog,
       .only_in_activity = *settled.activity_detection == ActivityDetection::manual});
  const auto make_transport = impl_->platform.make_transport;
  run->start({.config = settled,
              .endpoint = *endpoint,
              .setup = *setup,
              .outbox = run->outbox,
              .streams = run->streams,
              .counters = run->counters,
              .make_transport = [make_transport, log = impl_->log](
                                    auto &listener) { return make_transport(listener, log); },
              .tell = [impl = impl_](const Notice &notice) { impl->deliver(notice); },
              .failed = [run = run.get()](const Error &error) { *run->failure.lock() = error; },
              .log = impl_->log,
              .now = [] { return g_get_monotonic_time(); }});
  return run;
}

Result<Config> Conversation::join(const std::shared_ptr<Seat::Place> &place, const void *audience) {
  auto state = impl_->state.lock();
  if (state->run) {
    if (const auto error = state->run->failure.copy()) return *error;
    if (const auto name = state->run->config.differs_from(place->config))
      return Impl::disagreement(*name);
  }
  place->audience = audience;
  const bool was_open = std::exchange(place->open, true);
  if (!state->run) {
    const auto settled = Impl::settle(*state);
    auto run = settled ? begin(*settled) : settled.error();
    if (!run) {
      place->open = false;
      return run.error();
    }
    state->run = *run;
  }
  if (!was_open) ++state->open_seats;
  return state->run->config;
}

Outbox &Conversation::outbox() {
  return *impl_->run()->outbox;
}
Streams &Conversation::streams() {
  return *impl_->run()->streams;
}

void Conversation::add_input() {
  ++impl_->state.lock()->inputs;
}

void Conversation::remove_input() {
  auto state = impl_->state.lock();
  --state->inputs;
  state->ended_inputs = std::min(state->ended_inputs, state->inputs);
}

void Conversation::end_input() {
  std::shared_ptr<Run> run;
  {
    auto state = impl_->state.lock();
    state->ended_inputs = std::min(state->ended_inputs + 1, state->inputs);
    if (state->ended_inputs < state->inputs) return;
    run = state->run;
  }
  if (!run) return;
  Outbox &outbox = *run->outbox;
  outbox.finish_chunk();
  if (outbox.rate() != 0 && *run->config.activity_detection == ActivityDetection::automatic) {
    outbox.push_silence(
        std::max(shortest_tail, milliseconds(*run->config.silence_duration) + tail_margin));
    outbox.push(Outbox::AudioStreamEnd{});
  }
  outbox.push(Outbox::ActivityEnd{});  // where one is open
  outbox.push(Outbox::EndOfInput{});
}

bool Conversation::wait_complete() {
  const auto run = impl_->run();
  return !run || run->outbox->wait_closed() == Outbox::Pushed::closed;
}

bool Conversation::ended() {
  const auto run = impl_->run();
  return !run || run->outbox->is_closed();
}

bool Conversation::push(Outbox::Mark mark) {
  const auto run = impl_->run();
  return run && run->outbox->push(std::move(mark)) == Outbox::Pushed::ok;
}

bool Conversation::send_text(const std::string &text, bool turn_complete) {
  return push(Outbox::TypedText{.text = text, .turn_complete = turn_complete});
}
bool Conversation::activity_start() {
  return marks_activity() && push(Outbox::ActivityStart{});
}
bool Conversation::activity_end() {
  return marks_activity() && push(Outbox::ActivityEnd{});
}

/// With automatic detection the service refuses marks.
bool Conversation::marks_activity() {
  const auto run = impl_->run();
  return run && *run->config.activity_detection == ActivityDetection::manual;
}

void Conversation::interrupt() {
  if (const auto run = impl_->run())
    run->io->post([run] {
      if (run->session) run->session->interrupt_locally();
    });
}

Stats Conversation::stats() {
  const auto run = impl_->run();
  if (!run) return {};
  const auto &counters = *run->counters;
  return {.state = counters.connection,
          .session_id = run->counters->session_id.copy(),
          .input = run->outbox->ledger(),
          .output = run->streams->audio.ledger(),
          .messages_sent = counters.messages_sent,
          .messages_received = counters.messages_received,
          .turns = counters.turns,
          .interruptions = counters.interruptions,
          .connects = counters.connects};
}

// Seats

Conversation::Seat::Seat(const std::string &name, Listener &listener, Log log,
                         const Platform &platform)
    : conversation_(find_or_make(name, log, platform)), place_(std::make_shared<Place>(listener)) {
  conversation_->impl_->state.lock()->places.push_back(place_);
}

Conversation::Seat::~Seat() {
  close();
  std::erase(conversation_->impl_->state.lock()->places, place_);
}

void Conversation::Seat::configure(const Config &config) {
  auto state = conversation_->impl_->state.lock();
  place_->config = config;
}

Result<Config> Conversation::Seat::open(const void *audience) {
  place_->delivery.lock()->open = true;  // before the first notice can come
  auto config = conversation_->join(place_, audience);
  if (!config) place_->shut();
  return config;
}

void Conversation::Seat::close() {
  std::shared_ptr<Run> last;
  {
    auto state = conversation_->impl_->state.lock();
    if (!std::exchange(place_->open, false)) return;
    if (--state->open_seats == 0) last = std::exchange(state->run, nullptr);
  }
  place_->shut();
  if (last) last->stop();
}

}  // namespace gemlive
