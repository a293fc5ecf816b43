// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "socket_guard.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "glib_ptr.hpp"
#include "rude_peer.hpp"
#include "transport_client.hpp"

using namespace gemlive;
using namespace gemlive::test;
using Connection = RudePeer::Connection;

namespace {

/// A client's socket, connected to a peer that runs `script`.
struct Connected {
  explicit Connected(RudePeer::Script script) : peer(std::move(script)) {
    ObjectPtr<GSocketClient> client(g_socket_client_new());
    connection.reset(g_socket_client_connect_to_host(
        client.get(), "127.0.0.1", static_cast<guint16>(peer.port()), nullptr, nullptr));
  }
  GSocket *socket() { return g_socket_connection_get_socket(connection.get()); }
  /// Blocks; 0 at the end, negative on error.
  gssize receive() {
    static thread_local char buffer[64 << 10];
    return g_socket_receive(socket(), buffer, sizeof buffer, nullptr, nullptr);
  }
  int option(int level, int name) {
    int value = -1;
    g_socket_get_option(socket(), level, name, &value, nullptr);
    return value;
  }

  RudePeer peer;
  ObjectPtr<GSocketConnection> connection;
};

const RudePeer::Script kWait = [](Connection &connection) { connection.wait_for_end(); };

TEST(SocketGuard, SetsWhatLibsoupDoesNot) {
  Connected client(kWait);
  SocketGuard::set_options(client.socket());
  EXPECT_EQ(client.option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(client.option(IPPROTO_TCP, TCP_USER_TIMEOUT), 8000);
  EXPECT_EQ(client.option(IPPROTO_TCP, TCP_NOTSENT_LOWAT), 8192);
  EXPECT_EQ(client.option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_LE(client.option(SOL_SOCKET, SO_RCVBUF), 512 << 10);
}

TEST(SocketGuard, EndsABlockingReadFromAnotherThread) {
  Connected client(kWait);
  SocketGuard guard(client.socket());
  std::thread other([&] { guard.shut_down(); });
  EXPECT_LE(client.receive(), 0);
  other.join();
}

TEST(SocketGuard, DoesNotHitAnotherSocketOnceItsOwnIsClosed) {
  Connected other([](Connection &connection) { connection.write(connection.read()); });
  ASSERT_TRUE(wait_until([&] { return other.peer.connections() == 1; }));
  Connected client(kWait);
  SocketGuard guard(client.socket());
  int freed = g_socket_get_fd(client.socket());
  g_socket_close(client.socket(), nullptr);
  ASSERT_EQ(dup2(g_socket_get_fd(other.socket()), freed), freed);  // the number is in use again
  guard.shut_down();
  EXPECT_EQ(send(freed, "echo", 4, 0), 4);
  EXPECT_EQ(other.receive(), 4);
  close(freed);
}

}  // namespace
