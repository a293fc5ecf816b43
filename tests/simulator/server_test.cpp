// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The server: TLS, many clients, shutdown.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "simulator_client.hpp"
#include "simulator_fixture.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

TEST(Server, ServesTls) {
  const char *fixtures = std::getenv("GEMLIVE_FIXTURES");
  const auto certificate = std::string(fixtures ? fixtures : "tests/fixtures") + "/tls/good.pem";
  SimulatorProcess process(quick({"--tls-cert", certificate, "--tls-key", certificate}));
  EXPECT_EQ(process.uri().substr(0, 6), "wss://");
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  EXPECT_EQ(read_answer(client).audio.size(), 600u * 48);
  client.close();
  EXPECT_TRUE(client.wait_closed());
  EXPECT_EQ(client.close_code(), 1000);
}

TEST(Server, ServesManyClients) {
  SimulatorProcess process(quick());
  std::vector<std::unique_ptr<SimulatorClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<SimulatorClient>());
    set_up(*clients.back(), developer(process));
    clients.back()->send(question);
  }
  for (const auto &client : clients)
    EXPECT_EQ(read_answer(*client).audio.size(), 600u * 48);
}

TEST(Server, StopsCleanly) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process));
  EXPECT_EQ(process.stop(), 0);
  EXPECT_TRUE(client.wait_closed());
  EXPECT_EQ(client.close_code(), 1001);
}

TEST(Server, DoesNotStartWithInvalidArguments) {
  EXPECT_THROW(SimulatorProcess({"--voice", "robot"}), std::runtime_error);
  EXPECT_THROW(SimulatorProcess({}, "[{}]"), std::runtime_error);
}

}  // namespace
}  // namespace gemlive::test
