// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The client against every case of the Autobahn test suite, without that suite. A server sends the
// frames of a case. The test compares what the client sends back and what the application sees.
// Three cases are informational, since the RFC does not say how they end: they are only printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <future>
#include <iostream>
#include <map>
#include <set>

#include "rfc6455_cases.hpp"
#include "rfc6455_server.hpp"

namespace gemlive::test::rfc6455 {

using End = Exchange::End;
using Kind = Answer::Kind;

void PrintTo(const Case &each, std::ostream *out) {
  *out << each.id << ": " << each.sent;
}

namespace {

/// The client can only send text. It answers a binary message with this.
std::string receipt(const std::string &binary) {
  char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA1, binary.data(),
                                               static_cast<gssize>(binary.size()));
  const auto text = std::to_string(binary.size()) + " bytes, SHA-1 " + digest;
  g_free(digest);
  return text;
}

/// Sends each text message back.
class EchoClient {
 public:
  explicit EchoClient(bool is_binary) : is_binary_(is_binary) {
    client.on_message = [this] {
      const auto message = client.last_message();
      unsent_.push_back(is_binary_ ? receipt(message) : message);
      send();
    };
    client.on_writable = [this] { send(); };
  }

  TransportClient client;

 private:
  void send() {
    for (; !unsent_.empty() && client.transport().can_send(); unsent_.pop_front())
      client.transport().send(unsent_.front());
  }

  const bool is_binary_;
  std::deque<std::string> unsent_;
};

/// What the server must receive.
std::vector<Answer> expected_answers(const Exchange &exchange) {
  auto all = exchange.answers;
  for (auto &each : all)
    if (each.kind == Kind::binary) each = {Kind::text, receipt(each.payload)};
  all.push_back({Kind::close, std::to_string(exchange.code)});
  return all;
}

/// What the application must receive.
std::vector<std::string> expected_messages(const Exchange &exchange) {
  std::vector<std::string> all;
  for (const auto &each : exchange.answers)
    if (each.kind != Kind::pong) all.push_back(each.payload);
  return all;
}

/// The end that the application sees.
std::string shown_end(const TransportClient::Heard &heard) {
  std::string all;
  for (const auto &[code, reason] : heard.closed)
    all += "closed " + std::to_string(code) + ' ' + reason + ". ";
  for (const auto &error : heard.failed)
    all += "failed: " + error.message + ' ' + error.detail + ' ';
  return all;
}

class Rfc6455 : public testing::TestWithParam<Case> {
 protected:
  static void TearDownTestSuite() {
    RecordProperty("strict", strict_);
    RecordProperty("informational", informational_);
    std::cout << "RFC 6455: strict " << strict_ << ", informational " << informational_
              << ", failed " << failed_ << '\n';
  }

  void TearDown() override {
    auto &count = HasFailure() ? failed_ : is_informational_ ? informational_ : strict_;
    ++count;
  }

  bool is_informational_ = false;
  static inline int strict_ = 0, informational_ = 0, failed_ = 0;
};

TEST_P(Rfc6455, Case) {
  const auto exchange = GetParam().make();
  is_informational_ = exchange.end == End::informational;
  EchoClient echo(!exchange.answers.empty() && exchange.answers.front().kind == Kind::binary);
  Server server(exchange, echo.client);
  std::promise<void> finished;
  RudePeer peer([&](RudePeer::Connection &connection) {
    server.run(connection);
    finished.set_value();
  });
  echo.client.connect_to(peer.url());
  ASSERT_EQ(finished.get_future().wait_for(6 * patience), std::future_status::ready);
  EXPECT_TRUE(echo.client.wait_ended());
  echo.client.destroy();

  const auto heard = echo.client.heard();
  const auto &answers = server.answers();
  const auto came = shown(answers) + "\n  the application: " + std::to_string(heard.message_count) +
                    " messages, " + shown_end(heard);
  if (is_informational_) {
    RecordProperty("came", came);
    std::cout << GetParam().id << ':' << came << '\n';
    return;
  }
  SCOPED_TRACE("sent:" + shown(exchange.parts) + "\n  came:" + came);
  const auto expected = expected_answers(exchange);
  EXPECT_TRUE(answers == expected) << "expected:" << shown(expected);
  EXPECT_EQ(server.problem(), "");
  EXPECT_TRUE(heard.messages == expected_messages(exchange));
  EXPECT_EQ(heard.opened, 1);
  EXPECT_EQ(heard.after_the_end, 0);
  EXPECT_EQ(heard.failed.size(), exchange.end == End::failed ? 1u : 0u);
  if (exchange.end == End::failed)
    EXPECT_TRUE(heard.closed.empty());
  else
    EXPECT_EQ(heard.closed, std::vector{exchange.closed});
}

std::string test_name(const testing::TestParamInfo<Case> &info) {
  auto name = info.param.id;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Autobahn, Rfc6455, testing::ValuesIn(all_cases()), test_name);

TEST(Rfc6455Table, HasEachCaseOfTheSuiteOnce) {
  std::map<std::string, int> sections;
  std::set<std::string> ids;
  for (const auto &each : all_cases()) {
    ++sections[each.id.substr(0, each.id.find('.'))];
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
  }
  const std::map<std::string, int> expected = {{"1", 16}, {"2", 11}, {"3", 7},
                                               {"4", 10}, {"5", 20}, {"6", 145},
                                               {"7", 37}, {"9", 54}, {"10", 1}};
  EXPECT_EQ(sections, expected);
  EXPECT_EQ(ids.size(), 301u);
}

}  // namespace
}  // namespace gemlive::test::rfc6455
