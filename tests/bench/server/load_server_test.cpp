// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "load_server.hpp"

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "audio_stamp.hpp"
#include "load.hpp"
#include "read_file.hpp"
#include "wait.hpp"

namespace gemlive::bench {

namespace {

constexpr std::uint64_t second_of_audio = 48000;

/// A LoadServer that runs in a thread. Its figures are read after it has stopped.
class RunningServer {
 public:
  explicit RunningServer(bool tls = false)
      : server_({.certificate_file = tls ? test::fixture_path("tls/good.pem") : "",
                 .key_file = tls ? test::fixture_path("tls/good.pem") : ""}),
        thread_([this] { server_.run(); }) {}
  ~RunningServer() { stop(); }

  std::string uri() const { return server_.uri(); }
  const LoadServer &stopped() {
    stop();
    return server_;
  }

 private:
  void stop() {
    if (!thread_.joinable()) return;
    server_.stop();
    thread_.join();
  }

  LoadServer server_;
  std::thread thread_;
};

auto deadline() {
  return std::chrono::steady_clock::now() + test::patience;
}

/// `sessions` pipelines talk to the server until each has heard a second of audio.
void talk(bool tls, const std::string &gaps, int sessions) {
  RunningServer server(tls);
  std::vector<std::unique_ptr<Load>> loads;
  for (int i = 0; i < sessions; ++i)
    loads.push_back(std::make_unique<Load>(
        LoadOptions{.name = "s" + std::to_string(i),
                    .uri = server.uri(),
                    .ca_file = tls ? test::fixture_path("tls/authority.pem") : "",
                    .gaps = gaps,
                    .record = false,
                    .stamped = true}));
  const auto begin = now_us();
  for (auto &load : loads)
    load->play();
  for (auto &load : loads)
    ASSERT_EQ(load->wait_connected(deadline()), "");
  for (auto &load : loads)
    ASSERT_TRUE(load->ask());
  for (auto &load : loads)
    ASSERT_TRUE(load->wait_heard(second_of_audio, deadline()));
  for (auto &load : loads) {
    EXPECT_EQ(load->error(), "");
    load->stop();
  }
  const auto end = now_us();

  std::size_t heard = 0;
  for (auto &load : loads) {
    EXPECT_GE(load->heard_stamps().size(), second_of_audio / 1920);
    heard += load->heard_stamps().size();
    std::int64_t before = begin;
    for (const auto &stamp : load->heard_stamps()) {
      EXPECT_GE(stamp.stamp, before);  // in the order in which they were sent
      EXPECT_GE(stamp.time, stamp.stamp);
      before = stamp.stamp;
    }
  }
  const auto &figures = server.stopped().figures();
  EXPECT_GE(figures.messages_down, heard);
  EXPECT_EQ(figures.delays.size(), figures.messages_down + figures.dropped);
  EXPECT_EQ(figures.dropped, 0u);
  EXPECT_GT(figures.messages_up, 0u);
  // Not in each: after a pause of the machine gemlivesink sends silence, and later stamps may lie
  // in two messages.
  EXPECT_FALSE(figures.latencies.empty());
  for (const auto latency : figures.latencies) {
    EXPECT_GE(latency, 0);
    EXPECT_LE(latency, end - begin);
  }
}

TEST(LoadServer, TalksToGemlive) {
  talk(false, "gap", 2);
}

TEST(LoadServer, TalksToGemliveWithTls) {
  talk(true, "gap", 2);
}

TEST(LoadServer, SilenceIsNotHeard) {
  talk(false, "silence", 1);
}

TEST(LoadServer, IsSilentUntilItIsAsked) {
  RunningServer server;
  Load asks({.name = "asks", .uri = server.uri(), .record = false, .stamped = true});
  Load listens({.name = "listens", .uri = server.uri(), .record = false, .stamped = true});
  for (auto *load : {&asks, &listens})
    load->play();
  for (auto *load : {&asks, &listens})
    ASSERT_EQ(load->wait_connected(deadline()), "");
  ASSERT_TRUE(asks.ask());
  ASSERT_TRUE(asks.wait_heard(second_of_audio, deadline()));
  EXPECT_EQ(listens.heard_bytes(), 0u);
}

TEST(LoadServer, ForgetsASessionThatEnds) {
  RunningServer server;
  {
    Load load({.name = "ends", .uri = server.uri(), .record = false});
    load.play();
    ASSERT_EQ(load.wait_connected(deadline()), "");
    ASSERT_TRUE(load.ask());
    ASSERT_TRUE(load.wait_heard(1, deadline()));
  }
  Load next({.name = "next", .uri = server.uri(), .record = false});
  next.play();
  ASSERT_EQ(next.wait_connected(deadline()), "");
  ASSERT_TRUE(next.ask());
  ASSERT_TRUE(next.wait_heard(second_of_audio, deadline()));
  EXPECT_EQ(server.stopped().sessions(), 1u);
}

TEST(LoadServer, WithoutACertificateItSaysWhy) {
  const LoadServer server({.certificate_file = "/nowhere", .key_file = "/nowhere"});
  EXPECT_NE(server.error().find("--tls-cert"), std::string::npos);
}

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  gst_init(&argc, &argv);
  return RUN_ALL_TESTS();
}
