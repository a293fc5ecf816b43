// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "network_types.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "document_server.hpp"
#include "io_thread.hpp"
#include "soup_request.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// What a process with GEMLIVE_METRICS does at its start, in two threads at once. The time between
/// them varies.
void start_both(std::chrono::microseconds apart) {
  IoThread server, client;
  server.post(
      [] { DocumentServer({"/", "text/plain", [] { return std::string(); }}).listen(0); });
  std::this_thread::sleep_for(apart);
  client.post([] { SoupRequest({.url = "http://127.0.0.1:1/"}, {}, [](auto) {}); });
  server.call([] {}, 30s);
  client.call([] {}, 30s);
}

/// A process of its own for each attempt: in this one nothing has used libsoup yet.
bool ends_in_time(std::chrono::microseconds apart) {
  const auto child = fork();
  if (child == 0) {
    alarm(20);
    start_both(apart);
    _exit(0);
  }
  int status = -1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(NetworkTypesTest, ServerAndClientCanStartAtOnce) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "threads in a child of fork";
#endif
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(ends_in_time(i * 10us)) << "attempt " << i;
}

}  // namespace
}  // namespace gemlive
