// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A session with a fake service. Each byte of the input is one action of the user, the service, the
// network or the clock. In any order, all sums are exact, input is sent only after the setup, and a
// failure is reported once, as the last notice.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base64.hpp"
#include "fake_transport.hpp"
#include "reconnect_policy.hpp"
#include "require.hpp"
#include "session.hpp"

using namespace gemlive;
using test::require;
using namespace std::chrono_literals;

namespace {

/// A seed with short first retry delays: they pass in real time.
std::uint32_t short_delay_seed() {
  static const auto found = [] {
    const Error end = {.kind = ErrorKind::lost, .retry = Retry::reconnect, .close_code = 1011};
    for (std::uint32_t seed = 1;; ++seed) {
      ReconnectPolicy policy(-1, seed);
      if (policy.failed(end, 0)->delay < 5ms && policy.failed(end, 0)->delay < 10ms) return seed;
    }
  }();
  return found;
}

const std::string audio = [] {
  const std::vector<std::byte> samples(960, std::byte{0x11});
  std::string data(base64::encoded_size(samples.size()), '\0');
  base64::encode(samples, data.data());
  return R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":")" +
         data + R"("}}]}}})";
}();

class World {
 public:
  explicit World(std::uint8_t kind) {
    config.max_retries.set(kind % 3 == 0 ? -1 : 2);
    config.max_backlog.set(200ms);
    config.idle_timeout.set(kind % 5 == 0 ? 60s : 0s);
    config.max_turns.set(kind % 7 == 0 ? 2 : 0);
    if (kind % 11 < 3) {
      config.activity_detection.set(ActivityDetection::manual);
      input_queue->set_limits({.backlog = 200ms, .only_in_activity = true});
    }
    streams->audio.attach();
    session = std::make_unique<Session>(Session::Options{
        .config = config,
        .endpoint = {.url = "ws://fake",
                     .model = "models/m",
                     .service = kind % 2 == 0 ? Service::developer : Service::vertex},
        .setup = R"({"setup":{}})",
        .input_queue = input_queue,
        .inputs = inputs,
        .pictures = pictures,
        .tool_calls = tool_calls,
        .functions = {"f"},
        .streams = streams,
        .counters = counters,
        .make_transport = [this](auto &listener) { return make(listener); },
        .notify = [this](const Notice &notice) { on_notice(notice); },
        .now = [this] { return now; },
        .seed = short_delay_seed()});
    session->start();
  }

  ~World() {
    check();
    session.reset();
    require(!server.alive, "the session destroys its transport");
  }

  void act(std::uint8_t byte) {
    const bool is_open = server.alive && !server.closed && opened;
    switch (static_cast<std::uint8_t>(byte - 'a') % 40) {
      case 0:
        return push(8000);
      case 1:
        return push(0);
      case 2:
        input_queue->push(input::TypedText{"typed"});
        return session->drain();
      case 3:
        input_queue->push(input::EndOfInput{});
        return session->drain();
      case 4:
        return session->interrupt_locally();
      case 5:
        if (server.alive && !server.closed && !std::exchange(opened, true)) server.open();
        return;
      case 6:
        return say(is_open, R"({"setupComplete":{}})");
      case 7:
        return say(is_open, audio);
      case 8:
        return say(is_open, R"({"serverContent":{"generationComplete":true}})");
      case 9:
        return say(is_open, R"({"serverContent":{"turnComplete":true}})");
      case 10:
        return say(is_open, R"({"serverContent":{"interrupted":true}})");
      case 11:
        return say(is_open, R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":true,)"
                            R"("lastConsumedClientMessageIndex":"3"}})");
      case 12:
        return say(is_open, R"({"sessionResumptionUpdate":{}})");
      case 13:
        return say(is_open, R"({"toolCall":{"functionCalls":[{"id":"1","name":"f"}]}})");
      case 14:
        return say(is_open, "[");
      case 15:
        return say(is_open, R"({"goAway":{"timeLeft":"5s"}})");
      case 16:
        return end(1011, "Internal error encountered.");
      case 17:
        return end(1008, "BidiGenerateContent session not found");
      case 18:
        return end(1007, "Request contains an invalid argument.");
      case 19:
        return end(0, "");
      case 20:
        server.writable = false;
        return;
      case 21:
        server.writable = true;
        if (is_open) server.become_writable();
        return;
      case 22:
        now += 100'000;
        return session->drain();
      case 23:
        now += 10'000'000;
        return session->drain();
      case 24:
        return wait_for_connection();
      case 26:
        pictures->push({std::byte{1}});
        return session->drain();
      case 27:
        return say(is_open, R"({"serverContent":{"inputTranscription":{"text":"hm"}}})");
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
      case 32:
        return say(is_open, R"({"sessionResumptionUpdate":{"newHandle":"g","resumable":true}})");
      case 33:
        return say(is_open,
                   R"({"sessionResumptionUpdate":{"lastConsumedClientMessageIndex":"5"}})");
      case 34:
        input_queue->push(
            input::Content{.message = R"({"clientContent":{}})", .turn_complete = true});
        return session->drain();
      case 35:
        return push(32767);
      case 36:
        now += 31'000'000;
        return session->drain();
      case 37:
        return say(is_open, R"({"goAway":{}})");
      case 38:
        return say(is_open, R"({"error":{"code":13,"message":"m","status":"INTERNAL"}})");
      case 39:
        return say(is_open, R"({"toolCallCancellation":{"ids":["1"]}})");
      default:
        for (int i = 0; i < 4; ++i)
          g_main_context_iteration(nullptr, FALSE);
    }
  }

  void check() {
    const auto in = input_queue->stats();
    require(in.pushed == pushed, "all pushed audio is counted");
    require(in.pushed == in.sent + in.dropped + in.held, "input: the sum is exact");
    require(heard == in.sent + counters->resent, "what was sent has arrived, and nothing else");
    require(in.dropped == in.overflowed + in.unmarked + in.flushed + in.unsent + in.incomplete,
            "input: every drop has its reason");
    require(in.acknowledged + in.given_up <= in.sent, "no audio is both acknowledged and given up");
    const auto out = streams->audio.stats();
    require(out.came == out.taken + out.discarded + out.dropped + out.held,
            "output: the sum is exact");
    require(out.discarded == out.interrupted + out.untaken &&
                out.dropped == out.overflowed + out.invalid,
            "output: every loss has its reason");
    require(failures <= 1, "at most one failure");
  }

 private:
  std::unique_ptr<Transport> make(Transport::Listener &listener) {
    require(!server.alive || server.closed || ended, "the old connection is closed first");
    opened = ended = in_activity = false;
    first = true;
    auto transport = server.make(listener);
    server.keeps_messages = false;
    server.on_message = nullptr;
    return std::make_unique<Wire>(*this, std::move(transport));
  }

  /// Checks each sent message.
  struct Wire final : Transport {
    Wire(World &owner, std::unique_ptr<Transport> transport)
        : world(owner), real(std::move(transport)) {}
    void connect(const Request &request) override { real->connect(request); }
    bool can_send() override { return real->can_send(); }
    void send(const std::string &text) override {
      require(world.opened && !world.ended && !world.server.closed,
              "sent only on an open connection");
      require(std::exchange(world.first, false) == (text.find(R"("setup")") < 3),
              "the setup is sent first, and once");
      if (text.find("activityStart") != std::string::npos)
        require(!std::exchange(world.in_activity, true), "no activityStart inside an activity");
      if (text.find("activityEnd") != std::string::npos)
        require(std::exchange(world.in_activity, false), "no activityEnd outside an activity");
      const auto at = text.find(R"("data":")");
      const bool is_audio = at != std::string::npos && text.find("audio/pcm") < at;
      require(!is_audio || world.in_activity || !world.is_manual(),
              "manual mode: audio only inside an activity");
      if (is_audio)
        world.heard +=
            base64::decoded_size(std::string_view(text).substr(at + 8, text.rfind('"') - at - 8))
                .value();
      real->send(text);
    }
    void close(int code, const std::string &reason) override { real->close(code, reason); }
    World &world;
    std::unique_ptr<Transport> real;
  };

  void on_notice(const Notice &notice) {
    if (std::holds_alternative<notice::Failed>(notice.body)) ++failures;
    if (const auto *again = std::get_if<notice::Reconnecting>(&notice.body)) delay = again->delay;
    require(failures == 0 || !std::holds_alternative<notice::Reconnecting>(notice.body),
            "no reconnect after a failure");
  }
  bool is_manual() const { return *config.activity_detection == ActivityDetection::manual; }
  void answer_call() {
    if (const auto call = tool_calls->answer("1", "f", false))
      input_queue->push(input::ToolResponse{.message = R"({"toolResponse":{}})", .call = *call});
    session->drain();
  }
  void push(std::int16_t level) {
    const std::vector<std::int16_t> samples(640, level);
    auto all = std::as_bytes(std::span(samples));
    if (input_queue->push_audio(all, 16000, input::Overflow::drop_oldest) == input::PushResult::ok)
      pushed += 1280;
    session->drain();
  }
  void say(bool is_open, const std::string &text) {
    if (is_open && !ended) server.say(text);
  }
  void end(int code, const std::string &reason) {
    if (!server.alive || server.closed || !opened || std::exchange(ended, true)) return;
    server.close(code, reason);
  }
  void wait_for_connection() {
    if (delay > 20ms) return;
    const auto deadline = g_get_monotonic_time() + 50'000;
    const int before = server.made;
    while (counters->state == ConnectionState::connecting && server.made == before &&
           (ended || server.closed) && g_get_monotonic_time() < deadline)
      g_main_context_iteration(nullptr, FALSE);
  }

 public:
  std::shared_ptr<InputRegistry> inputs = std::make_shared<InputRegistry>([] {});
  std::shared_ptr<PictureSlot> pictures = std::make_shared<PictureSlot>([] {});
  Config config;
  std::int64_t now = 1'000'000'000;
  test::FakeServer server;
  bool opened = false, ended = false, first = true, in_activity = false;
  std::uint64_t pushed = 0, heard = 0;
  int failures = 0;
  std::chrono::nanoseconds delay{0};
  input::Producer producer;
  std::shared_ptr<InputQueue> input_queue = std::make_shared<InputQueue>([] {});
  std::shared_ptr<PendingToolCalls> tool_calls = std::make_shared<PendingToolCalls>();
  std::shared_ptr<OutputStreams> streams = std::make_shared<OutputStreams>();
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  std::unique_ptr<Session> session;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0) return 0;
  World world(data[0]);
  for (const auto byte : std::span(data, std::min<std::size_t>(size, 512)).subspan(1)) {
    world.act(byte);
    world.check();
  }
  return 0;
}
