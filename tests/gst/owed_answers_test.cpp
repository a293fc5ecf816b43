// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Questions that are answered once, late, in parts, or never.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base64.hpp"
#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// An action of a script that sends these members of serverContent.
std::string send(const std::string &members) {
  return R"({"send":{"serverContent":{)" + members + "}}}";
}
std::string send_audio(std::size_t bytes) {
  const std::vector<std::byte> samples(bytes, std::byte{0x3a});
  std::string data(base64::encoded_size(bytes), '\0');
  base64::encode(samples, data.data());
  return send(R"("modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":")" +
              data + R"("}}]})");
}
/// A step of a script; `when` without its braces.
std::string step(const std::string &when, const std::string &actions) {
  return R"({"when":{)" + when + R"(},"do":[)" + actions + "]}";
}

class OwedAnswers : public ::testing::Test {
 protected:
  static constexpr std::size_t answer = 24000;  // bytes: half a second

  void serve(const std::string &steps, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--voice", "tone", "--tone-duration", "500", "--speed", "0",
                               "--turn-complete", "now"});
    simulator = std::make_unique<SimulatorProcess>(more, "[" + steps + "]");
  }
  /// A question in a file: the input ends behind it.
  std::string from_file(const std::string &properties = "") {
    return "filesrc location=" + file.path() + " ! wavparse ! " + gemlive(properties);
  }
  /// Input of push(), which does not end.
  std::string live(const std::string &properties = "") {
    return "appsrc name=in is-live=true format=time do-timestamp=true caps=audio/x-raw,"
           "format=S16LE,rate=16000,channels=1,layout=interleaved ! " +
           gemlive(properties);
  }
  std::string gemlive(const std::string &properties) {
    return "gemlive name=g pacing=none uri=" + simulator->uri() + ' ' + properties +
           " ! fakesink name=out";
  }
  static void push(Pipeline &pipeline, const std::string &samples) {
    GstBuffer *buffer = gst_buffer_new_memdup(samples.data(), samples.size());
    ASSERT_EQ(gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer), GST_FLOW_OK);
  }
  static const GstStructure *fields(const MessagePtr &message) {
    return gst_message_get_structure(message.get());
  }
  static guint turn_of(const MessagePtr &message) {
    guint turn = 0;
    if (message) gst_structure_get_uint(fields(message), "turn", &turn);
    return turn;
  }
  static std::string text_of(const MessagePtr &message, const char *name) {
    const char *text = message ? gst_structure_get_string(fields(message), name) : nullptr;
    return text ? text : "";
  }
  static guint64 number_of(const MessagePtr &message, const char *name) {
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(fields(message), name, &value)) << name;
    return value;
  }
  static bool is_interrupted(const MessagePtr &message) {
    gboolean value = FALSE;
    EXPECT_TRUE(gst_structure_get_boolean(fields(message), "interrupted", &value));
    return value;
  }
  static std::string handle_of(Pipeline &pipeline) {
    char *handle = nullptr;
    g_object_get(pipeline["g"], "resumption-handle", &handle, nullptr);
    const StrPtr owned(handle);
    return handle ? handle : "";
  }
  static int count(Pipeline &pipeline, GstMessageType type) {
    return pipeline.count(
        [type](GstMessage *message) { return GST_MESSAGE_TYPE(message) == type; });
  }
  static int count(Pipeline &pipeline, const char *name) {
    return pipeline.count(
        [name](GstMessage *message) { return gst_message_has_name(message, name); });
  }
  /// Whether EOS reaches the end of the output, though the input does not end.
  static bool ends(Tap &tap) {
    return tap.wait([](const std::vector<Tap::Item> &items) {
      return !items.empty() && items.back().kind == Tap::Item::eos;
    });
  }
  /// The text of the next WARNING.
  static std::string warning(Pipeline &pipeline) {
    const auto message = pipeline.wait(GST_MESSAGE_WARNING);
    return message ? describe(message.get()) : "";
  }
  /// After a lost connection: asks something else, and expects that only this is sent.
  void expect_nothing_resent(Pipeline &pipeline) {
    ASSERT_TRUE(pipeline.wait("gemlive/connected"));
    const auto other = loud(400ms) + silence;
    push(pipeline, other);
    const auto turn = pipeline.wait([](GstMessage *message) {
      guint64 bytes = 0;
      return gst_message_has_name(message, "gemlive/turn-complete") &&
             gst_structure_get_uint64(gst_message_get_structure(message), "audio-bytes", &bytes) &&
             bytes == answer;
    });
    ASSERT_TRUE(turn);
    ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
    ASSERT_TRUE(simulator->wait_event("closed", 1));
    EXPECT_TRUE(as_string(simulator->heard(2)) == other) << simulator->heard(2).size();
  }

  std::unique_ptr<SimulatorProcess> simulator;
  const std::string question = loud(600ms);
  const std::string silence = std::string(32000, '\0');
  TempFile file{wav(question), ".wav"};
};

// The handle of the last turn

TEST_F(OwedAnswers, TheHandleBehindTheLastTurnIsReadAtEos) {
  serve(step(R"("on":"ready")", R"({"send":{"sessionResumptionUpdate":
      {"newHandle":"before-the-turn","resumable":true}}})"));
  Pipeline pipeline(from_file());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(handle_of(pipeline), "simulated-1-2") << "the simulator sends it behind turnComplete";
}

TEST_F(OwedAnswers, AHandleBehindTheEndIsTakenAndReported) {
  serve(step(R"("on":"complete","after":300)", R"({"send":{"sessionResumptionUpdate":
      {"newHandle":"behind-the-end","resumable":true}}})"));
  Pipeline pipeline(from_file());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_TRUE(pipeline.wait([&](GstMessage *message) {
    return gst_message_has_name(message, "gemlive/resumption") &&
           handle_of(pipeline) == "behind-the-end";
  }));
}

// An interim answer, then the answer

TEST_F(OwedAnswers, AnInterimAnswerIsNotTheAnswer) {
  serve(step(R"("on":"turn")",
             R"({"answer":{"tone":100,"generation-complete":false,"turn-complete":false}})") +
        "," +
        step(R"("on":"generated")",
             send(R"("turnComplete":true,"interactionStatus":"IN_PROGRESS")")) +
        "," +
        step(R"("on":"generated","after":500)",
             send_audio(9600) + "," + send(R"("generationComplete":true)") + "," +
                 send(R"("turnComplete":true,"interactionStatus":"IDLE")")));
  Pipeline pipeline(live("max-turns=1"));
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  EXPECT_TRUE(ends(tap));
  EXPECT_EQ(text_of(pipeline.wait("gemlive/turn-complete"), "interaction-status"), "IN_PROGRESS");
  EXPECT_EQ(text_of(pipeline.wait("gemlive/turn-complete"), "interaction-status"), "IDLE");
  EXPECT_EQ(tap.bytes().size(), 4800u + 9600u);
}

TEST_F(OwedAnswers, AnInterimAnswerWithoutItsAnswerIsAskedAgain) {
  serve(step(R"("on":"turn","session":1)",
             R"({"answer":{"tone":100,"generation-complete":false,"turn-complete":false}})") +
        "," +
        step(R"("on":"generated","session":1)",
             send(R"("turnComplete":true,"interactionStatus":"IN_PROGRESS")") +
                 R"(,{"drop":"end"})"));
  Pipeline pipeline(from_file());
  Tap tap(pipeline["out"]);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(tap.bytes().size(), 4800 + answer);
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed", 1));
  EXPECT_EQ(simulator->count("setup"), 2u);
}

TEST_F(OwedAnswers, ATurnThatWaitsForAToolCallIsNotTheAnswer) {
  serve(step(R"("on":"turn","turn":1)",
             R"({"answer":{"tone":100,"generation-complete":false,"turn-complete":false}})") +
        "," +
        step(R"("on":"generated","turn":1)",
             R"({"tool-call":"weather","id":"c1"},)" + send(R"("turnComplete":true)")) +
        "," +
        step(R"("on":"tool-response")", send_audio(9600) + "," +
                                            send(R"("generationComplete":true)") + "," +
                                            send(R"("turnComplete":true)")));
  Pipeline pipeline(live("max-turns=1 refuse-unknown-tools=false"));
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/tool-call"));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  gboolean is_taken = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-tool-response", "c1", "weather", "{\"degrees\":20}",
                        &is_taken);
  EXPECT_TRUE(is_taken);
  EXPECT_TRUE(ends(tap));
  EXPECT_EQ(tap.bytes().size(), 4800u + 9600u);
}

// Answered, declined and given-up questions are not asked again.

TEST_F(OwedAnswers, AnAnswerThatTheApplicationStoppedIsNotAskedForAgain) {
  serve(step(R"("on":"turn","session":1)", R"({"answer":{"tone":5000,"speed":1}})") + "," +
        step(R"("on":"said","ms":300,"after":1500,"session":1)", R"({"drop":"end"})"));
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-started"));
  g_signal_emit_by_name(pipeline["g"], "interrupt");
  ASSERT_TRUE(pipeline.wait("gemlive/interrupted"));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

TEST_F(OwedAnswers, AnInterruptionThatIsAnsweredIsNotAnsweredAgain) {
  // The first turn never gets its turnComplete.
  serve(step(R"("on":"turn","session":1,"turn":1)",
             R"({"answer":{"tone":100,"generation-complete":false,"turn-complete":false}})") +
        "," + step(R"("on":"turn","session":1,"turn":2)", send(R"("interrupted":true)")) + "," +
        step(R"("on":"complete","session":1,"turn":2,"after":100)", R"({"drop":"end"})"));
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-started"));
  // The simulator has finished its first turn, so it does not interrupt by itself.
  ASSERT_TRUE(simulator->wait_event("generation-complete"));
  push(pipeline, silence + question + silence);
  const auto cut = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(is_interrupted(cut));
  const auto whole = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(whole);
  EXPECT_FALSE(is_interrupted(whole));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

TEST_F(OwedAnswers, AWholeAnswerThatIsInterruptedIsNotAskedForAgain) {
  serve(step(R"("on":"turn","session":1)",
             R"({"answer":{"tone":100,"generation-complete":false,"turn-complete":false}})") +
        "," +
        step(R"("on":"generated","session":1)", send(R"("generationComplete":true)") + "," +
                                                    send(R"("interrupted":true)") +
                                                    R"(,{"drop":"end"})"));
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

TEST_F(OwedAnswers, AQuestionThatTheModelDeclinesIsNotSentAgain) {
  serve(
      step(R"("on":"turn","session":1)", send(R"("waitingForInput":true)") + R"(,{"drop":"end"})"));
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

TEST_F(OwedAnswers, AQuestionThatTheUserIsToRepeatIsNotSentAgain) {
  serve(step(R"("on":"turn","session":1)", R"({"stall":"send"})") + "," +
        step(R"("on":"turn","session":1,"after":2500)", R"({"drop":"reset"})"));
  Pipeline pipeline(live("turn-timeout=1000"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  EXPECT_NE(warning(pipeline).find("turn-timeout"), std::string::npos);
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

TEST_F(OwedAnswers, OnVertexWithoutHandlesAnAnsweredQuestionIsNotSentAgain) {
  serve(step(R"("on":"complete","session":1,"after":100)", R"({"drop":"end"})"));
  Pipeline pipeline(live("session-resumption=false project=p access-token=t"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

TEST_F(OwedAnswers, OnVertexWithoutHandlesSilenceSinceTheAnswerIsNotSentAgain) {
  serve(step(R"("on":"heard","session":1,"ms":2600)", R"({"drop":"end"})"));
  Pipeline pipeline(live("session-resumption=false project=p access-token=t input-pause=0"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  push(pipeline, silence);
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  expect_nothing_resent(pipeline);
}

// No answer: the user is told.

struct Silence {
  const char *name;
  const char *properties;
  const char *script;  // the model stays silent
};
class SilentModel : public OwedAnswers, public ::testing::WithParamInterface<Silence> {};

TEST_P(SilentModel, IsReported) {
  serve(GetParam().script, {"--turn-complete", "playback"});
  Pipeline pipeline(live(std::string("turn-timeout=1000 ") + GetParam().properties));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-started"));
  push(pipeline, silence + question + silence);
  EXPECT_NE(warning(pipeline).find("turn-timeout"), std::string::npos);
  EXPECT_EQ(count(pipeline, GST_MESSAGE_ERROR), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SilentModel,
    ::testing::Values(Silence{"after_an_interruption", "",
                              R"({"when":{"on":"turn","turn":1},"do":{"answer":{"tone":2000}}},
                   {"when":{"on":"turn","turn":2},"do":{"stall":"send"}})"},
                      Silence{"after_the_end_of_the_answer_before",
                              "activity-handling=no-interruption",
                              R"({"when":{"on":"turn","turn":1},"do":{"answer":{"tone":500}}},
                   {"when":{"on":"turn","turn":2},"do":{"stall":"send"}})"}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(OwedAnswers, SilenceAfterAToolResponseIsReported) {
  serve(step(R"("on":"turn")", R"({"tool-call":"weather","id":"call-1"})") + "," +
        step(R"("on":"tool-response")", R"({"stall":"send"})"));
  Pipeline pipeline(live("turn-timeout=1000"));
  g_object_set(pipeline["g"], "tools", R"([{"functionDeclarations":[{"name":"weather"}]}])",
               nullptr);
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/tool-call"));
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-tool-response", "call-1", "", "{}", &sent);
  ASSERT_TRUE(sent);
  EXPECT_NE(warning(pipeline).find("turn-timeout"), std::string::npos);
}

// Late transcripts

TEST_F(OwedAnswers, ALateTranscriptBelongsToTheTurnThatHasEnded) {
  serve(step(R"("on":"complete","turn":1)",
             send(R"("inputTranscription":{"text":"late question"})") + "," +
                 send(R"("outputTranscription":{"text":"late answer"})")));
  Pipeline pipeline(live("input-transcription=true output-transcription=true"));
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  for (const auto *name : {"gemlive/input-transcript", "gemlive/output-transcript"}) {
    const auto late = pipeline.wait([name](GstMessage *message) {
      return gst_message_has_name(message, name) &&
             std::string(gst_structure_get_string(gst_message_get_structure(message), "text"))
                 .starts_with("late");
    });
    ASSERT_TRUE(late) << name;
    EXPECT_EQ(turn_of(late), 1u) << name;
  }
  EXPECT_EQ(count(pipeline, "gemlive/turn-complete"), 0);
  push(pipeline, question + silence);
  const auto next = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(next);
  EXPECT_EQ(turn_of(next), 2u);
  EXPECT_EQ(text_of(next, "input-transcript").find("late"), std::string::npos);
  EXPECT_EQ(text_of(next, "output-transcript").find("late"), std::string::npos);
  EXPECT_NE(text_of(next, "output-transcript"), "");
}

TEST_F(OwedAnswers, ALateTranscriptDoesNotDelayEos) {
  serve(
      step(R"("on":"complete","turn":1)", send(R"("outputTranscription":{"text":"late answer"})")));
  Pipeline pipeline(from_file("output-transcription=true session-resumption=false"));
  ASSERT_TRUE(pipeline.play());
  const auto begun = Clock::now();
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_LT(Clock::now() - begun, 8s) << "eos-timeout is 20 s";
  EXPECT_EQ(count(pipeline, GST_MESSAGE_WARNING), 0);
  EXPECT_EQ(count(pipeline, "gemlive/turn-complete"), 1);
}

// Interruptions

/// An answer, of which the simulator sends 100 ms and no end.
const std::string unfinished =
    R"({"answer":{"tone":100,"generation-complete":false,"turn-complete":false}})";

TEST_F(OwedAnswers, ATranscriptBehindAnInterruptionIsNotTheAnswer) {
  serve(step(R"("on":"turn","turn":1)", unfinished) + "," +
        step(R"("on":"turn","turn":2)", send(R"("interrupted":true)") + "," +
                                            send(R"("outputTranscription":{"text":"late"})") + "," +
                                            send(R"("turnComplete":true)") +
                                            R"(,{"stall":"send","for":1500})"));
  Pipeline pipeline(live("output-transcription=true activity-handling=no-interruption"));
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-started"));
  ASSERT_TRUE(simulator->wait_event("generation-complete"));
  push(pipeline, silence + question + silence);
  ASSERT_EQ(gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"])), GST_FLOW_OK);
  const auto cut = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(is_interrupted(cut));
  EXPECT_NE(text_of(cut, "output-transcript").find("late"), std::string::npos);
  const auto whole = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(whole);
  EXPECT_FALSE(is_interrupted(whole));
  EXPECT_EQ(number_of(whole, "audio-bytes"), answer);
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(count(pipeline, GST_MESSAGE_WARNING), 0);
}

TEST_F(OwedAnswers, WhatTheUserSaysBehindAnInterruptionBelongsToTheNextTurn) {
  serve(step(R"("on":"turn","turn":1)", unfinished) + "," +
        step(R"("on":"turn","turn":2)", send(R"("interrupted":true)") + "," +
                                            send(R"("inputTranscription":{"text":"two"})") + "," +
                                            send(R"("turnComplete":true)")));
  Pipeline pipeline(live("activity-handling=no-interruption"));
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-started"));
  ASSERT_TRUE(simulator->wait_event("generation-complete"));
  push(pipeline, silence + question + silence);
  const auto cut = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(cut);
  EXPECT_EQ(text_of(cut, "input-transcript"), "");
  const auto whole = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(whole);
  EXPECT_EQ(text_of(whole, "input-transcript"), "two");
  EXPECT_EQ(turn_of(whole), 2u);
}

TEST_F(OwedAnswers, AnAnnouncedAnswerDoesNotAnswerANewerQuestion) {
  serve(step(R"("on":"turn","turn":1)", unfinished) + "," +
        step(R"("on":"generated","turn":1)",
             send(R"("turnComplete":true,"interactionStatus":"IN_PROGRESS")")) +
        "," + step(R"("on":"complete","turn":2,"after":1500)", R"({"say":"And the first one."})"));
  Pipeline pipeline(live("activity-handling=no-interruption"));
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  push(pipeline, silence + question + silence);
  ASSERT_EQ(gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"])), GST_FLOW_OK);
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(count(pipeline, "gemlive/turn-complete"), 2);
  EXPECT_EQ(count(pipeline, GST_MESSAGE_WARNING), 0);
}

TEST_F(OwedAnswers, TheTranscriptOfAnAnnouncedAnswerMayPrecedeItsAudio) {
  serve(step(R"("on":"turn")", unfinished) + "," +
        step(R"("on":"generated")",
             send(R"("turnComplete":true,"interactionStatus":"IN_PROGRESS")")) +
        "," +
        step(R"("on":"generated","after":1500)",
             send(R"("outputTranscription":{"text":"The answer."})") + "," + send_audio(9600) +
                 "," + send(R"("turnComplete":true)")));
  Pipeline pipeline(from_file("output-transcription=true"));
  EXPECT_EQ(pipeline.run(), "");
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(text_of(pipeline.wait("gemlive/turn-complete"), "output-transcript"), "The answer.");
}

TEST_F(OwedAnswers, AnAnswerBehindGenerationCompleteIsTheNextTurn) {
  serve(step(R"("on":"turn","turn":1)", unfinished) + "," +
        step(R"("on":"generated","turn":1)", send(R"("generationComplete":true)")));
  Pipeline pipeline(live("activity-handling=no-interruption"));
  ASSERT_TRUE(pipeline.play());
  push(pipeline, question + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/generation-complete"));
  push(pipeline, silence + question + silence);
  ASSERT_EQ(gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"])), GST_FLOW_OK);
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(count(pipeline, "gemlive/turn-complete"), 2);
  EXPECT_EQ(count(pipeline, GST_MESSAGE_WARNING), 0);
}

// Turns without an answer

TEST_F(OwedAnswers, TheAnswerBehindAPrematureTurnCompleteIsHeard) {
  serve(step(R"("on":"turn")", send(R"("turnComplete":true)") + R"(,{"stall":"send","for":1500})"));
  Pipeline pipeline(from_file());
  Tap tap(pipeline["out"]);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(tap.bytes().size(), answer);
  EXPECT_EQ(count(pipeline, GST_MESSAGE_WARNING), 0);
}

TEST_F(OwedAnswers, ATurnWithoutAnAnswerIsReportedAndDoesNotHoldEos) {
  serve(step(R"("on":"turn")", send(R"("turnComplete":true)") + R"(,{"stall":"send"})"));
  Pipeline pipeline(from_file());
  ASSERT_TRUE(pipeline.play());
  const auto begun = Clock::now();
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_LT(Clock::now() - begun, 12s) << "eos-timeout is 20 s";
  EXPECT_NE(warning(pipeline).find("without an answer"), std::string::npos);
}

// A question that makes the service fail

TEST_F(OwedAnswers, AQuestionThatIsNotSentAgainIsReportedAndDoesNotHoldEos) {
  serve(
      step(R"("on":"turn","session":1)", R"({"drop":"end"})") + "," +
      step(R"("on":"turn")", R"({"close":1007,"reason":"Request contains an invalid argument."})"));
  Pipeline pipeline(from_file());
  ASSERT_TRUE(pipeline.play());
  const auto begun = Clock::now();
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_LT(Clock::now() - begun, 15s) << "eos-timeout is 20 s";
  std::string last;
  for (auto text = warning(pipeline); !text.empty(); text = warning(pipeline)) {
    last = text;
    if (text.find("not sent again") != std::string::npos) break;
  }
  EXPECT_NE(last.find("not sent again"), std::string::npos) << last;
}

// EOS without a connection

TEST_F(OwedAnswers, SilenceNeedsNoConnectionAtEos) {
  serve(R"({"when":{"on":"connect"},"do":{"ignore":true}})");
  Pipeline pipeline(
      "audiotestsrc is-live=true wave=silence ! audio/x-raw,rate=16000,channels=1 ! " +
      gemlive(""));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
  const auto begun = Clock::now();
  ASSERT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_LT(Clock::now() - begun, 5s) << "eos-timeout is 20 s";
}

struct Phase {
  const char *name;
  const char *script;  // the attempt ends, or hangs, in this phase
};
class NoConnection : public OwedAnswers, public ::testing::WithParamInterface<Phase> {};

TEST_P(NoConnection, EosComesAfterEosTimeout) {
  serve(GetParam().script);
  Pipeline pipeline(from_file("eos-timeout=1000 max-retries=-1"));
  ASSERT_TRUE(pipeline.play());
  const auto begun = Clock::now();
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_LT(Clock::now() - begun, 5s);
  EXPECT_NE(warning(pipeline).find("eos-timeout"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Phases, NoConnection,
    ::testing::Values(
        Phase{"not_open", R"({"when":{"on":"connect"},"do":{"ignore":true}})"},
        Phase{"refused", R"({"when":{"on":"connect"},"do":{"refuse":503}})"},
        Phase{"not_confirmed", R"({"when":{"on":"setup"},"do":{"withhold":true}})"},
        Phase{"quota",
              R"({"when":{"on":"setup"},"do":{"close":1011,"reason":"Quota exceeded."}})"}),
    [](const auto &info) { return std::string(info.param.name); });

// Empty turns

TEST_F(OwedAnswers, AnEmptyTurnDoesNotCountForMaxTurns) {
  serve(step(R"("on":"ready")", send(R"("turnComplete":true)")));
  Pipeline pipeline(live("max-turns=1"));
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  const auto empty = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(empty);
  EXPECT_EQ(number_of(empty, "audio-bytes"), 0u);
  EXPECT_TRUE(tap.items(Tap::Item::eos).empty());
  push(pipeline, question + silence);
  EXPECT_TRUE(ends(tap));
  EXPECT_EQ(tap.bytes().size(), answer);
}

}  // namespace
}  // namespace gemlive::test
