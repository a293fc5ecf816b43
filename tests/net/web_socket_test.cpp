// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What an open connection does, whoever is at the other end; what a rude one can do to it is in
// soup_transport_test and soup_flood_test.

#include "web_socket.hpp"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <utility>

#include "allocations.hpp"
#include "rude_peer.hpp"
#include "transport_client.hpp"

using namespace gemlive;
using namespace gemlive::test;
using namespace std::chrono_literals;
using Connection = RudePeer::Connection;

namespace {

/// Hands what the client sends to `take`, until that says no or the client ends.
template <typename Take>
void read_frames(Connection &connection, Take take) {
  FrameParser reader(FrameParser::Side::server);
  while (true) {
    const auto bytes = connection.read();
    if (bytes.empty()) return;
    reader.feed(bytes, 0);
    while (const auto incoming = reader.next())
      if (!take(*incoming)) return;
    if (reader.error()) return;
  }
}

TEST(WebSocket, AnswersPings) {
  std::promise<std::string> answer;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    connection.frame(0x89, "are you there");
    read_frames(connection, [&](const Incoming &incoming) {
      if (incoming.opcode == Opcode::pong) answer.set_value(std::string(incoming.payload));
      return incoming.opcode != Opcode::pong;
    });
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  auto answered = answer.get_future();
  ASSERT_EQ(answered.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(answered.get(), "are you there");
}

TEST(WebSocket, PingsAtEachInterval) {
  std::promise<void> pinged;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    int pings = 0;
    read_frames(connection, [&](const Incoming &incoming) {
      if (incoming.opcode == Opcode::ping) ++pings;
      return pings < 3;
    });
    if (pings == 3) pinged.set_value();
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect({.url = peer.url(), .keepalive_interval = 10ms});
  EXPECT_EQ(pinged.get_future().wait_for(patience), std::future_status::ready);
}

/// What does not fit into the kernel is kept and written later, each frame whole and in order.
TEST(WebSocket, PingsOfAServerThatDoesNotReadAreAnsweredOnce) {
  std::promise<void> full, pinged;
  std::promise<std::vector<std::string>> received;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    full.get_future().wait();
    for (auto text : {"first", "second", "newest"})
      connection.frame(0x89, text);
    connection.frame(0x81, "the pings were before this");
    pinged.get_future().wait();
    std::vector<std::string> all;
    read_frames(connection, [&](const Incoming &incoming) {
      const bool last = incoming.payload == "last";
      if (!last)
        all.push_back(std::to_string(static_cast<int>(incoming.opcode)) + ':' +
                      std::string(incoming.payload.substr(0, 10)));
      return !last;
    });
    received.set_value(all);
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  std::vector<std::string> expected;
  client.run([&] {
    while (client.transport().can_send()) {
      auto text = std::to_string(1'000'000 + expected.size());
      expected.push_back("1:" + text);
      client.transport().send(text + std::string(10'000, 'a'));
      expected.back() += "aaa";
    }
  });
  full.set_value();
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.message_count == 1; }));
  EXPECT_EQ(client.heard().writable, 0);
  pinged.set_value();
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.writable == 1; }));
  client.run([&] { client.transport().send("last"); });
  expected.push_back("10:newest");
  const auto all = received.get_future().get();
  EXPECT_TRUE(all == expected) << all.size() << " of " << expected.size() << ", " << all.back();
}

/// The loop of the I/O thread, which polls; `between` is done between a poll that finds room for
/// output and nothing else, and what is done about it. Once.
std::function<void()> between;

gint poll_then(GPollFD *descriptors, guint count, gint timeout) {
  const auto ready = g_poll(descriptors, count, timeout);
  const bool room = std::any_of(descriptors, descriptors + count,
                                [](const GPollFD &each) { return each.revents == G_IO_OUT; });
  if (room && between) std::exchange(between, nullptr)();
  return ready;
}

/// Writing may be what notices the end; what came before that is read all the same, all of it.
TEST(WebSocket, WhatTheServerSaidBeforeAResetIsHeard) {
  constexpr int said = 20;
  std::promise<void> room, gone;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    auto has_room = room.get_future();
    while (has_room.wait_for(0s) != std::future_status::ready) {
      pollfd input = {.fd = connection.descriptor(), .events = POLLIN, .revents = 0};
      if (::poll(&input, 1, 10) > 0 && connection.read().empty()) break;
    }
    for (int i = 0; i < said; ++i)
      connection.frame(0x81, std::string(5000, 'a'));
    connection.close_frame(1011, "Internal error encountered.");
    // A reset takes with it what the peer's kernel does not have.
    wait_until([&, unsent = 0]() mutable {
      return ioctl(connection.descriptor(), SIOCOUTQ, &unsent) == 0 && unsent == 0;
    });
    connection.reset();
    gone.set_value();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  client.run([&] {
    between = [&] {
      room.set_value();
      gone.get_future().wait();
    };
    g_main_context_set_poll_func(g_main_context_get_thread_default(), &poll_then);
    while (client.transport().can_send())
      client.transport().send(std::string(10'000, 'b'));
  });
  ASSERT_TRUE(client.wait_ended());
  const auto heard = client.heard();
  EXPECT_EQ(heard.message_count, said);
  ASSERT_EQ(heard.closed.size(), 1u) << heard.failed.front().detail;
  EXPECT_EQ(heard.closed.front(), std::pair(1011, std::string("Internal error encountered.")));
}

/// Both ways: framing, masking, writing, reading, and memory for the messages.
TEST(WebSocket, ASteadyFlowAllocatesNothing) {
  const auto message = RudePeer::frame_bytes(0x82, std::string(3000, 'a'));
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    connection.write(message);
    read_frames(connection, [&](const Incoming &) { return connection.write(message); });
  });
  TransportClient client;
  client.keep_messages = false;
  const std::string text(1250, 'b');
  std::atomic<int> count = 0;
  std::size_t before = 0, after = 0;
  client.on_message = [&] {
    if (++count == 100) before = allocations();
    if (count == 200) after = allocations();
    if (count < 200 && client.transport().can_send()) client.transport().send(text);
  };
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.message_count == 200; }));
  client.destroy();
  EXPECT_EQ(after, before);
}

}  // namespace
