// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Servers that send too much, or take too little.

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <list>
#include <utility>

#include "rude_peer.hpp"
#include "transport_client.hpp"

using namespace gemlive;
using namespace gemlive::test;
using Connection = RudePeer::Connection;

namespace {

std::size_t resident_bytes() {
  std::size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * 4096;
}

/// Sends `bytes` over and over until the client is gone, half a gigabyte at most.
RudePeer::Script flooding(std::string start, const std::string &unit) {
  std::string block;
  while (block.size() < (64 << 10))
    block += unit;
  return [start = std::move(start), block](Connection &connection) {
    connection.accept_upgrade();
    connection.write(start);
    for (int i = 0; i < 8192 && connection.write(block); ++i) {
    }
  };
}

/// The connection ends by itself with one failure, and the thread answers all the while.
Error failure_in_flood(RudePeer::Script script) {
  RudePeer peer(std::move(script));
  TransportClient client;
  client.keep_messages = false;
  auto before = resident_bytes();
  client.connect_to(peer.url());
  EXPECT_TRUE(client.wait_ended());
  EXPECT_TRUE(client.thread().call([] {}, patience));
  EXPECT_LT(resident_bytes(), before + (100 << 20));
  client.destroy();
  auto heard = client.heard();
  EXPECT_EQ(heard.after_the_end, 0);
  EXPECT_EQ(heard.failed.size(), 1u);
  return heard.failed.empty() ? Error{} : heard.failed.front();
}

void expect_flooded(const RudePeer::Script &script) {
  auto error = failure_in_flood(script);
  EXPECT_EQ(error.kind, ErrorKind::lost);
  EXPECT_NE(error.message.find("flooded"), std::string::npos) << error.message;
}

TEST(SoupFlood, TinyMessages) {
  expect_flooded(flooding("", RudePeer::frame_bytes(0x81, "{}")));
}
TEST(SoupFlood, EmptyMessages) {
  expect_flooded(flooding("", RudePeer::frame_bytes(0x81, "")));
}
TEST(SoupFlood, BinaryMessages) {
  expect_flooded(flooding("", RudePeer::frame_bytes(0x82, std::string(20, '\0'))));
}
TEST(SoupFlood, Pings) {
  // On a very slow machine the pongs that nobody reads time out first.
  auto error = failure_in_flood(flooding("", RudePeer::frame_bytes(0x89, std::string(125, 'p'))));
  EXPECT_EQ(error.kind, ErrorKind::lost);
}
TEST(SoupFlood, EmptyPings) {
  expect_flooded(flooding("", RudePeer::frame_bytes(0x89, "")));
}
TEST(SoupFlood, Pongs) {
  expect_flooded(flooding("", RudePeer::frame_bytes(0x8a, "")));
}
TEST(SoupFlood, EmptyFragments) {
  expect_flooded(flooding(RudePeer::frame_bytes(0x01, ""), RudePeer::frame_bytes(0x00, "")));
}
TEST(SoupFlood, FragmentsWithoutEnd) {
  expect_flooded(flooding(RudePeer::frame_bytes(0x01, "a"),
                          RudePeer::frame_bytes(0x00, std::string(60'000, 'a'))));
}
TEST(SoupFlood, AMessageOf17Mebibytes) {
  expect_flooded([](Connection &connection) {
    connection.accept_upgrade();
    connection.frame(0x81, std::string(17 << 20, 'a'));
    connection.wait_for_end();
  });
}
TEST(SoupFlood, LengthsBeyondAllMemory) {
  for (auto length : {"\x7f\xff\xff\xff\xff\xff\xff\xff", "\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    expect_flooded([length](Connection &connection) {
      connection.accept_upgrade();
      connection.write("\x81\x7f" + std::string(length, 8));
      connection.wait_for_end();
    });
  }
}

TEST(SoupFlood, AfterAProtocolErrorIsIgnored) {
  auto error = failure_in_flood(
      flooding(RudePeer::frame_bytes(0xf1, "rsv"), RudePeer::frame_bytes(0x81, "{}")));
  EXPECT_EQ(error.kind, ErrorKind::bad_data);
}

TEST(SoupFlood, OfInterimResponsesEndsTheAttempt) {
  RudePeer peer([](Connection &connection) {
    connection.read_request();
    std::string block;
    while (block.size() < (64 << 10))
      block += "HTTP/1.1 103 Early Hints\r\n\r\n";
    while (connection.write(block)) {
    }
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_ended());
  EXPECT_NE(client.heard().failed.at(0).message.find("16 interim responses"), std::string::npos)
      << client.heard().failed.at(0).message;
}

/// While a server floods one attempt, another connection of the same thread opens and speaks.
TEST(SoupFlood, OfInterimResponsesLeavesOthersAlone) {
  RudePeer flooding([](Connection &connection) {
    connection.read_request();
    while (connection.write("HTTP/1.1 103 Early Hints\r\n\r\n")) {
    }
  });
  RudePeer peer([](Connection &connection) {
    connection.accept_upgrade();
    connection.frame(0x81, "{}");
    connection.wait_for_end();
  });
  const auto thread = std::make_shared<IoThread>();
  std::list<TransportClient> floods;
  for (int i = 0; i < 10; ++i)
    floods.emplace_back(thread).connect_to(flooding.url());
  TransportClient client(thread);
  client.connect_to(peer.url());
  EXPECT_TRUE(client.wait([](auto &heard) { return heard.message_count == 1; }));
  for (auto &flood : floods)
    EXPECT_TRUE(flood.wait_ended());
}

/// A listener that takes its time, as an application's handler may, ends no connection.
TEST(SoupFlood, ASlowListenerIsNotTakenForOne) {
  const auto message = RudePeer::frame_bytes(0x81, std::string(10'000, 'a'));
  std::atomic<int> sent = 0;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    for (int i = 0; i < 3000; ++i, ++sent)
      connection.write(message);  // 30 MB: much more than all buffers between
    connection.close_frame(1000, "");
    connection.wait_for_end();
  });
  TransportClient client;
  client.keep_messages = false;
  std::promise<void> go_on;
  bool first = true;
  client.on_message = [&, may_go_on = go_on.get_future().share()] {
    if (std::exchange(first, false)) may_go_on.wait();
  };
  client.connect_to(peer.url());
  // Until all buffers are full, and for as long as a watching thread would take to notice.
  ASSERT_TRUE(wait_until([&, last = -1, since = std::chrono::steady_clock::now()]() mutable {
    const auto now = std::chrono::steady_clock::now();
    if (std::exchange(last, sent.load()) != sent) since = now;
    return sent > 0 && now - since > std::chrono::seconds(2);
  }));
  go_on.set_value();
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().message_count, 3000u);
  EXPECT_EQ(client.heard().closed.size(), 1u);
}

TEST(SoupFlood, MayBeLeftInTheMiddle) {
  for (auto unit : {RudePeer::frame_bytes(0x82, std::string(100 << 10, 'a'))}) {
    RudePeer peer(flooding("", unit));
    TransportClient client;
    client.keep_messages = false;
    client.connect_to(peer.url());
    ASSERT_TRUE(client.wait([](auto &heard) { return heard.message_count > 10; }));
    client.destroy();
    EXPECT_EQ(client.heard().after_the_end, 0);
    EXPECT_FALSE(client.heard().ended());
  }
}

TEST(SoupFlood, LargeMessagesAtFullSpeedAreNone) {
  const auto message = RudePeer::frame_bytes(0x81, std::string(15'000, 'a'));
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    for (int i = 0; i < 5000; ++i)
      connection.write(message);  // 75 MB: 20 minutes of audio
    connection.close_frame(1000, "");
    connection.wait_for_end();
  });
  TransportClient client;
  client.keep_messages = false;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().message_count, 5000u);
  EXPECT_EQ(client.heard().message_bytes, 75'000'000u);
  EXPECT_EQ(client.heard().closed.at(0).first, 1000);
}

TEST(SoupFlood, AServerThatStopsReadingIsNoticedAfterLittle) {
  std::promise<void> go_on;
  auto may_go_on = go_on.get_future().share();
  RudePeer peer([may_go_on](Connection &connection) {
    connection.accept_upgrade();
    may_go_on.wait();
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  const std::string text(10'000, 'a');
  std::size_t sent = 0;
  client.run([&] {
    // The peer's window takes up to 6 MB by Linux' defaults; what counts is what stays here.
    while (client.transport().can_send() && sent < (64 << 20)) {
      client.transport().send(text);
      sent += text.size();
    }
  });
  EXPECT_LT(sent, std::size_t{16 << 20});
  client.run([&] { EXPECT_FALSE(client.transport().can_send()) << "and it stays so"; });
  EXPECT_EQ(client.heard().writable, 0);

  go_on.set_value();
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.writable == 1; }));
  client.run([&] { EXPECT_TRUE(client.transport().can_send()); });
  EXPECT_EQ(client.heard().writable, 1) << "once for each time that can_send() said no";
}

TEST(SoupFlood, AStalledConnectionMayBeLeft) {
  std::promise<void> go_on;
  auto may_go_on = go_on.get_future().share();
  RudePeer peer([may_go_on](Connection &connection) {
    connection.accept_upgrade();
    may_go_on.wait();
  });
  {
    TransportClient client;
    client.connect_to(peer.url());
    ASSERT_TRUE(client.wait_opened());
    client.run([&] {
      while (client.transport().can_send())
        client.transport().send(std::string(10'000, 'a'));
      client.transport().close(1000, "");
    });
    client.destroy();
    EXPECT_FALSE(client.heard().ended());
  }
  go_on.set_value();
}

}  // namespace
