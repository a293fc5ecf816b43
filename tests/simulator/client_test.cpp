// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// One connection to the simulator, as a peer on a plain socket sees it.

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <string_view>

#include "local_socket.hpp"
#include "simulator_client.hpp"
#include "simulator_fixture.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

using namespace std::string_literals;

/// A connection without a WebSocket library.
class RawClient {
 public:
  explicit RawClient(const SimulatorProcess &process)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval deadline = {10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    EXPECT_TRUE(connect_locally(socket_, process.port()));
  }
  ~RawClient() { close(socket_); }
  RawClient(const RawClient &) = delete;
  RawClient &operator=(const RawClient &) = delete;

  void write(std::string_view bytes) {
    EXPECT_EQ(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Reads up to and including `end`; all there is if the connection ends first.
  std::string read_until(std::string_view end) {
    std::string all;
    char byte = 0;
    while (!all.ends_with(end) && recv(socket_, &byte, 1, 0) == 1)
      all += byte;
    return all;
  }
  std::string read(std::size_t size) {
    std::string all;
    char byte = 0;
    while (all.size() < size && recv(socket_, &byte, 1, 0) == 1)
      all += byte;
    return all;
  }
  std::string status() { return read_until("\r\n\r\n").substr(9, 3); }

 private:
  int socket_;
};

const std::string upgrade = "GET "s + developer_path +
                            " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n";

/// A masked frame of less than 126 bytes. The mask is 0.
std::string frame(unsigned char opcode, const std::string &payload) {
  return std::string{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size())} +
         "\0\0\0\0"s + payload;
}

TEST(Client, RefusesWhatIsNoUpgrade) {
  SimulatorProcess process(quick());
  RawClient nonsense(process), plain(process), endless(process);
  nonsense.write("nonsense\r\n\r\n");
  EXPECT_EQ(nonsense.status(), "400");
  plain.write("GET "s + developer_path + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(plain.status(), "400");
  endless.write("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_EQ(endless.status(), "431");
}

TEST(Client, SaysThatThereIsNoMusic) {
  SimulatorProcess process(quick());
  RawClient client(process);
  client.write(
      "GET /ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateMusic "
      "HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.status(), "404");
  EXPECT_NE(client.read_until("\n").find("music"), std::string::npos);
}

TEST(Client, RefusesAVertexTokenThatIsNotSignedIn) {
  SimulatorProcess process(quick({"--sign-in"}));
  RawClient client(process);
  client.write("GET "s + vertex_path + " HTTP/1.1\r\nAuthorization: Bearer ya29.mine\r\n\r\n");
  EXPECT_EQ(client.status(), "401");
  EXPECT_EQ(process.wait_event("refused")->number("status"), 401);
}

TEST(Client, ReadsTheRequestAndTheFirstFramesInAnyPieces) {
  SimulatorProcess process(quick());
  RawClient client(process);
  for (const char byte : upgrade + frame(9, "ping"))
    client.write({&byte, 1});
  EXPECT_EQ(client.status(), "101");
  EXPECT_EQ(client.read(6), "\x8a\x04ping") << "a pong has the payload of its ping";
}

TEST(Client, AnswersACloseWithItsCode) {
  SimulatorProcess process(quick());
  RawClient client(process);
  client.write(upgrade + frame(8,
                               "\x0f\xa0"
                               "bye"));
  EXPECT_EQ(client.status(), "101");
  EXPECT_EQ(client.read_until("never"), "\x88\x02\x0f\xa0"s) << "then the connection ends";
  const auto closed = process.wait_event("closed");
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->number("code"), 4000);
  EXPECT_EQ(closed->text("reason"), "bye");
  EXPECT_EQ(closed->text("by"), "client");
}

TEST(Client, AFrameThatIsNotMaskedIsAProtocolError) {
  SimulatorProcess process(quick());
  RawClient client(process);
  client.write(upgrade + "\x89\x00"s);
  EXPECT_EQ(client.status(), "101");
  EXPECT_EQ(client.read(1), "\x88");
  EXPECT_EQ(process.wait_event("closed")->number("code"), 1002);
}

TEST(Client, AConnectionThatEndsWithoutACloseHasCode1006) {
  SimulatorProcess process(quick());
  {
    RawClient client(process);
    client.write(upgrade);
    EXPECT_EQ(client.status(), "101");
  }
  const auto closed = process.wait_event("closed");
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->number("code"), 1006);
  EXPECT_EQ(closed->text("by"), "client");
}

}  // namespace
}  // namespace gemlive::test
