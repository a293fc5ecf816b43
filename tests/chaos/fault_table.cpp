// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <stdexcept>
#include <tuple>

#include "fault.hpp"
#include "process.hpp"
#include "read_file.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;
using test::FaultProxy;
using Accept = FaultProxy::Accept;
using Cut = FaultProxy::Cut;
using Way = FaultProxy::Way;

/// A script with an action after the first 500 ms of audio on the first connection.
std::string in_the_call(const std::string &action) {
  return R"([{"when":{"on":"heard","session":1,"ms":500},"do":)" + action + "}]";
}
std::string at(const std::string &moment, const std::string &action, bool in_quick_run = false) {
  return R"([{"when":{"on":")" + moment +
         (in_quick_run ? R"("},"do":)" : R"(","session":1},"do":)") + action + "}]";
}
std::string close_with(int code, const std::string &reason) {
  return in_the_call(R"({"close":)" + std::to_string(code) + R"(,"reason":")" + reason + R"("})");
}
std::string raw(const std::string &hex) {
  return in_the_call(R"({"raw":")" + hex + R"("})");
}

Fault::Action accept(Accept how) {
  return [how](FaultProxy &proxy) { proxy.set_accept(how); };
}
Fault::Action cut(Cut how) {
  return [how](FaultProxy &proxy) { proxy.cut(how); };
}
Fault::Action flow(Way way, FaultProxy::Flow flow) {
  return [way, flow](FaultProxy &proxy) { proxy.set_flow(way, flow); };
}
void heal(FaultProxy &proxy) {
  proxy.heal();
}
void take_loopback_down(FaultProxy &) {
  set_loopback(false);
}
void bring_loopback_up(FaultProxy &) {
  set_loopback(true);
}

std::string certificate(const std::string &name) {
  return test::fixture_path("tls/" + name + ".pem");
}

void add_connecting(std::vector<Fault> &faults) {
  faults.push_back({.number = 1,
                    .name = "a host that does not resolve",
                    .outcome = Outcome::fails,
                    .detect = 1,
                    .recover = 16,
                    .properties = "api-key=k max-retries=2",
                    .uri = "wss://nowhere.invalid",
                    .at_start = true});
  faults.push_back({.number = 2,
                    .name = "DNS black hole (deadline 2 s)",
                    .outcome = Outcome::fails,
                    .detect = 2.1,
                    .recover = 8,
                    .properties = "api-key=k connect-timeout=2000 max-retries=1",
                    .uri = "wss://nowhere.example",
                    .at_start = true,
                    .needs_name_server = true});
  faults.push_back({.number = 3,
                    .name = "connection refused",
                    .detect = 0.1,
                    .recover = 8,
                    .at_start = true,
                    .inject = accept(Accept::refuse),
                    .remove = heal});
  faults.push_back({.number = 3,
                    .name = "server restarts",
                    .detect = 0.1,
                    .recover = 8,
                    .lost = 200,
                    .inject =
                        [](FaultProxy &proxy) {
                          proxy.set_accept(Accept::refuse);
                          proxy.cut(Cut::reset);
                        },
                    .remove = heal});
  faults.push_back({.number = 4,
                    .name = "accepted, then nothing (deadline 2 s)",
                    .detect = 2.1,
                    .recover = 8,
                    .properties = "connect-timeout=2000",
                    .at_start = true,
                    .inject = accept(Accept::silent),
                    .remove = heal});
  faults.push_back({.number = 5,
                    .name = "TLS hang (deadline 2 s)",
                    .outcome = Outcome::fails,
                    .detect = 2.1,
                    .recover = 8,
                    .properties = "connect-timeout=2000 max-retries=1",
                    .scheme = "wss",
                    .at_start = true,
                    .inject = accept(Accept::silent)});
  for (const char *name : {"expired", "early", "other"})
    faults.push_back(
        {.number = 6,
         .name = std::string("certificate: ") + name,
         .outcome = Outcome::fails,
         .arguments = {"--tls-cert", certificate(name), "--tls-key", certificate(name)},
         .properties = "tls-ca-file=" + certificate("authority"),
         .scheme = "wss",
         .at_start = true});
  faults.push_back(
      {.number = 6,
       .name = "certificate: unknown issuer",
       .outcome = Outcome::fails,
       .arguments = {"--tls-cert", certificate("good"), "--tls-key", certificate("good")},
       .scheme = "wss",
       .at_start = true});
  faults.push_back({.number = 7,
                    .name = "no TLS at a TLS port (deadline 2 s)",
                    .outcome = Outcome::fails,
                    .detect = 2.1,
                    .recover = 8,
                    .properties = "connect-timeout=2000 max-retries=1",
                    .scheme = "wss",
                    .at_start = true});
  faults.push_back(
      {.number = 7,
       .name = "TLS at a port without (deadline 2 s)",
       .outcome = Outcome::fails,
       .detect = 2.1,
       .recover = 8,
       .arguments = {"--tls-cert", certificate("good"), "--tls-key", certificate("good")},
       .properties = "connect-timeout=2000 max-retries=1",
       .at_start = true});
  for (const char *status : {"400", "401", "403", "404"})
    faults.push_back({.number = 8,
                      .name = std::string("HTTP ") + status,
                      .outcome = Outcome::fails,
                      .script = at("connect", std::string(R"({"refuse":)") + status + "}", true),
                      .at_start = true});
  for (const char *status : {"500", "502", "503"})
    faults.push_back({.number = 9,
                      .name = std::string("HTTP ") + status + ", once",
                      .script = at("connect", std::string(R"({"refuse":)") + status + "}"),
                      .at_start = true});
  faults.push_back({.number = 9,
                    .name = "HTTP 429, once",
                    .script = at("connect", R"({"refuse":429})"),
                    .at_start = true});
  faults.push_back(
      {.number = 10,
       .name = "redirect",
       .outcome = Outcome::fails,
       .script =
           at("connect", R"({"refuse":302,"headers":{"Location":"http://127.0.0.1:1/"}})", true),
       .at_start = true});
  const auto answer = [](const std::string &response) {
    return [response](test::RudePeer::Connection &connection) {
      connection.read_request();
      connection.write(response);
      connection.wait_for_end();
    };
  };
  faults.push_back(
      {.number = 11,
       .name = "wrong Sec-WebSocket-Accept",
       .outcome = Outcome::fails,
       .recover = 8,
       .rude_server = answer("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: AAAA\r\n\r\n"),
       .at_start = true});
  faults.push_back({.number = 11,
                    .name = "garbage in place of HTTP",
                    .outcome = Outcome::fails,
                    .recover = 8,
                    .rude_server = answer(std::string(4000, '\x01') + "\r\n\r\n"),
                    .at_start = true});
  faults.push_back({.number = 11,
                    .name = "a head of 1 MiB",
                    .outcome = Outcome::fails,
                    .recover = 8,
                    .rude_server = answer("HTTP/1.1 101 x\r\nX: " + std::string(1 << 20, 'x')),
                    .at_start = true});
  faults.push_back({.number = 12,
                    .name = "setup never confirmed (deadline 2 s)",
                    .detect = 2.1,
                    .script = at("setup", R"({"withhold":true})"),
                    .properties = "connect-timeout=2000",
                    .at_start = true});
}

void add_broken_networks(std::vector<Fault> &faults) {
  faults.push_back({.number = 13,
                    .name = "half-open while streaming",
                    .detect = 8.5,
                    .recover = 9,
                    .needs_namespace = true,
                    .inject = take_loopback_down,
                    .remove = bring_loopback_up});
  faults.push_back({.number = 15,
                    .name = "server silent for 5 s, TCP alive",
                    .outcome = Outcome::unaffected,
                    .inject = flow(Way::down, {.stalled = true}),
                    .remove = heal,
                    .observation = 5});
  faults.push_back({.number = 15,
                    .name = "300 ms more each way",
                    .outcome = Outcome::unaffected,
                    .inject = [](FaultProxy &proxy) {
                      proxy.set_flow(Way::up, {.delay = 300ms});
                      proxy.set_flow(Way::down, {.delay = 300ms});
                    }});
  faults.push_back({.number = 15,
                    .name = "one byte a write",
                    .outcome = Outcome::unaffected,
                    .inject = [](FaultProxy &proxy) {
                      proxy.set_flow(Way::up, {.slice = 1});
                      proxy.set_flow(Way::down, {.slice = 1});
                    }});
  faults.push_back({.number = 16,
                    .name = "server stops reading",
                    .detect = 10,
                    .recover = 1,
                    .inject = flow(Way::up, {.stalled = true}),
                    .remove = heal});
  faults.push_back({.number = 17,
                    .name = "uplink of 15 kB/s, backlog 1 s",
                    .outcome = Outcome::unaffected,
                    .detect = 8,
                    .lost = 60000,
                    .properties = "max-backlog=1000",
                    .inject = flow(Way::up, {.bytes_per_second = 15000}),
                    .remove = heal,
                    .expected_message = "gemlive/backlog-dropped"});
  faults.push_back(
      {.number = 18, .name = "RST in the call", .detect = 0.1, .inject = cut(Cut::reset)});
  faults.push_back({.number = 18,
                    .name = "RST in the answer",
                    .detect = 0.1,
                    .script = at("said", R"({"drop":"reset"})"),
                    .ended_by_server = true});
  faults.push_back({.number = 19,
                    .name = "FIN without a close frame",
                    .detect = 0.1,
                    .inject = cut(Cut::finish)});
  faults.push_back({.number = 19,
                    .name = "cut in mid-message",
                    .detect = 3,
                    .inject = cut(Cut::in_mid_message)});
  faults.push_back({.number = 41,
                    .name = "asleep for 3 s, the connection is gone meanwhile",
                    .detect = 8.5,
                    .recover = 2,
                    .in_quick_run = true,
                    .script = R"([{"when":{"on":"heard","session":1,"ms":500,"after":1000},
                                 "do":{"drop":"reset"}}])",
                    .inject = [](FaultProxy &) {
                      if (!suspend(3s)) throw std::runtime_error("this process cannot be stopped");
                    }});
  faults.push_back({.number = 43,
                    .name = "30 % loss, 300 ms \u00b1 100, each way",
                    .outcome = Outcome::unaffected,
                    .inject =
                        [](FaultProxy &proxy) {
                          for (const auto way : {Way::up, Way::down})
                            proxy.set_flow(way, {.delay = 300ms, .jitter = 100ms, .loss = 30});
                        },
                    .remove = heal,
                    .observation = 20});
  faults.push_back({.number = 42,
                    .name = "network away for 2 s and back",
                    .outcome = Outcome::unaffected,
                    .needs_namespace = true,
                    .inject = take_loopback_down,
                    .remove = bring_loopback_up,
                    .observation = 2});
}

void add_closes(std::vector<Fault> &faults) {
  for (const int code : {1000, 1001, 1011, 1012, 1013, 1014})
    faults.push_back({.number = code == 1000 ? 20 : 21,
                      .name = "close " + std::to_string(code),
                      .detect = 0.1,
                      .script = close_with(code, "Internal error encountered.")});
  faults.push_back({.number = 22,
                    .name = "close 1007, argument",
                    .outcome = Outcome::fails,
                    .script = close_with(1007, "Request contains an invalid argument.")});
  faults.push_back({.number = 22,
                    .name = "close 1008, key",
                    .outcome = Outcome::fails,
                    .script = close_with(1008, "API key not valid. Please pass a valid API key.")});
  faults.push_back({.number = 22,
                    .name = "close 1008, aborted",
                    .script = close_with(1008, "The operation was aborted.")});
  faults.push_back(
      {.number = 23,
       .name = "goAway, 3 s left, then closed",
       .detect = 2.9,
       .recover = 0.3,
       .tolerance = 0,
       .script = R"([{"when":{"on":"heard","session":1,"ms":500},"do":{"go-away":"3s"}},
                     {"when":{"on":"heard","session":1,"ms":500,"after":3000},"do":{"drop":"end"}}])"});
  faults.push_back({.number = 24,
                    .name = "resumption refused",
                    .recover = 2,
                    .script = R"([{"when":{"on":"heard","session":1,"ms":500},"do":{"drop":"end"}},
                     {"when":{"on":"setup","session":2},
                      "do":{"close":1008,"reason":"Session not found"}}])"});
  faults.push_back(
      {.number = 25, .name = "connection cap without goAway", .script = close_with(1001, "")});
  faults.push_back(
      {.number = 26, .name = "token expires", .covered_by = "tests/auth/token_cache_test"});
  faults.push_back(
      {.number = 27, .name = "token endpoint down", .covered_by = "tests/gst/sign_in_test"});
}

void add_bad_servers(std::vector<Fault> &faults) {
  faults.push_back({.number = 28,
                    .name = "a message of 17 MiB",
                    .script = in_the_call(R"({"send":{"x":1},"pad":17825792})")});
  for (const char *hex : {"82 7f 7f ff ff ff ff ff ff ff", "82 7f ff ff ff ff ff ff ff ff"})
    faults.push_back({.number = 29,
                      .name = std::string("length ") + (hex[6] == '7' ? "2^63-1" : "2^64-1"),
                      .script = raw(hex)});
  faults.push_back({.number = 30, .name = "a deflated frame", .script = raw("c1 02 4b 04")});
  const std::pair<const char *, const char *> broken[] = {{"bad UTF-8", "81 02 c3 28"},
                                                          {"masked", "82 81 01 02 03 04 05"},
                                                          {"opcode 3", "83 00"},
                                                          {"lone continuation", "80 00"},
                                                          {"control of 126 bytes", "89 7e 00 7e"}};
  for (const auto &[name, hex] : broken)
    faults.push_back({.number = 31, .name = name, .script = raw(hex)});
  faults.push_back({.number = 32,
                    .name = "ping flood",
                    .detect = 2,
                    .script = in_the_call(R"({"flood":"ping","count":200000})")});
  faults.push_back({.number = 32,
                    .name = "message flood",
                    .detect = 2,
                    .script = in_the_call(R"({"flood":{},"count":200000})")});
  const std::string long_head = "82 7f 00 00 00 00 00 ff ff ff";
  faults.push_back(
      {.number = 33, .name = "dribbled frame", .detect = 31, .script = raw(long_head)});
  faults.push_back({.number = 33,
                    .name = "a frame that stops",
                    .detect = 35,
                    .in_quick_run = true,
                    .script = in_the_call(R"([{"raw":")" + long_head + R"("},{"stall":"send"}])")});
  const std::string deep(60000, '[');
  faults.push_back({.number = 34,
                    .name = "JSON, 60000 deep",
                    .outcome = Outcome::unaffected,
                    .script = in_the_call(R"({"send-text":")" + deep + R"("})"),
                    .expected_message = "warning"});
  std::string ten = R"({"send-text":"nonsense"})";
  for (int i = 1; i < 10; ++i)
    ten += R"(,{"send-text":"nonsense"})";
  faults.push_back({.number = 34,
                    .name = "ten that are no JSON",
                    .outcome = Outcome::fails,
                    .script = in_the_call("[" + ten + "]")});
  faults.push_back({.number = 39,
                    .name = "turn never completes (turn-timeout 1 s)",
                    .outcome = Outcome::unaffected,
                    .detect = 5,
                    .script = at("turn", R"({"answer":{"tone":200,"turn-complete":false,
                                          "generation-complete":false}})"),
                    .properties = "turn-timeout=1000",
                    .expected_message = "warning"});
  faults.push_back({.number = 35,
                    .name = "audio that is no base64",
                    .outcome = Outcome::unaffected,
                    .script = in_the_call(R"({"send":{"serverContent":{"modelTurn":{"parts":[
                      {"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"!!!!"}}]}}}})")});
  faults.push_back({.number = 36,
                    .name = "10 min of answer at once",
                    .outcome = Outcome::unaffected,
                    .arguments = {"--speed", "0", "--tone-duration", "600000"},
                    .observation = 4});
  faults.push_back({.number = 40,
                    .name = "a server that says nothing to speech (turn-timeout 2 s)",
                    .outcome = Outcome::unaffected,
                    .detect = 5,
                    .in_quick_run = true,
                    .properties = "turn-timeout=2000",
                    .idle = true,
                    .inject = flow(Way::down, {.stalled = true}),
                    .remove = heal,
                    .expected_message = "warning",
                    .observation = 1});
  for (const auto &[number, name, why] :
       {std::tuple{37, "interrupted", "tests/gst/output/playout_test"},
        std::tuple{38, "downstream blocked", "tests/gst/output/playout_test, tests/bench/memory"},
        std::tuple{45, "no descriptors left", "tests/gst/torture_control_test"}})
    faults.push_back({.number = number, .name = name, .covered_by = why});
}

void add_proxies(std::vector<Fault> &faults) {
  const auto behind = [&](const char *fault, test::RudePeer::Script proxy,
                          const char *port = "{port}") {
    faults.push_back({.number = 44,
                      .name = fault,
                      .outcome = Outcome::fails,
                      .detect = 2.1,
                      .recover = 8,
                      .properties = "api-key=k connect-timeout=2000 max-retries=1 "
                                    "proxy=http://127.0.0.1:" +
                                    std::string(port),
                      .uri = "wss://192.0.2.7",
                      .rude_server = std::move(proxy),
                      .at_start = true});
  };
  behind(
      "proxy: refuses", [](auto &) {}, "1");
  behind("proxy: 407", [](auto &connection) {
    connection.read_request();
    connection.write("HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n");
    connection.wait_for_end();
  });
  behind("proxy: hangs (2 s deadline)", [](auto &connection) {
    connection.read_request();
    connection.wait_for_end();
  });
}

}  // namespace

std::vector<Fault> fault_table() {
  std::vector<Fault> faults;
  add_connecting(faults);
  add_broken_networks(faults);
  add_closes(faults);
  add_bad_servers(faults);
  add_proxies(faults);
  faults.push_back({.number = 14,
                    .name = "half-open while idle",
                    .detect = 19,
                    .recover = 9,
                    .needs_namespace = true,
                    .idle = true,
                    .inject = take_loopback_down,
                    .remove = bring_loopback_up});
  return faults;
}

}  // namespace gemlive::chaos
