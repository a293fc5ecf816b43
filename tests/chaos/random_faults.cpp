// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "random_faults.hpp"

#include <thread>

#include "watermark.hpp"
#include "wait.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;
using test::FaultProxy;
using Way = FaultProxy::Way;

constexpr std::size_t most_failures = 20;

}  // namespace

Weather::Weather(std::uint32_t seed) : random_(seed), exact_(seed % 2 == 0) {
  begin_server();
  begin_call();
}

void Weather::begin_server() {
  if (server_) collect_recordings();
  server_ = std::make_unique<test::SimulatorProcess>(
      std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--turn-complete",
                               "now", "--speed", "0", "--silence-duration", "200"});
  if (proxy_)
    proxy_->set_target(server_->port());
  else
    proxy_ = std::make_unique<FaultProxy>(server_->port());
}

void Weather::begin_call() {
  last_ = {};
  call_ = std::make_unique<Call>(std::string(exact_ ? "service=vertex project=p " : "") +
                                     "max-retries=-1 connect-timeout=1000 uri=" + proxy_->uri(),
                                 next_number_);
  call_->set_state(GST_STATE_PLAYING);
  check(call_->wait("gemlive/connected", 0, 20s).has_value(), "a call does not begin");
}

/// Adds its account to that of the calls before.
void Weather::end_call() {
  const auto ledger = call_->ledger();
  account_.handed_in += call_->handed_in();
  account_.sent += ledger.sent;
  account_.dropped += ledger.dropped;
  account_.held += ledger.held;
  account_.replayed += ledger.replayed;
  account_.acknowledged += ledger.acknowledged;
  account_.given_up += ledger.given_up;
  account_.connects += ledger.connects;
  account_.errors += call_->count("error");
  if (call_->count("error") > 0)
    account_.cut_off += ledger.sent - ledger.acknowledged - ledger.given_up;
  speech_.insert(call_->speech());
  next_number_ = call_->next_number();
  call_.reset();
}

std::uint64_t Weather::heard() {
  for (const auto &event : server_->take_events()) {
    if (event.type != "audio") continue;
    account_.heard += static_cast<std::uint64_t>(event.number("bytes"));
    listening_ = event.session;
  }
  return account_.heard;
}

/// What a server heard is complete when it has ended.
void Weather::collect_recordings() {
  heard();
  server_->stop();
  // Not every connection got as far as being heard.
  for (int session = 1; session <= proxy_->connections(); ++session)
    account_.unknown += collect(server_->open_heard(session), numbers_);
}

std::string Weather::strike() {
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
      std::this_thread::sleep_for(duration);  // until something comes that way
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
        begin_server();
      }
  }
  if (kind == "silent") proxy_->cut(FaultProxy::Cut::reset);  // who waits there waits in vain
  proxy_->heal();
  ++account_.faults;
  ++account_.kinds[kind];
  go_on(kind);
  return kind;
}

void Weather::end_connection() {
  proxy_->cut(FaultProxy::Cut::finish);
  go_on("the end of a connection");
}

void Weather::go_on(const std::string &after) {
  const auto start = now_us();
  const auto before = heard();
  const bool heard_again = test::wait_until(
      [&] { return call_->count("error") > 0 || heard() > before; }, std::chrono::seconds(30));
  account_.recoveries.push_back(static_cast<double>(now_us() - start) / 1e6);
  check(heard_again, "nothing is heard after: " + after);
  audit(after);
  if (call_->count("error") == 0 && heard_again) return;
  // A fault may also say what nobody can go on after; then once, and the next call begins.
  check(call_->count("error") <= 1, "more than one error after: " + after);
  end_call();
  begin_call();
}

void Weather::audit(const std::string &after) {
  const auto ledger = call_->ledger();
  check(ledger.is_exact(), "the ledger after " + after + ": " + ledger.text());
  check(ledger.pushed >= last_.pushed && ledger.sent >= last_.sent &&
            ledger.dropped >= last_.dropped && ledger.connects >= last_.connects,
        "what was counted is counted no more after: " + after);
  check(ledger.pushed <= call_->handed_in(), "more than was handed in after: " + after);
  last_ = ledger;
}

/// What is said again is said first, so that all has been heard when the newest has.
bool Weather::heard_newest() {
  const auto held = call_->ledger().held;
  if (held >= 2 * tagged) return false;  // a chunk that is not full waits for its rest
  heard();
  Numbers numbers;
  collect(server_->open_heard(listening_), numbers);
  return numbers.contains(call_->next_number() - 1 - static_cast<std::uint32_t>(held / tagged));
}

void Weather::settle() {
  call_->hush();
  const auto failed = [&] { return call_->count("error") > 0; };  // at the last fault
  const bool heard_all = test::wait_until([&] { return failed() || heard_newest(); }, 30s);
  check(heard_all, "what was handed in last is not heard: " + call_->ledger().text());
  check(failed() || call_->ledger().pushed == call_->handed_in(),
        "not all that was handed in is accounted for");
  end_call();
  collect_recordings();
  account_.heard_once = numbers_.size() * tagged;
  account_.speech = speech_.size() * tagged;
  const auto lost = speech_.missing_in(numbers_);
  account_.speech_lost = lost.size() * tagged;
  const auto refused = account_.handed_in - account_.sent - account_.dropped - account_.held;
  const auto told = account_.dropped + account_.held + refused + account_.unknown +
                    account_.given_up + account_.cut_off;
  check(!exact_ || account_.speech_lost <= told,
        "speech was sent and never heard: " + std::to_string(account_.speech_lost / 32) +
            " ms, buffers " + lost.text());
  check(!exact_ || account_.acknowledged <= account_.heard_once + account_.unknown,
        "what is counted as acknowledged was not heard");
  check(account_.heard_once <= account_.sent, "heard what is counted as dropped");
  check(account_.heard <= account_.sent + account_.replayed, "heard more than was sent");
}

void Weather::check(bool holds, const std::string &otherwise) {
  if (!holds && account_.failures.size() < most_failures) account_.failures.push_back(otherwise);
}

}  // namespace gemlive::chaos
