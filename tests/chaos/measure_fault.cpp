// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <memory>

#include "fault.hpp"
#include "process.hpp"
#include "wait.hpp"
#include "watermark.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t ms_of_audio = 32;  // bytes, 16 kHz S16LE mono

/// A server, a call to it, and a proxy between them.
class TestBed {
 public:
  explicit TestBed(const Fault &fault) : fault_(fault) {
    if (fault.needs_name_server) dns_ = std::make_unique<SilentNameServer>();
    int port = 0;
    if (fault.rude_server) {
      rude_server_ = std::make_unique<test::RudePeer>(fault.rude_server);
      port = rude_server_->port();
    } else {
      auto arguments = fault.arguments;
      arguments.insert(arguments.begin(),
                       {"--voice", "tone", "--tone-duration", "600", "--turn-complete", "now"});
      simulator_ = std::make_unique<test::SimulatorProcess>(arguments, fault.script);
      port = simulator_->port();
    }
    auto uri = fault.uri;
    if (uri.empty() && fault.inject) {
      proxy_ = std::make_unique<test::FaultProxy>(port);
      uri = fault.scheme + "://" + proxy_->authority();
    } else if (uri.empty()) {
      uri = fault.scheme + "://127.0.0.1:" + std::to_string(port);
    }
    auto properties = fault.properties;
    if (const auto at = properties.find("{port}"); at != std::string::npos)
      properties.replace(at, 6, std::to_string(port));
    call_ = std::make_unique<Call>("uri=" + uri + " " + properties);
  }

  Call &call() { return *call_; }

  /// Plays and injects the fault. Returns the time of the fault (monotonic us), or 0 if it failed.
  std::int64_t inject() {
    if (fault_.at_start) {
      if (fault_.inject) fault_.inject(*proxy_);
      const auto start = now_us();
      call_->set_state(GST_STATE_PLAYING);
      return start;
    }
    call_->set_state(GST_STATE_PLAYING);
    if (fault_.rude_server) return now_us();
    if (!call_->wait("gemlive/connected", 0, 10s)) return 0;
    const auto received = when_received(500 * ms_of_audio);
    if (fault_.ended_by_server) {
      const auto closed = simulator_->wait_event("closed");
      return closed ? closed->time : 0;
    }
    if (received == 0 || !fault_.inject) return received;
    if (fault_.idle) call_->mute();
    const auto start = now_us();
    fault_.inject(*proxy_);
    return start;
  }
  void remove() {
    if (fault_.remove) fault_.remove(*proxy_);
  }

  /// Bytes that the server received, over all connections.
  std::uint64_t received() const {
    std::uint64_t bytes = 0;
    for (const auto &event : simulator_->events())
      if (event.type == "audio") bytes += static_cast<std::uint64_t>(event.number("bytes"));
    return bytes;
  }
  /// The same without repetitions.
  std::uint64_t received_once() const {
    NumberSet numbers;
    for (int session = 1; session <= last_session(); ++session)
      read_watermarks(simulator_->open_heard(session), numbers);
    return numbers.size() * bytes_per_number;
  }
  int last_session() const {
    int last = 0;
    for (const auto &event : simulator_->events())
      last = std::max(last, event.session);
    return last;
  }
  bool receives_more() {
    const auto before = received();
    return test::wait_until([&] { return received() > before; });
  }

 private:
  std::int64_t when_received(std::uint64_t bytes) {
    std::uint64_t received = 0;
    auto event = simulator_->wait_event([&](const test::ServerEvent &event) {
      if (event.type == "audio") received += static_cast<std::uint64_t>(event.number("bytes"));
      return received >= bytes;
    });
    return event ? event->time : 0;
  }

  const Fault &fault_;
  std::unique_ptr<SilentNameServer> dns_;
  std::unique_ptr<test::RudePeer> rude_server_;
  std::unique_ptr<test::SimulatorProcess> simulator_;
  std::unique_ptr<test::FaultProxy> proxy_;
  std::unique_ptr<Call> call_;
};

Milliseconds seconds(double value) {
  return Milliseconds(static_cast<std::int64_t>(value * 1000));
}

bool is_loss(const Call::Message &message) {
  return message.name == "gemlive/reconnecting" || message.name == "error";
}

class FaultTest {
 public:
  explicit FaultTest(const Fault &fault) : fault_(fault) {}

  Measurement run() {
    const PeakMemory memory;
    {
      TestBed bed(fault_);
      examine(bed);
      measurement_.stop = bed.call().set_state(GST_STATE_NULL);
    }
    stop_during_fault();
    measurement_.memory = memory.grown();
    check(measurement_.stop <= 500, "a state change took longer than 500 ms");
    return measurement_;
  }

 private:
  void examine(TestBed &bed) {
    const auto injected = bed.inject();
    check(injected != 0, "the call failed before the fault");
    if (injected == 0) return;
    if (fault_.outcome != Outcome::unaffected || !fault_.expected_message.empty())
      detect(bed, injected);
    if (fault_.outcome == Outcome::fails) fail(bed, injected);
    if (fault_.outcome == Outcome::unaffected) expect_unaffected(bed, injected);
    if (fault_.outcome == Outcome::recovers && measurement_.detect) recover(bed, injected);
    check(bed.call().stats().adds_up(), "the stats do not add up: " + bed.call().stats().text());
  }

  void detect(TestBed &bed, std::int64_t injected) {
    const auto limit = seconds(fault_.detect + fault_.tolerance);
    const auto expected_message = fault_.expected_message.empty()
                                      ? bed.call().wait(is_loss, injected, limit)
                                      : bed.call().wait(fault_.expected_message, injected, limit);
    if (expected_message)
      measurement_.detect = static_cast<double>(expected_message->time - injected) / 1e6;
    if (expected_message && expected_message->name == "error")
      measurement_.error_text = expected_message->text;
    check(expected_message.has_value(), "not detected");
  }

  void fail(TestBed &bed, std::int64_t injected) {
    const auto error =
        bed.call().wait("error", injected, seconds(fault_.recover + fault_.tolerance));
    check(error.has_value(), "no error");
    if (!error) return;
    measurement_.error_text = error->text;
    measurement_.recover = static_cast<double>(error->time - injected) / 1e6;
    check(bed.call().count("error") == 1, "more than one error");
    test::wait_until([&] { return bed.call().stats().held == 0; }, 2s);
    measurement_.dropped = bed.call().stats().dropped;
  }

  void recover(TestBed &bed, std::int64_t injected) {
    const auto from = fault_.remove ? now_us() : injected;
    bed.remove();
    const auto connected =
        bed.call().wait("gemlive/connected", from, seconds(fault_.recover + fault_.tolerance));
    check(connected.has_value(), "did not recover");
    if (!connected) return;
    const auto detected = injected + static_cast<std::int64_t>(*measurement_.detect * 1e6);
    measurement_.recover =
        static_cast<double>(connected->time - (fault_.remove ? from : detected)) / 1e6;
    bed.call().unmute();
    check(bed.receives_more(), "the server receives nothing afterwards");
    finish(bed);
    check(bed.call().count("error") == 0, "an error");
  }

  void expect_unaffected(TestBed &bed, std::int64_t injected) {
    const auto loss = bed.call().wait(is_loss, injected, seconds(fault_.observation));
    check(!loss, "the connection was lost");
    bed.remove();
    bed.call().unmute();
    check(bed.receives_more(), "the server receives nothing afterwards");
    finish(bed);
  }

  /// Mutes the speaker, waits until the backlog is sent, and compares the sums.
  void finish(TestBed &bed) {
    auto &call = bed.call();
    call.mute();
    const bool sent = test::wait_until([&] { return call.stats().held < 40 * ms_of_audio; }, 15s);
    check(sent, "the backlog is not sent");
    const auto all_received = [&] {
      const auto stats = call.stats();
      return stats.pushed == call.handed_in() &&
             bed.received_once() + stats.dropped + stats.held >= stats.pushed;
    };
    test::wait_until(all_received, fault_.lost > 0 ? 2s : 10s);
    const auto stats = call.stats();
    const auto accounted = bed.received_once() + stats.dropped + stats.held;
    measurement_.lost = stats.pushed > accounted ? stats.pushed - accounted : 0;
    measurement_.dropped = stats.dropped;
    check(stats.pushed == call.handed_in(),
          "handed in " + std::to_string(call.handed_in()) + ", " + stats.text());
    check(bed.received() <= stats.sent + stats.resent, "the server received more than was sent");
    check(accounted <= stats.pushed, "the server received audio that is counted as dropped");
    check(
        static_cast<double>(measurement_.lost + measurement_.dropped) <= fault_.lost * ms_of_audio,
        "audio was lost");
  }

  /// Injects the fault again and stops during it.
  void stop_during_fault() {
    TestBed bed(fault_);
    bed.inject();
    measurement_.stop = std::max(measurement_.stop, bed.call().set_state(GST_STATE_NULL));
    bed.remove();
  }

  void check(bool holds, const std::string &otherwise) {
    if (!holds) measurement_.failures.push_back(otherwise);
  }

  const Fault &fault_;
  Measurement measurement_;
};

}  // namespace

Measurement measure_fault(const Fault &fault) {
  return FaultTest(fault).run();
}

}  // namespace gemlive::chaos
