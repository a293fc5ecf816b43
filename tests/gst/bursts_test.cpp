// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Valid messages of a server that are much too large or too many.

#include <gst/gst.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "pipeline.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::size_t resident_bytes() {
  std::size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

bool is_warning(GstMessage *message, const char *part) {
  return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING &&
         describe(message).find(part) != std::string::npos;
}
bool is_server_message(GstMessage *message) {
  return gst_message_has_name(message, "gemlive/server-message");
}

class Bursts : public ::testing::Test {
 protected:
  /// The client refuses the call. Its answer shows that it has handled everything before.
  static std::string call() {
    return R"({"send":{"toolCall":{"functionCalls":[{"id":"1","name":"undeclared"}]}}})";
  }
  void serve(const std::string &actions) {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "200", "--speed", "0",
                                 "--turn-complete", "now"},
        R"([{"when":{"on":"ready"},"do":[)" + actions + "]}]");
    pipeline = std::make_unique<Pipeline>(
        "audiotestsrc is-live=true wave=silence ! gemlive name=g pacing=none uri=" +
        simulator->uri() + " ! fakesink");
  }
  /// A member of a message, `fields` times.
  static std::string members(std::size_t fields) {
    std::string all;
    for (std::size_t i = 0; i < fields; ++i)
      all += (i > 0 ? ",\"n" : "\"n") + std::to_string(i) + "\":" + std::to_string(i + 1);
    return all;
  }
  unsigned connects() {
    GstStructure *stats = nullptr;
    g_object_get((*pipeline)["g"], "stats", &stats, nullptr);
    guint count = 0;
    EXPECT_TRUE(gst_structure_get_uint(stats, "connects", &count));
    gst_structure_free(stats);
    return count;
  }

  std::unique_ptr<SimulatorProcess> simulator;
  std::unique_ptr<Pipeline> pipeline;
};

TEST_F(Bursts, TwoMegabytesOfTokenCountsDelayNothing) {
  serve(R"({"send":{"usageMetadata":{"totalTokenCount":7,)" + members(130'000) +
        R"(}},"compact":true})");
  ASSERT_TRUE(pipeline->play());
  ASSERT_TRUE(pipeline->wait("gemlive/connected"));
  const auto start = Clock::now();
  const auto usage = pipeline->wait("gemlive/usage");
  ASSERT_TRUE(usage);
  pipeline->set_state(GST_STATE_NULL);
  EXPECT_LT(Clock::now() - start, 5s);
  const auto *fields = gst_message_get_structure(usage.get());
  EXPECT_EQ(gst_structure_n_fields(fields), 3) << "totalTokenCount, json, running-time";
  gint64 total = 0;
  EXPECT_TRUE(gst_structure_get_int64(fields, "totalTokenCount", &total));
  EXPECT_EQ(total, 7);
  const char *json = gst_structure_get_string(fields, "json");
  ASSERT_TRUE(json);
  EXPECT_GT(std::string_view(json).size(), 1'900'000u);
  EXPECT_EQ(g_quark_try_string("n100000"), 0u) << "the name is not interned for ever";
}

/// At 4000 new fields a message, each of which is an event.
TEST_F(Bursts, OfEventsCostNoMemoryAndNoConnection) {
  serve(R"({"flood":{)" + members(4000) + R"(},"count":60},)" + call());
  [[maybe_unused]] const auto before = resident_bytes();
  ASSERT_TRUE(pipeline->play());
  ASSERT_TRUE(simulator->wait_event("tool-response"));
#ifndef GEMLIVE_SANITIZED
  EXPECT_LT(resident_bytes() - before, 100u << 20);
#endif
  EXPECT_EQ(connects(), 1u);
  EXPECT_TRUE(pipeline->wait(
      [](auto *message) { return is_warning(message, "The service sends too many events"); }));
  const auto reported = pipeline->count(is_server_message);
  EXPECT_GE(reported, 9'000);
  EXPECT_LE(reported, 20'000) << "10,000 at once, and 1,000 a second";
}

TEST_F(Bursts, WaitOnTheBusUpToABound) {
  serve(R"({"flood":{"new":")" + std::string(1 << 20, 'x') + R"("},"count":60},)" + call());
  ASSERT_TRUE(pipeline->play());
  ASSERT_TRUE(
      simulator->wait_event("tool-response"));  // although the application does not read the bus
  EXPECT_EQ(connects(), 1u);
  EXPECT_TRUE(pipeline->wait(
      [](auto *message) { return is_warning(message, "does not read the messages on the bus"); }));
  int reported = 0;
  while (pipeline->count(is_server_message) > 0) {
    ASSERT_TRUE(pipeline->wait(is_server_message));
    ++reported;
  }
  EXPECT_EQ(reported, 32);
  gboolean sent = FALSE;
  g_signal_emit_by_name((*pipeline)["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(sent);
  EXPECT_TRUE(pipeline->wait([](auto *message) {
    return is_warning(message, "28 messages were dropped while the application did not read");
  }));
  EXPECT_TRUE(pipeline->wait("gemlive/turn-complete"));
  EXPECT_EQ(connects(), 1u);
}

}  // namespace
}  // namespace gemlive::test
