// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The transport over TLS.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <future>
#include <set>

#include "certificate_authorities.hpp"
#include "read_file.hpp"
#include "tls_peer.hpp"
#include "transport_client.hpp"

using namespace gemlive;
using namespace gemlive::test;
using Connection = RudePeer::Connection;

namespace {

Transport::Request request_to(const RudePeer &peer) {
  return {.url = "wss://127.0.0.1:" + std::to_string(peer.port()) + "/",
          .route = {.tls_ca_file = fixture_path("tls/authority.pem")}};
}

std::atomic<int> trims = 0;

const TlsScript kWait = [](TlsServer &server, Connection &) { server.wait_for_end(); };

TEST(SoupTls, OpensAndSpeaksBothWays) {
  std::promise<std::string> said;
  RudePeer peer(with_tls([&](TlsServer &server, Connection &) {
    for (int i = 0; i < 300; ++i)
      server.write(RudePeer::frame_bytes(0x81, std::to_string(i)));
    server.write(RudePeer::frame_bytes(0x82, std::string(1 << 20, 'a')));
    said.set_value(server.read());
    server.wait_for_end();
  }));
  TransportClient client;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.message_count == 301; }));
  for (int i = 0; i < 300; ++i)
    EXPECT_EQ(client.heard().messages[i], std::to_string(i));
  EXPECT_EQ(client.heard().messages[300], std::string(1 << 20, 'a'));
  client.run([&] {
    ASSERT_TRUE(client.transport().can_send());
    client.transport().send("hello");
  });
  EXPECT_EQ(said.get_future().get().size(), 11u);
}

/// The number of owners is what GObject shows of them.
TEST(SoupTls, AnOpenConnectionKeepsNoCertificateAuthorities) {
  RudePeer peer(with_tls(kWait));
  const auto request = request_to(peer);
  const auto database = certificate_authorities::from_file(request.route.tls_ca_file);
  ASSERT_TRUE(database);
  const auto owners = [&] { return g_atomic_int_get(&G_OBJECT(database->get())->ref_count); };
  const auto before = owners();
  TransportClient client;
  client.connect(request);
  ASSERT_TRUE(client.wait_opened());
  EXPECT_TRUE(wait_until([&] { return owners() == before; })) << owners() << ", not " << before;
  EXPECT_FALSE(client.heard().ended());
}

/// glib-networking < 2.80 frees 3.5 MB after each handshake. glibc keeps them, since memory in use
/// lies behind them.
TEST(SoupTls, AHandshakeGivesFreeMemoryBack) {
#ifndef __GLIBC__
  GTEST_SKIP() << "This is not the heap of glibc";
#endif
  RudePeer peer(with_tls(kWait));
  TransportClient client;
  const int before = trims;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait_opened());
  EXPECT_TRUE(wait_until([&] { return trims > before; }));
}

TEST(SoupTls, TheCertificateFileMayBeRelative) {
  RudePeer peer(with_tls(kWait));
  auto request = request_to(peer);
  request.route.tls_ca_file = std::filesystem::relative(request.route.tls_ca_file);
  ASSERT_FALSE(request.route.tls_ca_file.starts_with("/"));
  TransportClient client;
  client.connect(request);
  EXPECT_TRUE(client.wait_opened());
}

TEST(SoupTls, BadCertificatesAreRefusedAndTheReasonIsSaid) {
  const std::pair<const char *, const char *> table[] = {
      {"expired.pem", "expired"},
      {"early.pem", "not valid yet"},
      {"other.pem", "another host"},
  };
  for (auto [certificate, reason] : table) {
    RudePeer peer(with_tls(kWait, certificate));
    TransportClient client;
    client.connect(request_to(peer));
    ASSERT_TRUE(client.wait_ended()) << certificate;
    auto error = client.heard().failed.at(0);
    EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
    EXPECT_NE(error.message.find(reason), std::string::npos) << error.message;
  }
}

TEST(SoupTls, AnUnknownIssuerIsRefused) {
  RudePeer peer(with_tls(kWait));
  TransportClient client;
  client.connect_to(request_to(peer).url);  // with the system's certificates
  ASSERT_TRUE(client.wait_ended());
  auto error = client.heard().failed.at(0);
  EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
  EXPECT_NE(error.message.find("unknown issuer"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("tls-ca-file"), std::string::npos) << error.message;
}

TEST(SoupTls, AServerWithoutTlsIsRefused) {
  RudePeer peer([](Connection &connection) {
    connection.read();
    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().failed.at(0).kind, ErrorKind::cannot_connect);
}

TEST(SoupTls, ACutConnectionEndsOnce) {
  RudePeer peer(with_tls([](TlsServer &server, Connection &connection) {
    server.write(RudePeer::frame_bytes(0x81, "last words"));
    connection.finish();  // no close_notify
    server.wait_for_end();
  }));
  TransportClient client;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait_ended());
  client.destroy();
  auto heard = client.heard();
  EXPECT_EQ(heard.closed.size() + heard.failed.size(), 1u);
  EXPECT_EQ(heard.after_the_end, 0);
  EXPECT_EQ(heard.messages, std::vector<std::string>{"last words"});
}

TEST(SoupTls, CloseCodesArrive) {
  RudePeer peer(with_tls([](TlsServer &server, Connection &) {
    server.write(RudePeer::frame_bytes(0x88, "\x03\xf5later"));
    server.wait_for_end();
  }));
  TransportClient client;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().closed.at(0), std::make_pair(1013, std::string("later")));
}

TEST(SoupTls, AFloodIsEnded) {
  RudePeer peer(with_tls([](TlsServer &server, Connection &) {
    std::string block;
    while (block.size() < (64 << 10))
      block += RudePeer::frame_bytes(0x81, "{}");
    while (server.write(block)) {
    }
  }));
  TransportClient client;
  client.keep_messages = false;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait_ended());
  EXPECT_NE(client.heard().failed.at(0).message.find("flooded"), std::string::npos);
}

TEST(SoupTls, AServerThatStopsReadingIsNoticed) {
  std::promise<void> go_on;
  auto may_go_on = go_on.get_future().share();
  RudePeer peer(with_tls([may_go_on](TlsServer &server, Connection &) {
    may_go_on.wait();
    server.wait_for_end();
  }));
  TransportClient client;
  client.connect(request_to(peer));
  ASSERT_TRUE(client.wait_opened());
  std::size_t sent = 0;
  client.run([&] {
    while (client.transport().can_send() && sent < (64 << 20)) {
      client.transport().send(std::string(10'000, 'a'));
      sent += 10'000;
    }
  });
  EXPECT_LT(sent, std::size_t{16 << 20});
  go_on.set_value();
  EXPECT_TRUE(client.wait([](auto &heard) { return heard.writable == 1; }));
}

TEST(SoupTls, IsDestroyedInEveryPhaseWithoutLeakingDescriptors) {
  const std::pair<const char *, RudePeer::Script> phases[] = {
      {"handshake hangs", [](Connection &connection) { connection.wait_for_end(); }},
      {"open", with_tls(kWait)},
      {"bad certificate", with_tls(kWait, "expired.pem")},
  };
  std::ptrdiff_t before = 0;
  for (int round = 0; round < 2; ++round) {
    for (auto &[phase, script] : phases) {
      RudePeer peer(script);
      auto thread = std::make_shared<IoThread>();
      for (int i = 0; i < 20; ++i) {
        TransportClient client(thread);
        auto seen = peer.connections();
        client.connect(request_to(peer));
        if (i % 4 > 0) {
          ASSERT_TRUE(wait_until([&] { return peer.connections() > seen; })) << phase;
        }
        if (i % 4 > 1 && std::string(phase) == "open") {
          ASSERT_TRUE(client.wait_opened());
        }
        client.destroy();
        EXPECT_EQ(client.heard().after_the_end, 0) << phase;
      }
    }
    if (round == 0) before = open_descriptors();
  }
  EXPECT_TRUE(wait_until([&] { return open_descriptors() <= before; }))
      << open_descriptors() << " after " << before;
}

}  // namespace

/// In place of glibc's.
extern "C" int malloc_trim(std::size_t) {
  ++trims;
  return 0;
}
