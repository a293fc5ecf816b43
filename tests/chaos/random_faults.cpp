// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "random_faults.hpp"

#include <thread>

#include "wait.hpp"
#include "watermark.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;
using test::FaultProxy;
using Way = FaultProxy::Way;

constexpr std::size_t max_failures = 20;

}  // namespace

RandomFaults::RandomFaults(std::uint32_t seed) : random_(seed), exact_(seed % 2 == 0) {
  start_server();
  start_call();
}

void RandomFaults::start_server() {
  if (server_) read_recordings();
  server_ = std::make_unique<test::SimulatorProcess>(
      std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--turn-complete",
                               "now", "--speed", "0", "--silence-duration", "200"});
  if (proxy_)
    proxy_->set_target(server_->port());
  else
    proxy_ = std::make_unique<FaultProxy>(server_->port());
}

void RandomFaults::start_call() {
  last_ = {};
  call_ = std::make_unique<Call>(std::string(exact_ ? "service=vertex project=p " : "") +
                                     "max-retries=-1 connect-timeout=1000 uri=" + proxy_->uri(),
                                 next_number_);
  call_->set_state(GST_STATE_PLAYING);
  check(call_->wait("gemlive/connected", 0, 20s).has_value(), "a call does not connect");
}

/// Adds its stats to the totals.
void RandomFaults::finish_call() {
  const auto stats = call_->stats();
  totals_.handed_in += call_->handed_in();
  totals_.sent += stats.sent;
  totals_.dropped += stats.dropped;
  totals_.held += stats.held;
  totals_.resent += stats.resent;
  totals_.acknowledged += stats.acknowledged;
  totals_.given_up += stats.given_up;
  totals_.connects += stats.connects;
  totals_.errors += call_->count("error");
  if (call_->count("error") > 0)
    totals_.cut_off += stats.sent - stats.acknowledged - stats.given_up;
  speech_.insert(call_->speech());
  next_number_ = call_->next_number();
  call_.reset();
}

std::uint64_t RandomFaults::received() {
  for (const auto &event : server_->take_events()) {
    if (event.type != "audio") continue;
    totals_.received += static_cast<std::uint64_t>(event.number("bytes"));
    last_session_ = event.session;
  }
  return totals_.received;
}

/// The recordings are complete after the server has ended.
void RandomFaults::read_recordings() {
  received();
  server_->stop();
  // A connection without audio has no recording.
  for (int session = 1; session <= proxy_->connections(); ++session)
    totals_.unknown += read_watermarks(server_->open_heard(session), numbers_);
}

std::string RandomFaults::inject() {
  const auto duration = std::chrono::milliseconds(random(0, 300));
  const auto way = random(0, 1) == 0 ? Way::up : Way::down;
  std::string kind;
  const auto lasting = [&](const char *name, FaultProxy::Flow flow) {
    kind = name;
    proxy_->set_flow(way, flow);
    std::this_thread::sleep_for(duration);
  };
  const auto closed_to_others = [&](const char *name, FaultProxy::Accept accept) {
    kind = name;
    proxy_->set_accept(accept);
    proxy_->cut(FaultProxy::Cut::reset);
    std::this_thread::sleep_for(duration);
  };
  switch (random(0, 11)) {
    case 0:
      kind = "reset";
      proxy_->cut(FaultProxy::Cut::reset);
      break;
    case 1:
      kind = "finish";
      proxy_->cut(FaultProxy::Cut::finish);
      break;
    case 2:
      kind = "cut in mid-message";
      proxy_->cut(FaultProxy::Cut::in_mid_message);
      std::this_thread::sleep_for(duration);
      break;
    case 3:
      kind = "corrupt";
      proxy_->corrupt(way);
      std::this_thread::sleep_for(duration);  // until data moves in that direction
      break;
    case 4:
      lasting("stall", {.stalled = true});
      break;
    case 5:
      lasting("delay", {.delay = duration / 2});
      break;
    case 6:
      lasting("throttle", {.bytes_per_second = random(1000, 40000)});
      break;
    case 7:
      lasting("slice", {.slice = random(1, 16)});
      break;
    case 8:
      closed_to_others("refuse", FaultProxy::Accept::refuse);
      break;
    case 9:
      closed_to_others("silent", FaultProxy::Accept::silent);
      break;
    case 10:
      closed_to_others("reset at once", FaultProxy::Accept::reset);
      break;
    default:
      if (random(0, 9) != 0) {
        kind = "pause";
        call_->set_state(GST_STATE_PAUSED);
        std::this_thread::sleep_for(duration / 4);
        call_->set_state(GST_STATE_PLAYING);
      } else {
        kind = "server restarts";
        start_server();
      }
  }
  if (kind == "silent") proxy_->cut(FaultProxy::Cut::reset);  // its connections would wait forever
  proxy_->heal();
  ++totals_.faults;
  ++totals_.kinds[kind];
  wait_until_received(kind);
  return kind;
}

void RandomFaults::end_connection() {
  proxy_->cut(FaultProxy::Cut::finish);
  wait_until_received("the end of a connection");
}

void RandomFaults::wait_until_received(const std::string &after) {
  const auto start = now_us();
  const auto before = received();
  const bool received_again = test::wait_until(
      [&] { return call_->count("error") > 0 || received() > before; }, std::chrono::seconds(30));
  totals_.recoveries.push_back(static_cast<double>(now_us() - start) / 1e6);
  check(received_again, "the server receives nothing after: " + after);
  check_stats(after);
  if (call_->count("error") == 0 && received_again) return;
  // A fault can cause a fatal error. Then there is exactly one, and a new call starts.
  check(call_->count("error") <= 1, "more than one error after: " + after);
  finish_call();
  start_call();
}

void RandomFaults::check_stats(const std::string &after) {
  const auto stats = call_->stats();
  check(stats.adds_up(), "the stats do not add up after " + after + ": " + stats.text());
  check(stats.pushed >= last_.pushed && stats.sent >= last_.sent &&
            stats.dropped >= last_.dropped && stats.connects >= last_.connects,
        "a counter went down after: " + after);
  check(stats.pushed <= call_->handed_in(), "more was pushed than handed in after: " + after);
  last_ = stats;
}

/// Resent audio is sent first. So if the newest audio has arrived, all audio has.
bool RandomFaults::has_received_newest() {
  const auto held = call_->stats().held;
  if (held >= 2 * bytes_per_number) return false;  // an incomplete chunk waits for more audio
  received();
  NumberSet numbers;
  read_watermarks(server_->open_heard(last_session_), numbers);
  return numbers.contains(call_->next_number() - 1 -
                          static_cast<std::uint32_t>(held / bytes_per_number));
}

void RandomFaults::finish() {
  call_->mute();
  const auto failed = [&] { return call_->count("error") > 0; };  // after the last fault
  const bool received_all =
      test::wait_until([&] { return failed() || has_received_newest(); }, 30s);
  check(received_all, "the last audio does not arrive: " + call_->stats().text());
  check(failed() || call_->stats().pushed == call_->handed_in(),
        "some audio that was handed in is not counted");
  finish_call();
  read_recordings();
  totals_.received_once = numbers_.size() * bytes_per_number;
  totals_.speech = speech_.size() * bytes_per_number;
  const auto lost = speech_.missing_in(numbers_);
  totals_.speech_lost = lost.size() * bytes_per_number;
  const auto refused = totals_.handed_in - totals_.sent - totals_.dropped - totals_.held;
  const auto counted = totals_.dropped + totals_.held + refused + totals_.unknown +
                       totals_.given_up + totals_.cut_off;
  check(!exact_ || totals_.speech_lost <= counted,
        "speech was sent but never received: " + std::to_string(totals_.speech_lost / 32) +
            " ms, buffers " + lost.text());
  check(!exact_ || totals_.acknowledged <= totals_.received_once + totals_.unknown,
        "audio is counted as acknowledged but was not received");
  check(totals_.received_once <= totals_.sent,
        "the server received audio that is counted as dropped");
  check(totals_.received <= totals_.sent + totals_.resent,
        "the server received more than was sent");
}

void RandomFaults::check(bool holds, const std::string &otherwise) {
  if (!holds && totals_.failures.size() < max_failures) totals_.failures.push_back(otherwise);
}

}  // namespace gemlive::chaos
