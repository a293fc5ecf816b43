// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The transport through an HTTP proxy.

#include <gtest/gtest.h>

#include <cstdlib>

#include "connect_proxy.hpp"
#include "local_socket.hpp"
#include "read_file.hpp"
#include "scoped_variable.hpp"
#include "tls_peer.hpp"
#include "transport_client.hpp"

namespace gemlive::test {
namespace {

const TlsScript wait_for_end = [](TlsServer &server, RudePeer::Connection &) {
  server.wait_for_end();
};

Transport::Request request_to(const RudePeer &peer, const std::string &proxy) {
  return {.url = "wss://127.0.0.1:" + std::to_string(peer.port()) + "/secret-path",
          .headers = {{"x-goog-api-key", Secret("s3cret-key")}},
          .route = {.proxy = Secret(proxy), .tls_ca_file = fixture_path("tls/authority.pem")}};
}

TEST(Proxy, IsGoneThroughByConnect) {
  RudePeer peer(with_tls(wait_for_end));
  ConnectProxy proxy;
  TransportClient client;
  client.connect(request_to(peer, proxy.uri()));
  ASSERT_TRUE(client.wait_opened()) << client.heard().failed.at(0).message;
  ASSERT_EQ(proxy.requests().size(), 1u);
  const auto head = proxy.requests()[0];
  EXPECT_TRUE(head.starts_with("CONNECT 127.0.0.1:" + std::to_string(peer.port()))) << head;
  EXPECT_EQ(head.find("s3cret"), head.npos) << head;
  EXPECT_EQ(head.find("secret-path"), head.npos) << head;
}

TEST(Proxy, GetsItsPasswordFromTheUrl) {
  RudePeer peer(with_tls(wait_for_end));
  ConnectProxy proxy("Basic bWU6czNjcmV0");  // me:s3cret
  TransportClient client;
  client.connect(request_to(peer, "http://me:s3cret@" + proxy.authority()));
  EXPECT_TRUE(client.wait_opened()) << client.heard().failed.at(0).message;
}

TEST(Proxy, ThatWantsAPasswordIsNamed) {
  RudePeer peer(with_tls(wait_for_end));
  ConnectProxy proxy("Basic bWU6czNjcmV0");
  for (const auto &uri : {proxy.uri(), "http://me:s3cret-but-wrong@" + proxy.authority()}) {
    TransportClient client;
    client.connect(request_to(peer, uri));
    ASSERT_TRUE(client.wait_ended());
    ASSERT_EQ(client.heard().failed.size(), 1u);
    const auto error = client.heard().failed[0];
    EXPECT_NE(error.message.find("407"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("property proxy"), std::string::npos) << error.message;
    EXPECT_EQ((error.message + error.detail).find("s3cret"), std::string::npos);
    EXPECT_EQ(error.retry, Retry::never);
  }
  EXPECT_EQ(peer.connections(), 0);
}

TEST(Proxy, ThatRefusesIsAFailureToConnect) {
  RudePeer peer(with_tls(wait_for_end));
  for (const int status : {403, 502}) {
    ConnectProxy proxy("", status);
    TransportClient client;
    client.connect(request_to(peer, proxy.uri()));
    ASSERT_TRUE(client.wait_ended());
    ASSERT_EQ(client.heard().failed.size(), 1u);
    EXPECT_NE(client.heard().failed[0].message.find(std::to_string(status)), std::string::npos)
        << client.heard().failed[0].message;
  }
}

TEST(Proxy, AFloodOfTheProxyEndsTheAttempt) {
  RudePeer proxy([](RudePeer::Connection &connection) {
    connection.read_request();
    std::string block;
    while (block.size() < (64 << 10))
      block += "HTTP/1.1 103 Early Hints\r\n\r\n";
    while (connection.write(block)) {
    }
  });
  RudePeer peer(with_tls(wait_for_end));
  TransportClient client;
  client.connect(request_to(peer, "http://127.0.0.1:" + std::to_string(proxy.port())));
  ASSERT_TRUE(client.wait_ended());
  const auto error = client.heard().failed.at(0);
  EXPECT_NE(error.message.find("The proxy keeps sending interim responses"), std::string::npos)
      << error.message;
  EXPECT_NE(error.message.find("property proxy"), std::string::npos) << error.message;
}

TEST(Proxy, ThatIsNotThereIsSaid) {
  RudePeer peer(with_tls(wait_for_end));
  TransportClient client;
  client.connect(request_to(peer, "http://127.0.0.1:" + std::to_string(unused_port())));
  ASSERT_TRUE(client.wait_ended());
  EXPECT_NE(client.heard().failed.at(0).message.find("prox"), std::string::npos)
      << client.heard().failed[0].message;
}

TEST(Proxy, OfTheEnvironmentThatIsNotThereIsSaid) {
  const auto address = "127.0.0.1:" + std::to_string(unused_port());
  const ScopedVariable variable("https_proxy", "http://me:s3cret@" + address);
  TransportClient client;
  client.connect({.url = "wss://192.0.2.1/"});
  ASSERT_TRUE(client.wait_ended());
  const auto error = client.heard().failed.at(0);
  EXPECT_NE(error.message.find("The proxy http://" + address), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("https_proxy"), std::string::npos) << error.message;
  EXPECT_EQ((error.message + error.detail).find("s3cret"), std::string::npos);
}

TEST(Proxy, AnAddressThatIsNoneIsRefusedUnseen) {
  for (const char *uri : {"s3cret", "socks5://s3cret@127.0.0.1:1", "http://", "http:///s3cret"}) {
    TransportClient client;
    client.connect({.url = "wss://127.0.0.1:1/", .route = {.proxy = Secret(uri)}});
    ASSERT_TRUE(client.wait_ended());
    const auto error = client.heard().failed.at(0);
    EXPECT_EQ(error.kind, ErrorKind::bad_setting);
    EXPECT_NE(error.message.find("proxy"), std::string::npos);
    EXPECT_EQ(error.message.find("s3cret"), std::string::npos);
  }
}

TEST(Proxy, IsNeverShownWhatIsNotEncrypted) {
  RudePeer peer([](RudePeer::Connection &connection) {
    connection.accept_upgrade();
    connection.wait_for_end();
  });
  ConnectProxy proxy;
  TransportClient client;
  client.connect({.url = peer.url(), .route = {.proxy = Secret(proxy.uri())}});
  EXPECT_TRUE(client.wait_opened());
  EXPECT_TRUE(proxy.requests().empty());
}

}  // namespace
}  // namespace gemlive::test
