// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <cstdlib>
#include <stdexcept>
#include <tuple>

#include "process.hpp"
#include "fault.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;
using test::FaultProxy;
using Accept = FaultProxy::Accept;
using Cut = FaultProxy::Cut;
using Way = FaultProxy::Way;

/// A script that does this once, when half a second was heard on the first connection.
std::string in_the_call(const std::string &action) {
  return R"([{"when":{"on":"heard","session":1,"ms":500},"do":)" + action + "}]";
}
std::string at(const std::string &moment, const std::string &action, bool always = false) {
  return R"([{"when":{"on":")" + moment + (always ? R"("},"do":)" : R"(","session":1},"do":)") +
         action + "}]";
}
std::string close_with(int code, const std::string &reason) {
  return in_the_call(R"({"close":)" + std::to_string(code) + R"(,"reason":")" + reason + R"("})");
}
std::string raw(const std::string &hex) {
  return in_the_call(R"({"raw":")" + hex + R"("})");
}

Row::Act accept(Accept how) {
  return [how](FaultProxy &proxy) { proxy.set_accept(how); };
}
Row::Act cut(Cut how) {
  return [how](FaultProxy &proxy) { proxy.cut(how); };
}
Row::Act flow(Way way, FaultProxy::Flow flow) {
  return [way, flow](FaultProxy &proxy) { proxy.set_flow(way, flow); };
}
void heal(FaultProxy &proxy) {
  proxy.heal();
}
void take_loopback_away(FaultProxy &) {
  set_loopback(false);
}
void bring_loopback_back(FaultProxy &) {
  set_loopback(true);
}

std::string certificate(const std::string &name) {
  const char *folder = std::getenv("GEMLIVE_FIXTURES");
  return std::string(folder ? folder : "tests/fixtures") + "/tls/" + name + ".pem";
}

void add_connecting(std::vector<Row> &rows) {
  rows.push_back({.number = 1,
                  .fault = "a host that does not resolve",
                  .ends = Ends::fails,
                  .detect = 1,
                  .recover = 16,
                  .properties = "api-key=k max-retries=2",
                  .uri = "wss://nowhere.invalid",
                  .at_start = true});
  rows.push_back({.number = 2,
                  .fault = "DNS black hole (deadline 2 s)",
                  .ends = Ends::fails,
                  .detect = 2.1,
                  .recover = 8,
                  .properties = "api-key=k connect-timeout=2000 max-retries=1",
                  .uri = "wss://nowhere.example",
                  .at_start = true,
                  .by_silent_dns = true});
  rows.push_back({.number = 3,
                  .fault = "connection refused",
                  .detect = 0.1,
                  .recover = 8,
                  .at_start = true,
                  .strike = accept(Accept::refuse),
                  .lift = heal});
  rows.push_back({.number = 3,
                  .fault = "server restarts",
                  .detect = 0.1,
                  .recover = 8,
                  .lost = 200,
                  .strike =
                      [](FaultProxy &proxy) {
                        proxy.set_accept(Accept::refuse);
                        proxy.cut(Cut::reset);
                      },
                  .lift = heal});
  rows.push_back({.number = 4,
                  .fault = "accepted, then nothing (deadline 2 s)",
                  .detect = 2.1,
                  .recover = 8,
                  .properties = "connect-timeout=2000",
                  .at_start = true,
                  .strike = accept(Accept::silent),
                  .lift = heal});
  rows.push_back({.number = 5,
                  .fault = "TLS hang (deadline 2 s)",
                  .ends = Ends::fails,
                  .detect = 2.1,
                  .recover = 8,
                  .properties = "connect-timeout=2000 max-retries=1",
                  .scheme = "wss",
                  .at_start = true,
                  .strike = accept(Accept::silent)});
  for (const char *name : {"expired", "early", "other"})
    rows.push_back({.number = 6,
                    .fault = std::string("certificate: ") + name,
                    .ends = Ends::fails,
                    .arguments = {"--tls-cert", certificate(name), "--tls-key", certificate(name)},
                    .properties = "tls-ca-file=" + certificate("authority"),
                    .scheme = "wss",
                    .at_start = true});
  rows.push_back(
      {.number = 6,
       .fault = "certificate: unknown issuer",
       .ends = Ends::fails,
       .arguments = {"--tls-cert", certificate("good"), "--tls-key", certificate("good")},
       .scheme = "wss",
       .at_start = true});
  rows.push_back({.number = 7,
                  .fault = "no TLS at a TLS port (deadline 2 s)",
                  .ends = Ends::fails,
                  .detect = 2.1,
                  .recover = 8,
                  .properties = "connect-timeout=2000 max-retries=1",
                  .scheme = "wss",
                  .at_start = true});
  rows.push_back(
      {.number = 7,
       .fault = "TLS at a port without (deadline 2 s)",
       .ends = Ends::fails,
       .detect = 2.1,
       .recover = 8,
       .arguments = {"--tls-cert", certificate("good"), "--tls-key", certificate("good")},
       .properties = "connect-timeout=2000 max-retries=1",
       .at_start = true});
  for (const char *status : {"400", "401", "403", "404"})
    rows.push_back({.number = 8,
                    .fault = std::string("HTTP ") + status,
                    .ends = Ends::fails,
                    .script = at("connect", std::string(R"({"refuse":)") + status + "}", true),
                    .at_start = true});
  for (const char *status : {"500", "502", "503"})
    rows.push_back({.number = 9,
                    .fault = std::string("HTTP ") + status + ", once",
                    .script = at("connect", std::string(R"({"refuse":)") + status + "}"),
                    .at_start = true});
  rows.push_back({.number = 9,
                  .fault = "HTTP 429, once",
                  .script = at("connect", R"({"refuse":429})"),
                  .at_start = true});
  rows.push_back(
      {.number = 10,
       .fault = "redirect",
       .ends = Ends::fails,
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
  rows.push_back({.number = 11,
                  .fault = "wrong Sec-WebSocket-Accept",
                  .ends = Ends::fails,
                  .recover = 8,
                  .rude = answer("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: AAAA\r\n\r\n"),
                  .at_start = true});
  rows.push_back({.number = 11,
                  .fault = "garbage in place of HTTP",
                  .ends = Ends::fails,
                  .recover = 8,
                  .rude = answer(std::string(4000, '\x01') + "\r\n\r\n"),
                  .at_start = true});
  rows.push_back({.number = 11,
                  .fault = "a head of 1 MiB",
                  .ends = Ends::fails,
                  .recover = 8,
                  .rude = answer("HTTP/1.1 101 x\r\nX: " + std::string(1 << 20, 'x')),
                  .at_start = true});
  rows.push_back({.number = 12,
                  .fault = "setup never confirmed (deadline 2 s)",
                  .detect = 2.1,
                  .script = at("setup", R"({"withhold":true})"),
                  .properties = "connect-timeout=2000",
                  .at_start = true});
}

void add_broken_networks(std::vector<Row> &rows) {
  rows.push_back({.number = 13,
                  .fault = "half-open while streaming",
                  .detect = 8.5,
                  .recover = 9,
                  .in_namespace = true,
                  .strike = take_loopback_away,
                  .lift = bring_loopback_back});
  rows.push_back({.number = 15,
                  .fault = "server silent for 5 s, TCP alive",
                  .ends = Ends::unaffected,
                  .strike = flow(Way::down, {.stalled = true}),
                  .lift = heal,
                  .watch = 5});
  rows.push_back({.number = 15,
                  .fault = "300 ms more each way",
                  .ends = Ends::unaffected,
                  .strike = [](FaultProxy &proxy) {
                    proxy.set_flow(Way::up, {.delay = 300ms});
                    proxy.set_flow(Way::down, {.delay = 300ms});
                  }});
  rows.push_back({.number = 15,
                  .fault = "one byte a write",
                  .ends = Ends::unaffected,
                  .strike = [](FaultProxy &proxy) {
                    proxy.set_flow(Way::up, {.slice = 1});
                    proxy.set_flow(Way::down, {.slice = 1});
                  }});
  rows.push_back({.number = 16,
                  .fault = "server stops reading",
                  .detect = 10,
                  .recover = 1,
                  .strike = flow(Way::up, {.stalled = true}),
                  .lift = heal});
  rows.push_back({.number = 17,
                  .fault = "uplink of 15 kB/s, backlog 1 s",
                  .ends = Ends::unaffected,
                  .detect = 8,
                  .lost = 60000,
                  .properties = "max-backlog=1000",
                  .strike = flow(Way::up, {.bytes_per_second = 15000}),
                  .lift = heal,
                  .sign = "gemlive/backlog-dropped"});
  rows.push_back(
      {.number = 18, .fault = "RST in the call", .detect = 0.1, .strike = cut(Cut::reset)});
  rows.push_back({.number = 18,
                  .fault = "RST in the answer",
                  .detect = 0.1,
                  .script = at("said", R"({"drop":"reset"})"),
                  .ended_by_server = true});
  rows.push_back({.number = 19,
                  .fault = "FIN without a close frame",
                  .detect = 0.1,
                  .strike = cut(Cut::finish)});
  rows.push_back({.number = 19,
                  .fault = "cut in mid-message",
                  .detect = 3,
                  .strike = cut(Cut::in_mid_message)});
  rows.push_back({.number = 41,
                  .fault = "asleep for 3 s, the connection is gone meanwhile",
                  .detect = 8.5,
                  .recover = 2,
                  .always = true,
                  .script = R"([{"when":{"on":"heard","session":1,"ms":500,"after":1000},
                                 "do":{"drop":"reset"}}])",
                  .strike = [](FaultProxy &) {
                    if (!suspend(3s)) throw std::runtime_error("this process cannot sleep");
                  }});
  rows.push_back({.number = 43,
                  .fault = "30 % loss, 300 ms \u00b1 100, each way",
                  .ends = Ends::unaffected,
                  .strike =
                      [](FaultProxy &proxy) {
                        for (const auto way : {Way::up, Way::down})
                          proxy.set_flow(way, {.delay = 300ms, .jitter = 100ms, .loss = 30});
                      },
                  .lift = heal,
                  .watch = 20});
  rows.push_back({.number = 42,
                  .fault = "network away for 2 s and back",
                  .ends = Ends::unaffected,
                  .in_namespace = true,
                  .strike = take_loopback_away,
                  .lift = bring_loopback_back,
                  .watch = 2});
}

void add_closes(std::vector<Row> &rows) {
  for (const int code : {1000, 1001, 1011, 1012, 1013, 1014})
    rows.push_back({.number = code == 1000 ? 20 : 21,
                    .fault = "close " + std::to_string(code),
                    .detect = 0.1,
                    .script = close_with(code, "Internal error encountered.")});
  rows.push_back({.number = 22,
                  .fault = "close 1007, argument",
                  .ends = Ends::fails,
                  .script = close_with(1007, "Request contains an invalid argument.")});
  rows.push_back({.number = 22,
                  .fault = "close 1008, key",
                  .ends = Ends::fails,
                  .script = close_with(1008, "API key not valid. Please pass a valid API key.")});
  rows.push_back({.number = 22,
                  .fault = "close 1008, aborted",
                  .script = close_with(1008, "The operation was aborted.")});
  rows.push_back({.number = 23,
                  .fault = "goAway, 3 s left, then closed",
                  .detect = 2.9,
                  .recover = 0.3,
                  .slack = 0,
                  .script = R"([{"when":{"on":"heard","session":1,"ms":500},"do":{"go-away":"3s"}},
                     {"when":{"on":"heard","session":1,"ms":500,"after":3000},"do":{"drop":"end"}}])"});
  rows.push_back({.number = 24,
                  .fault = "resumption refused",
                  .recover = 2,
                  .script = R"([{"when":{"on":"heard","session":1,"ms":500},"do":{"drop":"end"}},
                     {"when":{"on":"setup","session":2},
                      "do":{"close":1008,"reason":"Session not found"}}])"});
  rows.push_back(
      {.number = 25, .fault = "connection cap without goAway", .script = close_with(1001, "")});
  rows.push_back(
      {.number = 26, .fault = "token expires", .missing = "tests/core/token_cache_test"});
  rows.push_back(
      {.number = 27, .fault = "token endpoint down", .missing = "tests/gst/sign_in_test"});
}

void add_bad_servers(std::vector<Row> &rows) {
  rows.push_back({.number = 28,
                  .fault = "a message of 17 MiB",
                  .script = in_the_call(R"({"send":{"x":1},"pad":17825792})")});
  for (const char *hex : {"82 7f 7f ff ff ff ff ff ff ff", "82 7f ff ff ff ff ff ff ff ff"})
    rows.push_back({.number = 29,
                    .fault = std::string("length ") + (hex[6] == '7' ? "2^63-1" : "2^64-1"),
                    .script = raw(hex)});
  rows.push_back({.number = 30, .fault = "a deflated frame", .script = raw("c1 02 4b 04")});
  const std::pair<const char *, const char *> broken[] = {{"bad UTF-8", "81 02 c3 28"},
                                                          {"masked", "82 81 01 02 03 04 05"},
                                                          {"opcode 3", "83 00"},
                                                          {"lone continuation", "80 00"},
                                                          {"control of 126 bytes", "89 7e 00 7e"}};
  for (const auto &[name, hex] : broken)
    rows.push_back({.number = 31, .fault = name, .script = raw(hex)});
  rows.push_back({.number = 32,
                  .fault = "ping flood",
                  .detect = 2,
                  .script = in_the_call(R"({"flood":"ping","count":200000})")});
  rows.push_back({.number = 32,
                  .fault = "message flood",
                  .detect = 2,
                  .script = in_the_call(R"({"flood":{},"count":200000})")});
  const std::string long_head = "82 7f 00 00 00 00 00 ff ff ff";
  rows.push_back({.number = 33, .fault = "dribbled frame", .detect = 31, .script = raw(long_head)});
  rows.push_back({.number = 33,
                  .fault = "a frame that stops",
                  .detect = 35,
                  .always = true,
                  .script = in_the_call(R"([{"raw":")" + long_head + R"("},{"stall":"send"}])")});
  const std::string deep(60000, '[');
  rows.push_back({.number = 34,
                  .fault = "JSON, 60000 deep",
                  .ends = Ends::unaffected,
                  .script = in_the_call(R"({"send-text":")" + deep + R"("})"),
                  .sign = "warning"});
  std::string ten = R"({"send-text":"nonsense"})";
  for (int i = 1; i < 10; ++i)
    ten += R"(,{"send-text":"nonsense"})";
  rows.push_back({.number = 34,
                  .fault = "ten that are no JSON",
                  .ends = Ends::fails,
                  .script = in_the_call("[" + ten + "]")});
  rows.push_back({.number = 39,
                  .fault = "turn never completes (turn-timeout 1 s)",
                  .ends = Ends::unaffected,
                  .detect = 5,
                  .script = at("turn", R"({"answer":{"tone":200,"turn-complete":false,
                                          "generation-complete":false}})"),
                  .properties = "turn-timeout=1000",
                  .sign = "warning"});
  rows.push_back({.number = 35,
                  .fault = "audio that is no base64",
                  .ends = Ends::unaffected,
                  .script = in_the_call(R"({"send":{"serverContent":{"modelTurn":{"parts":[
                      {"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"!!!!"}}]}}}})")});
  rows.push_back({.number = 36,
                  .fault = "5 min of answer at once",
                  .ends = Ends::unaffected,
                  .arguments = {"--speed", "0", "--tone-duration", "300000"},
                  .watch = 4});
  rows.push_back({.number = 40,
                  .fault = "a server that says nothing to speech (turn-timeout 2 s)",
                  .ends = Ends::unaffected,
                  .detect = 5,
                  .always = true,
                  .properties = "turn-timeout=2000",
                  .idle = true,
                  .strike = flow(Way::down, {.stalled = true}),
                  .lift = heal,
                  .sign = "warning",
                  .watch = 1});
  for (const auto &[number, name, why] :
       {std::tuple{37, "interrupted", "tests/gst/output_test"},
        std::tuple{38, "downstream blocked", "tests/gst/output_test, tests/bench/memory"},
        std::tuple{45, "no descriptors left", "tests/gst/torture_control_test"}})
    rows.push_back({.number = number, .fault = name, .missing = why});
}

void add_proxies(std::vector<Row> &rows) {
  const auto behind = [&](const char *fault, test::RudePeer::Script proxy,
                          const char *port = "{port}") {
    rows.push_back({.number = 44,
                    .fault = fault,
                    .ends = Ends::fails,
                    .detect = 2.1,
                    .recover = 8,
                    .properties = "api-key=k connect-timeout=2000 max-retries=1 "
                                  "proxy=http://127.0.0.1:" +
                                  std::string(port),
                    .uri = "wss://192.0.2.7",
                    .rude = std::move(proxy),
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

std::vector<Row> table() {
  std::vector<Row> rows;
  add_connecting(rows);
  add_broken_networks(rows);
  add_closes(rows);
  add_bad_servers(rows);
  add_proxies(rows);
  rows.push_back({.number = 14,
                  .fault = "half-open while idle",
                  .detect = 19,
                  .recover = 9,
                  .in_namespace = true,
                  .idle = true,
                  .strike = take_loopback_away,
                  .lift = bring_loopback_back});
  return rows;
}

}  // namespace gemlive::chaos
