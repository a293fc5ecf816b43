// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "connector.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "credential.hpp"
#include "fake_transport.hpp"
#include "local_socket.hpp"
#include "main_loop.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class ConnectorTest : public testing::Test, public Connection::Owner {
 protected:
  void make(Endpoint endpoint = {.url = "ws://fake"}) {
    connector.emplace(
        Connector::Options{
            .endpoint = std::move(endpoint),
            .access_token = token,
            .secret_mask = mask,
            .setup = R"({"setup":{"model":"projects/-/m","sessionResumption":{}}})",
            .timeout = timeout,
            .keepalive_interval = 5s,
            .counters = std::make_shared<Counters>(),
            .make_transport = [this](auto &listener) { return server.make(listener); },
            .now = &g_get_monotonic_time},
        *this);
  }
  void set_up() {
    server.open();
    server.say(R"({"setupComplete":{}})");
  }
  std::string header(const std::string &name) const {
    for (const auto &[key, value] : server.request.headers)
      if (key == name) return value.reveal();
    return "";
  }

  void on_setup_complete(const SetupComplete &) override {
    ++setups;
    if (on_setup) on_setup();
  }
  void on_events(std::span<const ServerEvent>, const Message &) override { ++messages; }
  void on_bad_message(const Error &) override {}
  void on_writable() override {}
  void on_end(const Error &how) override {
    ends.push_back(how);
    connector->leave();
  }

  std::chrono::milliseconds timeout = 10s;
  FakeServer server;
  std::shared_ptr<Guarded<Secret>> token = std::make_shared<Guarded<Secret>>();
  std::shared_ptr<SecretMask> mask = std::make_shared<SecretMask>();
  std::function<void()> on_setup;
  int setups = 0;
  int messages = 0;
  std::vector<Error> ends;
  std::optional<Connector> connector;
};

TEST_F(ConnectorTest, ConnectsAndSendsTheSetup) {
  make();
  EXPECT_EQ(connector->connection(), nullptr);
  connector->connect("");
  ASSERT_NE(connector->connection(), nullptr);
  EXPECT_EQ(server.request.url, "ws://fake");
  EXPECT_EQ(server.request.keepalive_interval, 5s);
  EXPECT_FALSE(connector->has_sent_setup());
  set_up();
  EXPECT_TRUE(connector->has_sent_setup());
  EXPECT_EQ(setups, 1);
  EXPECT_EQ(server.messages.at(0).find("handle"), std::string::npos);
}

TEST_F(ConnectorTest, TheHandleIsPartOfTheSetup) {
  make();
  connector->connect("h");
  server.open();
  EXPECT_NE(server.messages.at(0).find(R"("handle":"h")"), std::string::npos);
}

TEST_F(ConnectorTest, TheTokenIsReadForEachAttempt) {
  make();
  *token->lock() = Secret("first");
  connector->connect("");
  EXPECT_EQ(header("Authorization"), "Bearer first");
  connector->leave();
  EXPECT_FALSE(connector->renew_token()) << "there is no other";
  *token->lock() = Secret("second");
  EXPECT_TRUE(connector->renew_token());
  connector->connect("");
  EXPECT_EQ(header("Authorization"), "Bearer second");
}

TEST_F(ConnectorTest, AnEndIsReportedOnceAndNothingAfterIt) {
  make();
  connector->connect("");
  server.close(1011, "");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].close_code, 1011);
  EXPECT_EQ(connector->connection(), nullptr);
  EXPECT_TRUE(server.alive) << "not destroyed in its own callback";
  EXPECT_TRUE(run_until([&] { return !server.alive; }));
  EXPECT_EQ(ends.size(), 1u);
}

TEST_F(ConnectorTest, NoCallbackFollowsLeave) {
  make();
  connector->connect("");
  set_up();
  messages = 0;
  connector->leave();
  EXPECT_FALSE(connector->has_sent_setup());
  server.say(R"({"setupComplete":{}})");
  server.close(1011, "");
  EXPECT_EQ(messages, 0);
  EXPECT_TRUE(ends.empty());
  EXPECT_TRUE(server.closed);
}

TEST_F(ConnectorTest, MayBeLeftInACallback) {
  make();
  on_setup = [this] { connector->leave(); };
  connector->connect("");
  set_up();
  EXPECT_EQ(setups, 1);
  EXPECT_EQ(messages, 0) << "nothing follows";
  connector->connect("");
  EXPECT_NE(connector->connection(), nullptr);
  EXPECT_EQ(server.made, 2);
}

TEST_F(ConnectorTest, ADeadlineCoversOpeningAndSetup) {
  timeout = 5ms;
  make();
  connector->connect("");
  server.open();
  ASSERT_TRUE(run_until([&] { return !ends.empty(); }));
  EXPECT_EQ(ends[0].retry, Retry::reconnect);
  EXPECT_NE(ends[0].message.find("connect-timeout"), std::string::npos);
  EXPECT_TRUE(server.closed);
}

TEST_F(ConnectorTest, AProjectThatIsNotKnownIsAnError) {
  make({.url = "ws://fake", .lacks_project = true});
  connector->connect("");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].kind, ErrorKind::bad_setting);
  EXPECT_NE(ends[0].message.find("project"), std::string::npos);
  EXPECT_EQ(server.made, 0);
}

/// The service may quote them.
TEST_F(ConnectorTest, HidesTheKeyAndEachToken) {
  make({.url = "ws://fake",
        .headers = {{"x-goog-api-key", Secret("AIzaSyA-the-key-of-the-test")},
                    {"x-goog-user-project", Secret("the-project-that-pays")}}});
  const auto connect_with = [this](const char *value) {
    *token->lock() = Secret(value);
    connector->connect("");
    connector->leave();
  };
  connect_with("ya29.the-first-token");
  connect_with("ya29.another-token");
  EXPECT_EQ(mask->apply("bad key AIzaSyA-the-key-of-the-test"), "bad key ***");
  EXPECT_EQ(mask->apply("ya29.the-first-token"), "***");
  EXPECT_EQ(mask->apply("ya29.another-token, Bearer"), "***, Bearer");
  EXPECT_EQ(mask->apply("the-project-that-pays"), "the-project-that-pays");
}

/// A token service that accepts connections and does not answer.
class SlowSignIn : public ConnectorTest {
 protected:
  SlowSignIn() {
    listen(descriptor, 8);
    const auth::Credential credential = {
        .source = auth::User{.client_id = "id",
                             .client_secret = Secret("secret"),
                             .refresh_token = Secret("refresh"),
                             .token_url = "http://127.0.0.1:" +
                                          std::to_string(local_port(descriptor)) + "/token"},
        .identity = "connector_test"};
    timeout = 20ms;
    make({.url = "ws://fake", .credential = std::make_shared<auth::Credential>(credential)});
  }
  ~SlowSignIn() override { ::close(descriptor); }

  int descriptor = bound_local_socket();
};

TEST_F(SlowSignIn, TheDeadlineCoversSigningIn) {
  connector->connect("");
  ASSERT_TRUE(run_until([&] { return !ends.empty(); }));
  EXPECT_EQ(ends[0].kind, ErrorKind::cannot_connect);
  EXPECT_EQ(ends[0].retry, Retry::reconnect);
  EXPECT_NE(ends[0].message.find("Signing in"), std::string::npos);
  EXPECT_EQ(server.made, 0);
}

TEST_F(SlowSignIn, MayBeLeftWhileItSignsIn) {
  connector->connect("");
  connector->leave();
  bool is_later = false;
  Timer later;
  later.start(2 * timeout, [&] { is_later = true; });
  ASSERT_TRUE(run_until([&] { return is_later; }));
  EXPECT_TRUE(ends.empty());
}

}  // namespace
}  // namespace gemlive::test
