// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

class ConversationClientTest : public PipelineFixture {};

TEST_F(ConversationClientTest, TwoDifferentValuesAreAnErrorThatNamesTheProperty) {
  serve();
  Pipeline pipeline(question() + "gemlivesink session=x voice=Puck" + uri() +
                    "gemlivesrc session=x voice=Kore ! fakesink");
  EXPECT_FALSE(pipeline.play());
  auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_domain(error.get()), GST_LIBRARY_ERROR);
  EXPECT_EQ(error_code(error.get()), GST_LIBRARY_ERROR_SETTINGS);
  EXPECT_NE(describe(error.get()).find("voice"), std::string::npos);
}

TEST_F(ConversationClientTest, ATranscriptStreamThatIsSwitchedOffIsAnError) {
  serve();
  Pipeline pipeline("gemlivesrc stream=input-transcript input-transcription=false" + uri() +
                    "! fakesink");
  EXPECT_FALSE(pipeline.play());
  auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_NE(describe(error.get()).find("input-transcription"), std::string::npos);
}

TEST_F(ConversationClientTest, TheStateOfTheConnectionIsNotified) {
  serve();
  Pipeline pipeline("gemlive name=g" + uri());
  std::mutex mutex;
  std::vector<int> states;
  auto note = [&] {
    int state = -1;
    g_object_get(pipeline["g"], "connection-state", &state, nullptr);
    std::lock_guard lock(mutex);
    states.push_back(state);
  };
  const std::function<void()> call = note;
  g_signal_connect(pipeline["g"], "notify::connection-state",
                   G_CALLBACK(+[](GObject *, GParamSpec *, gpointer data) {
                     (*static_cast<const std::function<void()> *>(data))();
                   }),
                   const_cast<std::function<void()> *>(&call));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  int now = -1;
  g_object_get(pipeline["g"], "connection-state", &now, nullptr);
  EXPECT_EQ(now, 2);
  ASSERT_TRUE(wait_until([&] {
    std::lock_guard lock(mutex);
    return std::ranges::count(states, 2) > 0;
  }));
  pipeline.set_state(GST_STATE_NULL);
  g_object_get(pipeline["g"], "connection-state", &now, nullptr);
  EXPECT_EQ(now, 0);
}

TEST_F(ConversationClientTest, TheStateOfTheConnectionIsNotifiedOnEveryElement) {
  serve();
  Pipeline pipeline(
      "audiotestsrc is-live=true ! audio/x-raw,rate=16000,format=S16LE ! gemlivesink "
      "name=in session=notified" +
      uri() + " gemlivesrc name=out session=notified ! fakesink");
  std::atomic<int> notified[2] = {0, 0};
  const char *names[] = {"in", "out"};
  for (int i = 0; i < 2; ++i)
    g_signal_connect(pipeline[names[i]], "notify::connection-state",
                     G_CALLBACK(+[](GObject *object, GParamSpec *, gpointer data) {
                       int state = -1;
                       g_object_get(object, "connection-state", &state, nullptr);
                       if (state == 2) ++*static_cast<std::atomic<int> *>(data);
                     }),
                     &notified[i]);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(wait_until([&] { return notified[0] > 0 && notified[1] > 0; }));
  const auto is_connected = [](GstMessage *message) {
    const auto *fields = gst_message_get_structure(message);
    return fields && gst_structure_has_name(fields, "gemlive/connected");
  };
  EXPECT_TRUE(pipeline.wait(is_connected));
  EXPECT_EQ(pipeline.count(is_connected), 0) << "the message is posted twice";
}

// No server listens on port 1. Starting succeeds, because it never waits for the network.
class Running : public ::testing::TestWithParam<const char *> {};

TEST_P(Running, ChangesAreRefusedWithAWarning) {
  Pipeline pipeline(GetParam());
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  g_object_set(pipeline["e"], "latency", 200, nullptr);
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  g_object_set(pipeline["e"], "latency", 300, nullptr);
  guint latency = 0;
  g_object_get(pipeline["e"], "latency", &latency, nullptr);
  EXPECT_EQ(latency, 200u);
  bool warned = false;
  pipeline.count([&](GstMessage *message) {
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_WARNING) return false;
    warned |= describe(message).find("\"latency\"") != std::string::npos;
    return true;
  });
  EXPECT_TRUE(warned);
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  g_object_set(pipeline["e"], "latency", 300, nullptr);
  g_object_get(pipeline["e"], "latency", &latency, nullptr);
  EXPECT_EQ(latency, 300u);
}

INSTANTIATE_TEST_SUITE_P(
    Elements, Running,
    ::testing::Values("gemlive name=e uri=ws://127.0.0.1:1",
                      "gemlivesink name=e session=running uri=ws://127.0.0.1:1",
                      "gemlivesrc name=e session=running uri=ws://127.0.0.1:1 ! fakesink"));

TEST_F(ConversationClientTest, OnlyATokenOfItsKindTakesItsPlace) {
  Pipeline pipeline(
      "audiotestsrc ! gemlive name=g uri=ws://127.0.0.1:1 project=p access-token=one "
      "max-retries=-1 ! fakesink");
  ASSERT_TRUE(pipeline.play());
  g_object_set(pipeline["g"], "access-token", "auth_tokens/two", nullptr);
  const auto warning = pipeline.wait(GST_MESSAGE_WARNING);
  ASSERT_TRUE(warning);
  EXPECT_NE(describe(warning.get()).find("access-token"), std::string::npos);
  EXPECT_EQ(describe(warning.get()).find("auth_tokens"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::test
