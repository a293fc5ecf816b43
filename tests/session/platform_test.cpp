// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "platform.hpp"

#include <gtest/gtest.h>

#include "local_socket.hpp"
#include "scoped_variable.hpp"
#include "session_fixture.hpp"

namespace gemlive::test {
namespace {

TEST(Platform, TheRealOneReadsTheProcessEnvironment) {
  const ScopedVariable variable("GEMLIVE_PLATFORM_TEST", "set");
  EXPECT_EQ(Platform::real().environment("GEMLIVE_PLATFORM_TEST"), "set");
  EXPECT_EQ(Platform::real().environment("GEMLIVE_PLATFORM_TEST_2"), "");
}

struct Listener final : Transport::Listener {
  void opened() override { is_open = true; }
  void message(const Message &) override {}
  void writable() override {}
  void closed(int, const std::string &) override { is_over = true; }
  void failed(const Error &error) override {
    kind = error.kind;
    is_over = true;
  }
  bool is_open = false, is_over = false;
  std::optional<ErrorKind> kind;
};

TEST(Platform, TheRealOneUsesTheNetwork) {
  Listener listener;
  const auto transport = Platform::real().make_transport(listener, {});
  transport->connect({.url = "ws://127.0.0.1:" + std::to_string(unused_port()) + "/"});
  const auto deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
  while (!listener.is_over && g_get_monotonic_time() < deadline) {
    Timer wake;
    wake.start(10ms, [] {});
    g_main_context_iteration(nullptr, TRUE);
  }
  EXPECT_FALSE(listener.is_open);
  EXPECT_EQ(listener.kind, ErrorKind::cannot_connect);
}

}  // namespace
}  // namespace gemlive::test
