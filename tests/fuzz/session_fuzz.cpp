// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A session with a fake service and a virtual clock. Each byte of the input is one action of the
// user, the service, the network or the clock. In any order: all sums are exact; input is sent only
// after the setup, and resent exactly if it was lost without an answer; EOS is due exactly when
// nothing is owed, or after eos-timeout; each tool call has one answer; connections and timers are
// bounded; a failure is reported once, as the last notice.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base64.hpp"
#include "fake_service.hpp"
#include "session.hpp"
#include "virtual_clock.hpp"
#include "wire.hpp"

using namespace gemlive;
using test::FakeService;
using test::Ledger;
using test::require;
using namespace std::chrono_literals;

namespace {

const std::string audio = [] {
  const std::vector<std::byte> samples(960, std::byte{0x11});
  std::string data(base64::encoded_size(samples.size()), '\0');
  base64::encode(samples, data.data());
  return R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":")" +
         data + R"("}}]}}})";
}();

constexpr std::chrono::milliseconds step{250};  // between two looks at the session
constexpr std::int64_t second = 1'000'000;

class World {
 public:
  explicit World(std::uint8_t kind) {
    config.max_retries.set(kind % 3 == 0 ? -1 : 2);
    config.max_backlog.set(200ms);
    config.idle_timeout.set(kind % 5 == 0 ? 60s : 0s);
    config.max_turns.set(kind % 7 == 0 ? 2 : 0);
    config.eos_timeout.set(20s);
    config.turn_timeout.set(kind % 13 == 0 ? 0s : 30s);
    config.tool_timeout.set(kind % 4 == 0 ? 3s : 0s);
    config.connection_lifetime.set(kind % 17 == 0 ? 30s : 0s);
    if (kind % 11 < 3) config.activity_detection.set(ActivityDetection::manual);
    input_queue->set_limits({.backlog = 200ms, .only_in_activity = is_manual()});
    streams->audio.attach();
    session = std::make_unique<Session>(Session::Options{
        .config = config,
        .endpoint = {.url = "ws://fake", .model = "models/m", .service = service_of(kind)},
        .setup = kind % 19 < 5 ? R"({"setup":{"sessionResumption":{}}})" : R"({"setup":{}})",
        .input_queue = input_queue,
        .inputs = inputs,
        .pictures = pictures,
        .tool_calls = tool_calls,
        .functions = {"f"},
        .streams = streams,
        .counters = counters,
        .make_transport = [this](auto &listener) { return make(listener); },
        .notify = [this](const Notice &notice) { on_notice(notice); },
        .seed = kind});
    service = std::make_unique<FakeService>(FakeService::Rules{
        .is_manual = is_manual(),
        .is_exact = service_of(kind) == Service::vertex && *config.session_resumption,
        .now = [this] { return clock.now(); },
        .is_finished = [this] { return input_queue->is_closed(); }});
    if (*config.turn_timeout == 0s) service->ledger.turn_timeout = 0;
    session->start();
  }

  ~World() {
    end_input();
    check();
    session.reset();
    require(!service->server.alive, "the session destroys its transport");
  }

  void act(std::uint8_t byte) {
    choose(static_cast<std::uint8_t>(byte - 'a'));
    wake();
    check();
  }

 private:
  void choose(std::uint8_t action) {
    switch (action % 37) {
      case 0:
      case 35:
        return push(true);
      case 1:
        return push(false);
      case 2:
        input_queue->push(input::TypedText{FakeService::typed(++ids)});
        return session->drain();
      case 3:
        return push_end();
      case 4:
        service->stop_playing();
        return session->interrupt_locally();
      case 5:
        return service->open();
      case 20:
        service->server.writable = false;
        return;
      case 21:
        service->server.writable = true;
        if (service->can_act()) service->server.become_writable();
        return;
      case 22:
        return advance(100ms);
      case 23:
        return advance(10s);
      case 24:
        return advance(300ms);
      case 25:
        return advance(0ms);
      case 26:
        pictures->push({std::byte{1}});
        return session->drain();
      case 28:
        input_queue->push(input::ActivityStart{});
        return session->drain();
      case 29:
        input_queue->push(input::ActivityEnd{});
        return session->drain();
      case 30:
        input_queue->claim_audio(producer);
        input_queue->set_flushing(producer, true);
        input_queue->set_flushing(producer, false);
        return session->drain();
      case 31:
        return answer_call();
      case 34:
        input_queue->push(
            input::Message{.text = wire::encode_client_content(FakeService::typed(++ids), true),
                           .wants_answer = true});
        return session->drain();
      case 36:
        return advance(31s);
      default:
        if (service->can_act()) choose_event(action);
    }
  }

  void choose_event(std::uint8_t action) {
    switch (action % 37) {
      case 6:
        return service->confirm();
      case 7:
        return action > 111 ? service->transcribe() : service->speak(audio, 20'000);
      case 8:
        return service->generated();
      case 9:
        return service->complete(action > 111, action == 46);
      case 10:
        return service->interrupt();
      case 11:
        return service->give_handle("h", 3);
      case 12:
        return service->server.say(R"({"sessionResumptionUpdate":{}})");
      case 13:
        return service->call(action % 3 != 0, action % 5 != 0, action > 150);
      case 14:
        return service->server.say("[");
      case 15:
        return service->server.say(action > 111 ? R"({"goAway":{}})"
                                                : R"({"goAway":{"timeLeft":"5s"}})");
      case 16:
        return service->end(1011, "Internal error encountered.");
      case 17:
        return service->end(1008, "BidiGenerateContent session not found");
      case 18:
        ++blamed;
        return service->end(1007, "Request contains an invalid argument.");
      case 19:
        return service->end(action > 111 ? 1008 : 0, action > 111 ? "Permission denied" : "");
      case 27:
        return service->hear();
      case 32:
        return action > 111 ? service->cancel() : service->give_handle("g", 0);
      case 33:
        return action > 111 ? service->wait_for_input() : service->begin_activity();
      default:
        return;
    }
  }

  // The user

  void push(bool is_speech) {
    const auto samples = FakeService::audio(++ids, is_speech);
    auto all = std::as_bytes(std::span(samples));
    if (service->input_has_ended && !input_queue->is_closed() && !is_quiet())
      service->is_exact = false;
    if (input_queue->push_audio(all, 16000, input::Overflow::drop_oldest) == input::PushResult::ok)
      pushed += FakeService::chunk;
    if (!session->send_audio()) session->drain();  // as SessionHost
  }
  /// The end of the input ends speech without a message: the ledger learns of it here.
  void push_end() {
    if (!is_quiet() && (service->input_has_ended || input_queue->has_items()))
      service->is_exact = false;
    service->input_has_ended = true;
    if (!input_queue->has_ended()) input_end = clock.now();
    input_queue->push(input::EndOfInput{});
    session->drain();
    if (input_queue->has_items())
      service->is_exact = false;
    else
      service->ledger.speech_ended();
  }
  bool is_quiet() const { return service->ledger.is_quiet(); }

  void answer_call() {
    if (app_calls.empty()) return;
    const auto call = app_calls.front();
    app_calls.pop_front();
    if (const auto pending = tool_calls->answer(call.id, call.name, false)) {
      const auto response = wire::read_function_response(
          call.id.size() % 2 == 0 ? R"({"response":{},"scheduling":"SILENT"})" : "{}");
      input_queue->push(input::ToolResponse{
          .message = wire::encode_tool_response(pending->id_on_wire(), call.name, *response),
          .call = *pending,
          .is_silent = response->is_silent});
    }
    session->drain();
  }

  // The clock

  void advance(std::chrono::milliseconds duration) {
    unsigned wakeups = 0;
    for (auto left = duration; left > 0ms; left -= std::min(left, step)) {
      wakeups += clock.advance(std::min(left, step));
      wake();
      check();
    }
    if (duration == 0ms) clock.advance(0ms);
    // After the end the text streams wait for the audio, every 20 ms.
    const auto each_second = input_queue->is_closed() ? 60 : 6;
    require(wakeups <= 20 + each_second * duration / 1s, "timers are bounded");
  }
  /// As the conversation does when the queue asks for it.
  void wake() {
    while (std::exchange(wakes, false))
      session->drain();
  }

  std::unique_ptr<Transport> make(Transport::Listener &listener) {
    const auto now = clock.now();
    require(now >= connects_at, "no connection before its delay has passed");
    require(*config.max_retries < 0 || ++useless <= static_cast<unsigned>(*config.max_retries) + 2,
            "max-retries limits connections without use");
    require(blamed <= 3, "the ladder ends");
    connections.push_back(now);
    std::erase_if(connections, [&](auto at) { return at < now - 60 * second; });
    require(connections.size() <= 30, "connections per minute are bounded");
    return service->make(listener);
  }

  void on_notice(const Notice &notice) {
    const auto now = clock.now();
    const bool is_reconnecting = std::holds_alternative<notice::Reconnecting>(notice.body);
    require(failures == 0 || !is_reconnecting, "no reconnect after a failure");
    if (std::holds_alternative<notice::Failed>(notice.body)) ++failures;
    if (const auto *again = std::get_if<notice::Reconnecting>(&notice.body)) {
      connects_at = now + std::chrono::floor<std::chrono::microseconds>(again->delay).count();
      if (connected_at && now - *connected_at >= 10 * second) useless = blamed = 0;
      connected_at.reset();
    }
    if (std::holds_alternative<notice::Connected>(notice.body)) connected_at = now;
    if (const auto *turn = std::get_if<notice::TurnComplete>(&notice.body);
        turn && !turn->interrupted &&
        (turn->audio_bytes > 0 || turn->since_first_byte || has_called)) {
      useless = blamed = 0;
      has_called = false;
    }
    if (const auto *call = std::get_if<ToolCall>(&notice.body)) {
      app_calls.push_back(*call);
      has_called = true;
    }
    if (const auto *warning = std::get_if<notice::Warning>(&notice.body)) on_warning(*warning);
  }
  void on_warning(const notice::Warning &warning) {
    const auto has = [&](const char *part) {
      return warning.error.message.find(part) != std::string::npos;
    };
    if (has("did not answer within") && has("Repeat")) service->ledger.gave_up_question(clock.now());
    if (has("ended its turn without an answer")) service->ledger.gave_up_question(clock.now());
    if (has("is not sent again")) service->ledger.gave_up_lost();
    if (has("The answer did not continue")) service->ledger.gave_up_turn(clock.now());
    if (has("The conversation ends here")) is_limited = true;
  }

  // What must hold after each action

  void check() {
    check_sums();
    service->check_resent();
    check_end();
  }

  void check_sums() {
    const auto in = input_queue->stats();
    require(in.pushed == pushed, "all pushed audio is counted");
    require(in.pushed == in.sent + in.dropped + in.held, "input: the sum is exact");
    require(service->heard == in.sent + counters->resent,
            "what was sent has arrived, and nothing else");
    require(in.dropped == in.overflowed + in.unmarked + in.flushed + in.unsent + in.incomplete,
            "input: every drop has its reason");
    require(in.acknowledged + in.given_up <= in.sent, "no audio is both acknowledged and given up");
    require(in.held <= 200 * 32, "the backlog is bounded");
    require(service->most_resent <= 200 * 32, "the resend buffer is bounded");
    require(tool_calls->count() <= 64, "pending tool calls are bounded");
    const auto out = streams->audio.stats();
    require(out.came == out.taken + out.discarded + out.dropped + out.held,
            "output: the sum is exact");
    require(out.discarded == out.interrupted + out.untaken + out.skipped &&
                out.dropped == out.overflowed + out.invalid,
            "output: every loss has its reason");
    require(failures <= 1, "at most one failure");
  }

  /// The conversation ends exactly when it must.
  void check_end() {
    const auto now = clock.now();
    auto &ledger = service->ledger;
    ledger.pass(now);
    if (input_queue->is_closed()) {
      if (std::exchange(is_over, true) || failures > 0 || is_limited || *config.max_turns > 0)
        return;
      require(input_end.has_value(), "EOS follows the end of the input");
      if (service->is_exact && now < *input_end + 20 * second)
        require(!ledger.owed() || ledger.is_whole() || ledger.may_be_interpreter(),
                "no EOS while something is owed");
      return;
    }
    if (!input_queue->has_ended()) input_end.reset();
    const bool is_due = service->is_exact && input_queue->has_ended() && service->is_up &&
                        service->can_act() && service->server.writable &&
                        !input_queue->has_items() && ledger.is_done();
    if (!is_due) due_since.reset();
    if (!is_due) return;
    due_since = due_since.value_or(now);
    require(now - *due_since <= second, "EOS is due when nothing is owed");
  }

  /// Whatever has happened, it ends after eos-timeout, and each call has an answer.
  void end_input() {
    if (input_queue->is_closed()) return;
    push_end();
    wake();
    advance(4s);
    if (*config.tool_timeout > 0s && service->can_act() && service->is_up &&
        service->server.writable && !input_queue->is_closed())
      require(!service->has_open_calls(), "tool-timeout answers each call");
    advance(31s);
    require(input_queue->is_closed(), "eos-timeout ends every conversation");
    advance(6s);
    require(failures > 0 || counters->state == ConnectionState::disconnected,
            "the connection is closed after the end");
  }

  static Service service_of(std::uint8_t kind) {
    return kind % 2 == 0 ? Service::developer : Service::vertex;
  }
  bool is_manual() const { return *config.activity_detection == ActivityDetection::manual; }

  test::VirtualClock clock;
  Config config;
  input::Producer producer;
  bool wakes = false;
  std::shared_ptr<InputRegistry> inputs = std::make_shared<InputRegistry>([] {});
  std::shared_ptr<PictureSlot> pictures = std::make_shared<PictureSlot>([] {});
  std::shared_ptr<InputQueue> input_queue = std::make_shared<InputQueue>([this] { wakes = true; });
  std::shared_ptr<PendingToolCalls> tool_calls = std::make_shared<PendingToolCalls>();
  std::shared_ptr<OutputStreams> streams = std::make_shared<OutputStreams>();
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  std::unique_ptr<FakeService> service;
  std::unique_ptr<Session> session;

  unsigned ids = 0;  // of what the user says
  std::uint64_t pushed = 0;
  std::deque<ToolCall> app_calls;
  std::optional<std::int64_t> input_end;

  int failures = 0;
  bool is_limited = false, is_over = false;
  std::optional<std::int64_t> due_since;

  std::int64_t connects_at = 0;
  std::optional<std::int64_t> connected_at;
  std::vector<std::int64_t> connections;  // of the last minute
  unsigned useless = 0;                   // connections since a turn, or one that lasted
  bool has_called = false;
  unsigned blamed = 0;  // connections whose request the service has blamed, likewise
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0) return 0;
  World world(data[0]);
  for (const auto byte : std::span(data, std::min<std::size_t>(size, 256)).subspan(1))
    world.act(byte);
  return 0;
}
