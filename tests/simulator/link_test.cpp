// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "link.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_socket.hpp"
#include "wait.hpp"

namespace gemlive::simulator {
namespace {

/// A link, and its peer on a plain socket. The test's thread runs the link's main context.
class LinkTest : public testing::Test, public Link::Listener {
 protected:
  LinkTest() {
    const int listener = test::bound_local_socket();
    listen(listener, 1);
    peer_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_TRUE(test::connect_locally(peer_, test::local_port(listener)));
    const ObjectPtr<GSocket> socket(
        g_socket_new_from_fd(accept(listener, nullptr, nullptr), nullptr));
    close(listener);
    fcntl(peer_, F_SETFL, O_NONBLOCK);
    link_ = std::make_unique<Link>(
        ObjectPtr<GIOStream>(
            G_IO_STREAM(g_socket_connection_factory_create_connection(socket.get()))),
        socket.get(), *this);
    link_->start();
  }
  ~LinkTest() override {
    link_.reset();
    if (peer_ >= 0) close(peer_);
  }

  void peer_writes(std::string_view bytes) {
    EXPECT_EQ(send(peer_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  /// Reads what has arrived. Stores the end of the connection in `peer_end_`.
  void peer_reads() {
    std::vector<char> room(65536);
    ssize_t size = 0;
    while ((size = recv(peer_, room.data(), room.size(), 0)) > 0)
      peer_received_.append(room.data(), static_cast<std::size_t>(size));
    if (size == 0) peer_end_ = "end";
    if (size < 0 && errno == ECONNRESET) peer_end_ = "reset";
  }
  /// Dispatches all that is due now. On loopback, bytes arrive at once.
  static void run() {
    while (g_main_context_iteration(nullptr, FALSE))
      continue;
  }
  template <typename Condition>
  bool run_until(Condition condition) {
    return test::wait_until([&] {
      run();
      peer_reads();
      return condition();
    });
  }

  std::unique_ptr<Link> link_;
  int peer_ = -1;
  std::string received_;
  std::vector<std::string> ends_;  // of the link
  std::string peer_received_;
  std::string peer_end_;

 private:
  void received(std::string_view bytes) override { received_ += bytes; }
  void ended(const std::string &why) override { ends_.push_back(why); }
};

TEST_F(LinkTest, ReceivesBytesAndTheEnd) {
  peer_writes("abc");
  peer_writes("def");
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(run_until([&] { return !ends_.empty(); }));
  EXPECT_EQ(received_, "abcdef");
  EXPECT_EQ(ends_, std::vector<std::string>{"end of connection"});
}

TEST_F(LinkTest, WritesTheQueueInOrderAndThenFinishes) {
  std::string all;
  for (int i = 0; i < 64; ++i) {
    const std::string piece(100'000, static_cast<char>('a' + i % 26));
    all += piece;
    link_->write(piece);
  }
  link_->finish();
  link_->write("too late");
  EXPECT_TRUE(run_until([&] { return !peer_end_.empty(); }));
  EXPECT_EQ(peer_end_, "end");
  EXPECT_TRUE(peer_received_ == all) << peer_received_.size();
  EXPECT_TRUE(ends_.empty()) << "the peer has not ended";
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(run_until([&] { return !ends_.empty(); }));
  EXPECT_EQ(ends_, std::vector<std::string>{"end of connection"});
}

TEST_F(LinkTest, HeldBytesAreSentLater) {
  link_->hold_sending(true);
  link_->write("abc");
  link_->write("def");
  run();
  peer_reads();
  EXPECT_EQ(peer_received_, "");
  link_->hold_sending(false);
  EXPECT_TRUE(run_until([&] { return peer_received_ == "abcdef"; })) << peer_received_;
}

TEST_F(LinkTest, HeldBytesAreReceivedLater) {
  link_->hold_receiving(true);
  peer_writes("abc");
  run();
  EXPECT_EQ(received_, "");
  link_->hold_receiving(false);
  EXPECT_TRUE(run_until([&] { return received_ == "abc"; })) << received_;
}

TEST_F(LinkTest, FinishSendsHeldBytes) {
  link_->hold_sending(true);
  link_->hold_receiving(true);
  link_->write("abc");
  link_->finish();
  EXPECT_TRUE(run_until([&] { return !peer_end_.empty(); }));
  EXPECT_EQ(peer_received_, "abc");
  peer_writes("ignored");
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(run_until([&] { return !ends_.empty(); }));
  EXPECT_EQ(received_, "");
}

TEST_F(LinkTest, ResetEndsAtOnceAndLosesTheQueue) {
  link_->hold_sending(true);
  link_->write("lost");
  link_->reset();
  EXPECT_EQ(ends_, std::vector<std::string>{"reset"});
  link_->reset();
  link_->write("ignored");
  link_->finish();
  EXPECT_TRUE(run_until([&] { return !peer_end_.empty(); }));
  EXPECT_EQ(peer_end_, "reset");
  EXPECT_EQ(peer_received_, "");
  EXPECT_EQ(ends_.size(), 1u);
}

TEST_F(LinkTest, AWriteToAClosedPeerEndsTheLinkLater) {
  link_->hold_receiving(true);  // only the write can see it
  const linger now = {1, 0};
  setsockopt(peer_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(std::exchange(peer_, -1));
  link_->write("abc");
  EXPECT_TRUE(ends_.empty()) << "write() must not call ended()";
  EXPECT_TRUE(test::wait_until([&] {
    run();
    return !ends_.empty();
  }));
  EXPECT_EQ(ends_.size(), 1u);
}

}  // namespace
}  // namespace gemlive::simulator
