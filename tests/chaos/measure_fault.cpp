// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <memory>

#include "process.hpp"
#include "fault.hpp"
#include "watermark.hpp"
#include "wait.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t ms_of_audio = 32;  // bytes, 16 kHz S16LE mono

/// A server, the way to it, and somebody who talks to it.
class Scene {
 public:
  explicit Scene(const Row &row) : row_(row) {
    if (row.by_silent_dns) dns_ = std::make_unique<SilentNameServer>();
    int port = 0;
    if (row.rude) {
      rude_ = std::make_unique<test::RudePeer>(row.rude);
      port = rude_->port();
    } else {
      auto arguments = row.arguments;
      arguments.insert(arguments.begin(),
                       {"--voice", "tone", "--tone-duration", "600", "--turn-complete", "now"});
      simulator_ = std::make_unique<test::SimulatorProcess>(arguments, row.script);
      port = simulator_->port();
    }
    auto uri = row.uri;
    if (uri.empty() && row.strike) {
      proxy_ = std::make_unique<test::FaultProxy>(port);
      uri = row.scheme + "://" + proxy_->authority();
    } else if (uri.empty()) {
      uri = row.scheme + "://127.0.0.1:" + std::to_string(port);
    }
    auto properties = row.properties;
    if (const auto at = properties.find("{port}"); at != std::string::npos)
      properties.replace(at, 6, std::to_string(port));
    call_ = std::make_unique<Call>("uri=" + uri + " " + properties);
  }

  Call &call() { return *call_; }

  /// Plays until the fault is there; when that was (monotonic us), or 0: it never came to it.
  std::int64_t strike() {
    if (row_.at_start) {
      if (row_.strike) row_.strike(*proxy_);
      const auto start = now_us();
      call_->set_state(GST_STATE_PLAYING);
      return start;
    }
    call_->set_state(GST_STATE_PLAYING);
    if (row_.rude) return now_us();
    if (!call_->wait("gemlive/connected", 0, 10s)) return 0;
    const auto heard = when_heard(500 * ms_of_audio);
    if (row_.ended_by_server) {
      const auto closed = simulator_->wait_event("closed");
      return closed ? closed->time : 0;
    }
    if (heard == 0 || !row_.strike) return heard;
    if (row_.idle) call_->hush();
    const auto start = now_us();
    row_.strike(*proxy_);
    return start;
  }
  void lift() {
    if (row_.lift) row_.lift(*proxy_);
  }

  /// Bytes, over all connections.
  std::uint64_t heard() const {
    std::uint64_t bytes = 0;
    for (const auto &event : simulator_->events())
      if (event.type == "audio") bytes += static_cast<std::uint64_t>(event.number("bytes"));
    return bytes;
  }
  /// Bytes that were heard at least once.
  std::uint64_t heard_once() const {
    Numbers numbers;
    for (int session = 1; session <= last_session(); ++session)
      collect(simulator_->open_heard(session), numbers);
    return numbers.size() * tagged;
  }
  int last_session() const {
    int last = 0;
    for (const auto &event : simulator_->events())
      last = std::max(last, event.session);
    return last;
  }
  bool hears_more() {
    const auto before = heard();
    return test::wait_until([&] { return heard() > before; });
  }

 private:
  std::int64_t when_heard(std::uint64_t bytes) {
    std::uint64_t heard = 0;
    auto event = simulator_->wait_event([&](const test::ServerEvent &event) {
      if (event.type == "audio") heard += static_cast<std::uint64_t>(event.number("bytes"));
      return heard >= bytes;
    });
    return event ? event->time : 0;
  }

  const Row &row_;
  std::unique_ptr<SilentNameServer> dns_;
  std::unique_ptr<test::RudePeer> rude_;
  std::unique_ptr<test::SimulatorProcess> simulator_;
  std::unique_ptr<test::FaultProxy> proxy_;
  std::unique_ptr<Call> call_;
};

Milliseconds seconds(double value) {
  return Milliseconds(static_cast<std::int64_t>(value * 1000));
}

bool tells_of_a_loss(const Call::Fact &fact) {
  return fact.name == "gemlive/reconnecting" || fact.name == "error";
}

class Examination {
 public:
  explicit Examination(const Row &row) : row_(row) {}

  Measured run() {
    const PeakMemory memory;
    {
      Scene scene(row_);
      examine(scene);
      measured_.stop = scene.call().set_state(GST_STATE_NULL);
    }
    stop_in_the_middle();
    measured_.memory = memory.grown();
    check(measured_.stop <= 500, "a state change took longer than 500 ms");
    return measured_;
  }

 private:
  void examine(Scene &scene) {
    const auto struck = scene.strike();
    check(struck != 0, "the call never got as far as the fault");
    if (struck == 0) return;
    if (row_.ends != Ends::unaffected || !row_.sign.empty()) detect(scene, struck);
    if (row_.ends == Ends::fails) fail(scene, struck);
    if (row_.ends == Ends::unaffected) go_on(scene, struck);
    if (row_.ends == Ends::recovers && measured_.detect) recover(scene, struck);
    check(scene.call().ledger().is_exact(), "the ledger: " + scene.call().ledger().text());
  }

  void detect(Scene &scene, std::int64_t struck) {
    const auto limit = seconds(row_.detect + row_.slack);
    const auto sign = row_.sign.empty() ? scene.call().wait(tells_of_a_loss, struck, limit)
                                        : scene.call().wait(row_.sign, struck, limit);
    if (sign) measured_.detect = static_cast<double>(sign->time - struck) / 1e6;
    if (sign && sign->name == "error") measured_.said = sign->text;
    check(sign.has_value(), "not detected");
  }

  void fail(Scene &scene, std::int64_t struck) {
    const auto error = scene.call().wait("error", struck, seconds(row_.recover + row_.slack));
    check(error.has_value(), "no error");
    if (!error) return;
    measured_.said = error->text;
    measured_.recover = static_cast<double>(error->time - struck) / 1e6;
    check(scene.call().count("error") == 1, "more than one error");
    test::wait_until([&] { return scene.call().ledger().held == 0; }, 2s);
    measured_.dropped = scene.call().ledger().dropped;
  }

  void recover(Scene &scene, std::int64_t struck) {
    const auto from = row_.lift ? now_us() : struck;
    scene.lift();
    const auto connected =
        scene.call().wait("gemlive/connected", from, seconds(row_.recover + row_.slack));
    check(connected.has_value(), "did not recover");
    if (!connected) return;
    const auto detected = struck + static_cast<std::int64_t>(*measured_.detect * 1e6);
    measured_.recover = static_cast<double>(connected->time - (row_.lift ? from : detected)) / 1e6;
    scene.call().talk();
    check(scene.hears_more(), "nothing is heard afterwards");
    settle(scene);
    check(scene.call().count("error") == 0, "an error");
  }

  void go_on(Scene &scene, std::int64_t struck) {
    const auto loss = scene.call().wait(tells_of_a_loss, struck, seconds(row_.watch));
    check(!loss, "a loss was told");
    scene.lift();
    scene.call().talk();
    check(scene.hears_more(), "nothing is heard afterwards");
    settle(scene);
  }

  /// Nothing more goes in; what waits is sent, and heard.
  void settle(Scene &scene) {
    auto &call = scene.call();
    call.hush();
    const bool sent = test::wait_until([&] { return call.ledger().held < 40 * ms_of_audio; }, 15s);
    check(sent, "the backlog is not sent");
    const auto all_heard = [&] {
      const auto ledger = call.ledger();
      return ledger.pushed == call.handed_in() &&
             scene.heard_once() + ledger.dropped + ledger.held >= ledger.pushed;
    };
    test::wait_until(all_heard, row_.lost > 0 ? 2s : 10s);
    const auto ledger = call.ledger();
    const auto accounted = scene.heard_once() + ledger.dropped + ledger.held;
    measured_.lost = ledger.pushed > accounted ? ledger.pushed - accounted : 0;
    measured_.dropped = ledger.dropped;
    check(ledger.pushed == call.handed_in(),
          "handed in " + std::to_string(call.handed_in()) + ", " + ledger.text());
    check(scene.heard() <= ledger.sent + ledger.replayed, "heard more than was sent");
    check(accounted <= ledger.pushed, "heard what is counted as dropped");
    check(static_cast<double>(measured_.lost + measured_.dropped) <= row_.lost * ms_of_audio,
          "audio was lost");
  }

  /// The same again, but stopped while it goes wrong.
  void stop_in_the_middle() {
    Scene scene(row_);
    scene.strike();
    measured_.stop = std::max(measured_.stop, scene.call().set_state(GST_STATE_NULL));
    scene.lift();
  }

  void check(bool holds, const std::string &otherwise) {
    if (!holds) measured_.failures.push_back(otherwise);
  }

  const Row &row_;
  Measured measured_;
};

}  // namespace

Measured run(const Row &row) {
  return Examination(row).run();
}

}  // namespace gemlive::chaos
