// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "connection.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fake_transport.hpp"
#include "wait.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

class ConnectionTest : public testing::Test, public Connection::Owner {
 protected:
  explicit ConnectionTest(std::chrono::milliseconds timeout = 10s)
      : connection(std::make_unique<Connection>(
            *this, Connection::Options{.setup = "the setup",
                                       .timeout = timeout,
                                       .counters = std::make_shared<Counters>(),
                                       .make_transport = [this](auto &listener) {
                                         return server.make(listener);
                                       }})) {
    connection->open({.url = "ws://fake"});
  }
  void set_up() {
    server.open();
    server.say(R"({"setupComplete":{}})");
  }

  void on_setup_complete(const SetupComplete &) override { ++setups; }
  void on_events(std::span<const ServerEvent> events, const Message &) override {
    count += events.size();
  }
  void on_bad_message(const Error &) override { ++bad_messages; }
  void on_writable() override { ++writable; }
  void on_end(const Error &how) override { ends.push_back(how); }

  test::FakeServer server;
  int setups = 0;
  std::size_t count = 0;
  int bad_messages = 0;
  int writable = 0;
  std::vector<Error> ends;
  std::unique_ptr<Connection> connection;
};

TEST_F(ConnectionTest, IsUpAfterTheSetupIsConfirmed) {
  EXPECT_FALSE(connection->has_sent_setup());
  server.open();
  EXPECT_EQ(server.messages, std::vector<std::string>{"the setup"});
  EXPECT_TRUE(connection->has_sent_setup());
  EXPECT_FALSE(connection->is_up());
  EXPECT_FALSE(connection->can_send());
  server.say(R"({"setupComplete":{}})");
  EXPECT_EQ(setups, 1);
  EXPECT_TRUE(connection->can_send());
}

TEST_F(ConnectionTest, WaitsUntilTheTransportIsWritable) {
  set_up();
  server.writable = false;
  EXPECT_FALSE(connection->can_send());
  server.become_writable();
  EXPECT_EQ(writable, 1);
  EXPECT_TRUE(connection->can_send());
}

TEST_F(ConnectionTest, TenBadMessagesInARowEndIt) {
  set_up();
  for (int i = 0; i < 9; ++i)
    server.say("[");
  EXPECT_TRUE(ends.empty());
  server.say(R"({"serverContent":{"turnComplete":true}})");
  for (int i = 0; i < 9; ++i)
    server.say("[");
  EXPECT_TRUE(ends.empty()) << "a good message resets the count";
  server.say("[");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].retry, Retry::never);
  EXPECT_FALSE(connection->is_up());
}

TEST_F(ConnectionTest, AfterCloseNothingIsReported) {
  set_up();
  connection->close();
  EXPECT_TRUE(server.closed);
  EXPECT_FALSE(connection->is_up());
  EXPECT_TRUE(ends.empty());
}

TEST_F(ConnectionTest, AReportedErrorInPlaceOfSetupCompleteEndsItAtOnce) {
  server.open();
  server.say(R"({"error":{"code":404,"message":"Model m was not found","status":"NOT_FOUND"}})");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].kind, ErrorKind::not_found);
  EXPECT_EQ(ends[0].retry, Retry::never);
  EXPECT_TRUE(server.closed);
  EXPECT_EQ(setups, 0);
}

TEST_F(ConnectionTest, AReportedErrorIsTheLastEventOfItsMessage) {
  set_up();
  count = 0;
  server.say(R"({"error":{"code":13},"serverContent":{"turnComplete":true}})");
  EXPECT_EQ(count, 3u) << "the turn, the error for the application, the error";
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].retry, Retry::reconnect);
}

TEST_F(ConnectionTest, ABareNormalCloseBeforeTheConfirmationRefusesTheSetup) {
  server.open();
  server.close(1000, "");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].kind, ErrorKind::bad_setting);
}

TEST_F(ConnectionTest, AModelThatHasAnsweredExists) {
  set_up();
  server.say(R"({"serverContent":{"modelTurn":{"parts":[{"text":"a"}]}}})");
  server.close(1008, "Requested entity was not found.");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].retry, Retry::new_session);
}

struct ImpatientConnection : ConnectionTest {
  ImpatientConnection() : ConnectionTest(5ms) {}
};

TEST_F(ImpatientConnection, EndsIfTheSetupIsNotConfirmedInTime) {
  server.open();
  ASSERT_TRUE(test::wait_until([&] {
    g_main_context_iteration(nullptr, FALSE);
    return !ends.empty();
  }));
  EXPECT_EQ(ends[0].retry, Retry::reconnect);
}

}  // namespace
}  // namespace gemlive
