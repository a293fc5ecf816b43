// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Sections 1 to 5: messages, pings, reserved bits, opcodes, fragments.

#include <algorithm>
#include <iterator>
#include <utility>

#include "rfc6455_cases.hpp"

namespace gemlive::test::rfc6455 {

namespace {

using Rows = std::vector<Case>;

constexpr std::uint8_t fin = 0x80;
const std::string hello = "Hello, world!";
const std::string not_utf8 = "\xff\xfe\xfd\xfc\xfb\xff";

Part pong_frame(std::string_view payload) {
  return frame(0x8a, payload);
}

void add_messages(Rows &all) {
  for (const bool is_binary : {false, true}) {
    const auto *section = is_binary ? "1.2" : "1.1";
    std::size_t number = 1;
    for (const std::size_t size : {0, 125, 126, 127, 128, 65535, 65536})
      all.push_back(message(id_of(section, number++), is_binary, size, whole));
    all.push_back(message(id_of(section, number), is_binary, 65536, 997));
  }
}

void add_pings(Rows &all) {
  const std::string long_payload(125, '\xfe');
  std::vector<Part> ten_pings;
  std::vector<Answer> ten_pongs;
  for (int i = 0; i < 10; ++i) {
    ten_pings.push_back(ping("payload-" + std::to_string(i)));
    ten_pongs.push_back(pong("payload-" + std::to_string(i)));
  }
  const Case rows[] = {
      row("2.1", "empty ping", {.parts = {ping("")}, .answers = {pong("")}}),
      row("2.2", "ping with text", {.parts = {ping(hello)}, .answers = {pong(hello)}}),
      row("2.3", "ping, not UTF-8", {.parts = {ping(not_utf8)}, .answers = {pong(not_utf8)}}),
      row("2.4", "ping of 125 bytes",
          {.parts = {ping(long_payload)}, .answers = {pong(long_payload)}}),
      row("2.5", "ping of 126 bytes", fails(1002, {ping(long_payload + 'x')})),
      row("2.6", "ping of 125 bytes, byte by byte",
          {.parts = {ping(long_payload)}, .chop = each_octet, .answers = {pong(long_payload)}}),
      row("2.7", "empty pong", {.parts = {pong_frame("")}}),
      row("2.8", "pong with text", {.parts = {pong_frame("unsolicited")}}),
      row("2.9", "pong, ping",
          {.parts = {pong_frame("unsolicited"), ping("ping")}, .answers = {pong("ping")}}),
      row("2.10", "10 pings", {.parts = ten_pings, .answers = ten_pongs}),
      row("2.11", "10 pings, byte by byte",
          {.parts = ten_pings, .chop = each_octet, .answers = ten_pongs}),
  };
  std::copy(std::begin(rows), std::end(rows), std::back_inserter(all));
}

/// A text that the client echoes, `bad`, then a ping that it does not answer. In chops, the server
/// waits for the client's close frame before it sends the ping.
Exchange fails_after_text(const Part &bad, Chop chop) {
  return fails(1002, {text(hello), chop == whole ? bad : then_wait(bad, 2), ping("")}, chop,
               {echo(hello)});
}

void add_reserved_bits(Rows &all) {
  const Case rows[] = {
      row("3.1", "text, RSV 1", fails(1002, {frame(0x91, hello)})),
      row("3.2", "text; RSV 2; ping", fails_after_text(frame(0xa1, hello), whole)),
      row("3.3", "text; RSV 3; ping, by frame", fails_after_text(frame(0xb1, hello), each_frame)),
      row("3.4", "text; RSV 4; ping, by byte", fails_after_text(frame(0xc1, hello), each_octet)),
      row("3.5", "binary, RSV 5", fails(1002, {frame(0xd2, not_utf8)})),
      row("3.6", "ping, RSV 6", fails(1002, {frame(0xe9, hello)})),
      row("3.7", "close, RSV 7", fails(1002, {frame(0xf8, "")})),
  };
  std::copy(std::begin(rows), std::end(rows), std::back_inserter(all));
}

void add_opcodes(Rows &all) {
  for (const int first : {3, 11}) {
    const auto *section = first == 3 ? "4.1" : "4.2";
    const auto bad = [&](int number, std::string_view payload) {
      return frame(static_cast<std::uint8_t>(fin | (first + number - 1)), payload);
    };
    const auto add = [&](std::size_t number, const char *sent, Exchange exchange) {
      all.push_back(row(id_of(section, number), sent, std::move(exchange)));
    };
    add(1, "reserved opcode", fails(1002, {bad(1, "")}));
    add(2, "reserved opcode with payload", fails(1002, {bad(2, "payload")}));
    add(3, "text; reserved opcode; ping", fails_after_text(bad(3, ""), whole));
    add(4, "text; reserved opcode with payload; ping", fails_after_text(bad(4, hello), whole));
    add(5, "text; reserved opcode; ping, by byte", fails_after_text(bad(5, hello), each_octet));
  }
}

constexpr std::pair<Chop, const char *> chops[] = {
    {whole, "at once"}, {each_frame, "by frame"}, {each_octet, "by byte"}};

/// 5.3 to 5.14: in each of the chops.
void add_fragments_in_chops(Rows &all) {
  const auto one = frame(0x01, "fragment1"), two = frame(0x80, "fragment2");
  const auto whole_text = echo("fragment1fragment2");
  std::size_t number = 0;
  for (const auto &[chop, how] : chops) {
    const auto add = [&, how = how](std::size_t first, const char *sent, Exchange exchange) {
      all.push_back(
          row(id_of("5", first + number), sent + std::string(", ") + how, std::move(exchange)));
    };
    const auto wait = [&, chop = chop](const Part &part) {
      return chop == whole ? part : then_wait(part, 1);
    };
    add(3, "text in 2 frames", {.parts = {one, two}, .chop = chop, .answers = {whole_text}});
    add(6, "text in 2 frames, a ping between them",
        {.parts = {one, wait(ping("ping")), two},
         .chop = chop,
         .answers = {pong("ping"), whole_text}});
    add(9, "last continuation of no message; text",
        fails(1002, {wait(frame(0x80, "nothing to continue")), text(hello)}, chop));
    add(12, "continuation of no message; text",
        fails(1002, {wait(frame(0x00, "nothing to continue")), text(hello)}, chop));
    ++number;
  }
}

void add_fragments(Rows &all) {
  const auto one = frame(0x01, "fragment1"), last = frame(0x80, "fragment2");
  const auto middle = frame(0x00, "fragment"), orphan = frame(0x80, "orphan");
  const auto pings_between = [&](Chop chop) {
    return Exchange{
        .parts = {one, middle, then_wait(ping("ping 1"), 1), middle, middle, ping("ping 2"), last},
        .chop = chop,
        .answers = {pong("ping 1"), pong("ping 2"),
                    echo("fragment1fragmentfragmentfragmentfragment2")}};
  };
  all.push_back(row("5.1", "ping in 2 frames", fails(1002, {frame(0x09, "one"), last})));
  all.push_back(row("5.2", "pong in 2 frames", fails(1002, {frame(0x0a, "one"), last})));
  add_fragments_in_chops(all);
  const Case rows[] = {
      row("5.15", "text in 2 frames; continuation of no message; text",
          fails(1002, {one, last, middle, text(hello)}, whole, {echo("fragment1fragment2")})),
      row("5.16", "twice: continuation of no message; text in 2 frames",
          fails(1002, {middle, one, last, middle, one, last})),
      row("5.17", "twice: last continuation of no message; text in 2 frames",
          fails(1002, {orphan, one, last, orphan, one, last})),
      row("5.18", "text in 2 frames, both with opcode 1", fails(1002, {one, text("fragment2")})),
      row("5.19", "text in 5 frames, pings between them", pings_between(whole)),
      row("5.20", "text in 5 frames, pings between them, by frame", pings_between(each_frame)),
  };
  std::copy(std::begin(rows), std::end(rows), std::back_inserter(all));
}

}  // namespace

std::vector<Case> framing_cases() {
  Rows all;
  add_messages(all);
  add_pings(all);
  add_reserved_bits(all);
  add_opcodes(all);
  add_fragments(all);
  return all;
}

}  // namespace gemlive::test::rfc6455
