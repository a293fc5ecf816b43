// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "base64.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"

namespace gemlive::test {
namespace {

class ActionSignals : public PipelineFixture {};

TEST_F(ActionSignals, TextThatCannotBeSentIsRefusedWithAWarning) {
  serve();
  Pipeline pipeline("gemlive name=g" + uri());
  ASSERT_TRUE(pipeline.play());
  for (const char *text : {"\xff\xfe", "  \n"}) {
    gboolean sent = TRUE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, TRUE, &sent);
    EXPECT_FALSE(sent);
    auto warning = pipeline.wait(GST_MESSAGE_WARNING);
    ASSERT_TRUE(warning);
    EXPECT_NE(describe(warning.get()).find("send-text"), std::string::npos);
  }
}

TEST_F(ActionSignals, ContentIsSentAsTheUserWroteIt) {
  serve();
  Pipeline pipeline("gemlivesink name=g session=content" + uri() +
                    "gemlivesrc session=content ! fakesink");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  const auto send = [&](const char *json) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-content", json, &sent);
    return sent;
  };
  EXPECT_FALSE(send("{"));
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
  EXPECT_TRUE(send(R"({"turns":[{"role":"user","parts":[{"text":"Hi"}]}],"turnComplete":true})"));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(simulator->wait_event("content")->json_at("/content/turns/0/parts/0/text"), "\"Hi\"");
}

TEST_F(ActionSignals, AMessageReachesTheServiceAsItIs) {
  serve();
  Pipeline pipeline("gemlive name=g service=vertex project=p access-token=t" + uri());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  const auto send = [&](const char *json) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-message", json, &sent);
    return sent;
  };
  EXPECT_TRUE(send(R"({"context_update":{"system_instruction":{"parts":[{"text":"Be brief"}]}}})"));
  for (const char *refused : {R"({"setup":{}})", "{", R"({"realtimeInput":{"activityEnd":{}}})"}) {
    EXPECT_FALSE(send(refused));
    const auto warning = pipeline.wait(GST_MESSAGE_WARNING);
    ASSERT_TRUE(warning);
    EXPECT_NE(describe(warning.get()).find("Signal send-message: "), std::string::npos);
  }
  EXPECT_TRUE(send(R"({"client_content":{"turn_complete":true,
                       "turns":[{"role":"user","parts":[{"text":"Hi"}]}]}})"));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete")) << "the update did not end the connection";
  EXPECT_EQ(simulator->count("closed"), 0u);
  EXPECT_EQ(simulator->wait_event("content")->json_at("/content/turns/0/parts/0/text"), "\"Hi\"");
}

TEST_F(ActionSignals, ContentInSnakeCaseGetsItsAnswerBeforeTheEnd) {
  serve();
  Pipeline pipeline("gemlivesink name=t session=s" + uri() + "gemlivesrc session=s ! fakesink");
  ASSERT_TRUE(pipeline.play());
  gboolean sent = FALSE;
  g_signal_emit_by_name(
      pipeline["t"], "send-content",
      R"({"turns":[{"role":"user","parts":[{"text":"Hi"}]}],"turn_complete":true})", &sent);
  EXPECT_TRUE(sent);
  pipeline.send("t", gst_event_new_eos());
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

TEST_F(ActionSignals, AudioInAMessageIsAQuestion) {
  serve();
  Pipeline pipeline("gemlivesink name=t session=s" + uri() + "gemlivesrc session=s ! fakesink");
  ASSERT_TRUE(pipeline.play());
  const auto bytes = std::as_bytes(std::span(spoken));
  std::string data(base64::encoded_size(bytes.size()), '\0');
  base64::encode(bytes, data.data());
  const auto send = [&](const std::string &json) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["t"], "send-message", json.c_str(), &sent);
    return sent;
  };
  EXPECT_TRUE(
      send(R"({"realtime_input":{"media_chunks":[{"mime_type":"audio/pcm;rate=16000","data":")" +
           data + R"("}]}})"));
  EXPECT_TRUE(send(R"({"realtime_input":{"audio_stream_end":true}})"));
  pipeline.send("t", gst_event_new_eos());
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

TEST_F(ActionSignals, OutsideAConversationTheyReturnFalse) {
  Pipeline pipeline("gemlivesink name=g");
  gboolean sent = TRUE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  EXPECT_FALSE(sent);
  sent = TRUE;
  g_signal_emit_by_name(pipeline["g"], "send-content", "{}", &sent);
  EXPECT_FALSE(sent);
  sent = TRUE;
  g_signal_emit_by_name(pipeline["g"], "send-message", R"({"contextUpdate":{}})", &sent);
  EXPECT_FALSE(sent);
  sent = TRUE;
  g_signal_emit_by_name(pipeline["g"], "send-tool-response", "id", "name", "{}", &sent);
  EXPECT_FALSE(sent);
  for (const char *signal : {"activity-start", "activity-end", "audio-stream-end", "interrupt"})
    g_signal_emit_by_name(pipeline["g"], signal);
  EXPECT_EQ(pipeline.count([](GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING;
  }),
            0);
}

TEST_F(ActionSignals, WithoutATextNothingIsSent) {
  serve();
  Pipeline pipeline("gemlivesink name=g" + uri());
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  const auto send = [&](const char *text, gboolean turn_complete) {
    gboolean sent = TRUE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, turn_complete, &sent);
    return sent;
  };
  ASSERT_TRUE(pipeline.play());
  EXPECT_FALSE(send(nullptr, TRUE));
  EXPECT_FALSE(send("", FALSE));
  EXPECT_TRUE(send("hello", TRUE));
}

}  // namespace
}  // namespace gemlive::test
