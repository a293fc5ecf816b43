// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Conversations that continue after their connection ends.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

const GstStructure *fields(const MessagePtr &message) {
  return gst_message_get_structure(message.get());
}
bool flag(const MessagePtr &message, const char *name) {
  gboolean value = FALSE;
  EXPECT_TRUE(gst_structure_get_boolean(fields(message), name, &value)) << name;
  return value;
}

class Reconnect : public ::testing::Test {
 protected:
  void serve(std::string_view script = {}, std::vector<std::string> arguments = {}) {
    simulator.reset();
    arguments.insert(arguments.begin(), {"--voice", "tone", "--tone-duration", "1000", "--speed",
                                         "0", "--turn-complete", "now"});
    simulator = std::make_unique<SimulatorProcess>(arguments, script);
  }
  std::string question() { return "filesrc location=" + file.path() + " ! wavparse ! "; }
  std::string uri() const { return " uri=" + simulator->uri() + " "; }
  guint64 stat(Pipeline &pipeline, const char *name) {
    GstStructure *stats = nullptr;
    g_object_get(pipeline["g"], "stats", &stats, nullptr);
    guint64 value = 0;
    guint small = 0;
    if (!gst_structure_get_uint64(stats, name, &value)) {
      EXPECT_TRUE(gst_structure_get_uint(stats, name, &small)) << name;
      value = small;
    }
    gst_structure_free(stats);
    return value;
  }
  static void push(Pipeline &pipeline, const std::string &samples) {
    GstBuffer *buffer = gst_buffer_new_memdup(samples.data(), samples.size());
    ASSERT_EQ(gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer), GST_FLOW_OK);
  }
  /// The test pushes audio faster than a microphone, so what follows is not a pause.
  std::string live(const std::string &properties = "") const {
    return "appsrc name=in is-live=true format=time do-timestamp=true caps=audio/x-raw,"
           "format=S16LE,rate=16000,channels=1,layout=interleaved ! gemlive name=g pacing=none "
           "input-pause=0 " +
           properties + uri() + "! fakesink name=out";
  }

  std::unique_ptr<SimulatorProcess> simulator;
  std::string spoken = loud(600ms);
  TempFile file{wav(spoken), ".wav"};
};

class CutOff : public Reconnect, public ::testing::WithParamInterface<const char *> {};

TEST_P(CutOff, InMidAnswerItIsAskedAgainAndAnsweredWhole) {
  serve(R"([{"when":{"on":"said","session":1,"ms":300},"do":)" + std::string(GetParam()) + "}]");
  Pipeline pipeline(question() + "gemlive name=g pacing=none" + uri() + "! fakesink name=out");
  ASSERT_TRUE(pipeline.play());
  auto connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  EXPECT_FALSE(flag(connected, "resumed"));
  auto cut = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(flag(cut, "interrupted"));
  auto reconnecting = pipeline.wait("gemlive/reconnecting");
  ASSERT_TRUE(reconnecting);
  EXPECT_TRUE(gst_structure_has_field_typed(fields(reconnecting), "attempt", G_TYPE_UINT));
  EXPECT_TRUE(gst_structure_has_field_typed(fields(reconnecting), "close-code", G_TYPE_INT));
  EXPECT_TRUE(gst_structure_has_field_typed(fields(reconnecting), "close-reason", G_TYPE_STRING));
  EXPECT_TRUE(gst_structure_has_field_typed(fields(reconnecting), "delay", G_TYPE_UINT64));
  connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  EXPECT_TRUE(flag(connected, "resumed"));
  auto whole = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(whole);
  EXPECT_FALSE(flag(whole, "interrupted"));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_GT(stat(pipeline, "input-replayed"), 0u);
  EXPECT_EQ(stat(pipeline, "input-pushed"), stat(pipeline, "input-sent"));
  EXPECT_EQ(stat(pipeline, "connects"), 2u);
  EXPECT_EQ(stat(pipeline, "resumptions"), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Service, CutOff,
    ::testing::Values(R"({"close":1011,"reason":"Internal error encountered."})",
                      R"({"close":1000,"reason":""})", R"({"drop":"end"})", R"({"drop":"reset"})"));

TEST_F(Reconnect, AnAnswerOfWhichAllHasComeIsHeardOnce) {
  serve(R"([{"when":{"on":"generated","session":1},"do":{"drop":"end"}}])");
  Pipeline pipeline(question() + "gemlive name=g pacing=none" + uri() + "! fakesink name=out");
  Tap tap(pipeline["out"]);
  EXPECT_EQ(pipeline.run(), "");
  auto turn = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(turn);
  EXPECT_FALSE(flag(turn, "interrupted"));
  EXPECT_EQ(tap.bytes().size(), 48000u) << "not one second of audio";
}

TEST_F(Reconnect, HandsOverWithoutLosingASample) {
  serve(R"([{"when":{"on":"complete","session":1},"do":{"go-away":"50s"}}])");
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  const std::string silence(16000 * 2, '\0');
  push(pipeline, spoken + silence);
  ASSERT_TRUE(pipeline.wait("gemlive/go-away"));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  push(pipeline, spoken + silence);  // while there is no connection
  auto connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  EXPECT_TRUE(flag(connected, "resumed"));
  auto turn = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(turn);
  turn = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(turn);
  EXPECT_FALSE(flag(turn, "interrupted"));
  EXPECT_EQ(stat(pipeline, "hand-overs"), 1u);
  EXPECT_EQ(stat(pipeline, "retries"), 0u);
  EXPECT_EQ(stat(pipeline, "input-dropped"), 0u);
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed", 1));
  const auto events = simulator->events();
  const auto at = [&](int session, std::string_view type) {
    return std::find_if(events.begin(), events.end(), [&](const ServerEvent &event) {
      return event.session == session && event.type == type;
    });
  };
  EXPECT_LT(at(1, "closed"), at(2, "connected")) << "the old connection must close first";
  const auto all = spoken + silence + spoken + silence;
  EXPECT_TRUE(as_string(simulator->heard(1)) + as_string(simulator->heard(2)) == all);
}

TEST_F(Reconnect, WithoutRetriesItIsReplacedAsSoonAsItWasOfUse) {
  serve(R"([{"when":{"on":"ready","session":1},"do":{"go-away":"20s"}}])");
  Pipeline pipeline(live("max-retries=0"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/go-away"));
  push(pipeline, spoken + std::string(16000 * 2, '\0'));
  const auto turn = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(turn);
  EXPECT_FALSE(flag(turn, "interrupted"));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(stat(pipeline, "hand-overs"), 1u);
  EXPECT_EQ(stat(pipeline, "retries"), 0u);
}

TEST_F(Reconnect, TheLadderEndsThoughEachSessionHasAHandle) {
  std::string script = R"([{"when":{"on":"said","session":1,"ms":300},"do":{"drop":"reset"}})";
  for (int session = 2; session < 10; ++session)
    script += R"(,{"when":{"on":"ready","session":)" + std::to_string(session) +
              R"(},"do":{"close":1007,"reason":"Request contains an invalid argument."}})";
  serve(script + "]");
  Pipeline pipeline(live("max-retries=-1"));
  ASSERT_TRUE(pipeline.play());
  push(pipeline, spoken + std::string(16000 * 2, '\0'));
  ASSERT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed", 4));
  std::string rungs;
  for (const auto &event : simulator->events())
    if (event.type == "setup")
      rungs += event.json_at("/setup/sessionResumption/handle").empty() ? 'N' : 'r';
  EXPECT_EQ(rungs, "NrrNN") << "and not anew with the handles of the new sessions";
}

TEST_F(Reconnect, AudioThatWasNotSentIsReportedBeforeTheError) {
  serve(R"([{"when":{"on":"setup"},"do":{"withhold":true}},{"when":{"on":"setup","after":500},)"
        R"("do":{"close":1008,"reason":"API key not valid."}}])");
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  push(pipeline, loud(1000ms));
  const auto dropped = pipeline.wait("gemlive/backlog-dropped");
  ASSERT_TRUE(dropped);
  guint64 duration = 0;
  gst_structure_get_uint64(fields(dropped), "duration", &duration);
  EXPECT_EQ(duration, GST_SECOND);
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
}

// The speech has no pause, so there is no quiet moment: the connection is replaced at its age
// limit.
class InMidSpeech : public Reconnect, public ::testing::WithParamInterface<const char *> {};

TEST_P(InMidSpeech, NothingThatIsSaidIsLost) {
  serve(R"([{"when":{"on":"heard","session":1,"ms":400},"do":{"go-away":"1s"}}])");
  const auto speech = loud(3000ms);
  const TempFile lecture(wav(speech), ".wav");
  Pipeline pipeline("filesrc location=" + lecture.path() + " ! wavparse ! gemlive name=g " +
                    GetParam() + uri() + "! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(stat(pipeline, "hand-overs"), 1u);
  EXPECT_EQ(stat(pipeline, "input-dropped"), 0u);
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed", 1));
  const auto before = as_string(simulator->heard(1)), after = as_string(simulator->heard(2));
  ASSERT_LT(before.size(), speech.size());
  EXPECT_TRUE(speech.starts_with(before));
  // Audio that the old connection may have lost is resent first, then the rest follows.
  const auto start = std::string_view(after).substr(0, 640);
  const auto begins = speech.find(start);
  ASSERT_NE(begins, std::string::npos);
  EXPECT_LE(begins, before.size()) << "audio is missing";
  EXPECT_TRUE(is_followed_by_silence(after, speech.substr(begins)));
}

INSTANTIATE_TEST_SUITE_P(Service, InMidSpeech,
                         ::testing::Values("service=developer", "service=vertex project=p"),
                         [](const auto &info) {
                           return std::string(info.index == 0 ? "developer" : "vertex");
                         });

TEST_F(Reconnect, NothingIsSentInPaused) {
  serve();
  Pipeline pipeline("filesrc location=" + file.path() + " ! wavparse ! gemlive name=g pacing=none" +
                    uri() + "! fakesink");
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  // A text turn of the application. Its answer shows that time has passed.
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(sent);
  ASSERT_TRUE(simulator->wait_event("turn-complete"));
  EXPECT_EQ(simulator->count("audio"), 0u);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_TRUE(simulator->wait_event("audio"));
}

TEST_F(Reconnect, AServerThatComesBackIsFoundAgain) {
  serve();
  const auto port = std::to_string(simulator->port());
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  simulator->stop();
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  push(pipeline, spoken + std::string(16000 * 2, '\0'));
  serve({}, {"--port", port});
  auto connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  EXPECT_FALSE(flag(connected, "resumed")) << "a new session is not resumed";
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
  auto turn = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(turn);
  EXPECT_FALSE(flag(turn, "interrupted"));
  EXPECT_EQ(stat(pipeline, "input-dropped"), 0u);
}

TEST_F(Reconnect, AnotherProcessGoesOnWithTheHandle) {
  serve();
  char *handle = nullptr;
  {
    Pipeline pipeline(live());
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(pipeline.wait("gemlive/resumption"));
    g_object_get(pipeline["g"], "resumption-handle", &handle, nullptr);
    ASSERT_NE(handle, nullptr);
    StrPtr dot(gst_debug_bin_to_dot_data(GST_BIN(pipeline.get()), GST_DEBUG_GRAPH_SHOW_ALL));
    EXPECT_EQ(std::string(dot.get()).find(handle), std::string::npos);
  }
  const StrPtr owned(handle);
  Pipeline pipeline(live());
  g_object_set(pipeline["g"], "resumption-handle", handle, nullptr);
  ASSERT_TRUE(pipeline.play());
  auto connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  EXPECT_TRUE(flag(connected, "resumed"));
  const auto setup = simulator->wait_event("setup", 1);
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->json_at("/setup/sessionResumption/handle"), "\"(hidden)\"");
}

std::string handle_of(GstElement *element) {
  char *handle = nullptr;
  g_object_get(element, "resumption-handle", &handle, nullptr);
  const StrPtr owned(handle);
  return handle ? handle : "";
}

TEST_F(Reconnect, TheNewestHandleCanBeReadAfterwards) {
  serve();
  Pipeline pipeline("audiotestsrc is-live=true ! gemlivesink name=s session=handle" + uri() +
                    "gemlivesrc name=r session=handle ! fakesink");
  ASSERT_TRUE(pipeline.play());
  auto told = pipeline.wait("gemlive/resumption");
  ASSERT_TRUE(told);
  EXPECT_TRUE(flag(told, "resumable"));
  EXPECT_FALSE(gst_structure_has_field(fields(told), "handle")) << "messages are printed";
  const std::string handle = handle_of(pipeline["s"]);
  ASSERT_NE(handle, "");
  for (auto state : {GST_STATE_READY, GST_STATE_NULL, GST_STATE_READY}) {
    ASSERT_TRUE(pipeline.set_state(state));
    EXPECT_EQ(handle_of(pipeline["s"]), handle) << state;
    EXPECT_EQ(handle_of(pipeline["r"]), handle) << state;
  }
  ASSERT_TRUE(pipeline.play());
  auto connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  EXPECT_FALSE(flag(connected, "resumed")) << "the handle was only read";
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  g_object_set(pipeline["s"], "resumption-handle", "mine", nullptr);
  EXPECT_EQ(handle_of(pipeline["s"]), "mine");
  g_object_set(pipeline["s"], "resumption-handle", nullptr, nullptr);
  EXPECT_EQ(handle_of(pipeline["s"]), "");
}

class DeadHandle : public Reconnect, public ::testing::WithParamInterface<const char *> {};

TEST_P(DeadHandle, IsNotReadBack) {
  serve();
  Pipeline pipeline(
      "audiotestsrc is-live=true ! gemlive name=g session-resumption=false "
      "resumption-handle=dead " +
      std::string(GetParam()) + uri() + "! fakesink");
  EXPECT_EQ(handle_of(pipeline["g"]), "dead") << "the handle was not used yet";
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait([](GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR ||
           gst_message_has_name(message, "gemlive/connected");
  }));
  EXPECT_EQ(handle_of(pipeline["g"]), "");
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  EXPECT_EQ(handle_of(pipeline["g"]), "");
}

INSTANTIATE_TEST_SUITE_P(Refused, DeadHandle, ::testing::Values("max-retries=5", "max-retries=0"),
                         [](const auto &info) {
                           return std::string(info.index ? "and_given_up" : "and_left_out");
                         });

TEST_F(Reconnect, AForgottenConversationEnds) {
  serve();
  Pipeline pipeline(question() + "gemlive name=g max-session-duration=300" + uri() + "! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  auto warning = pipeline.wait(GST_MESSAGE_WARNING);
  ASSERT_TRUE(warning);
  EXPECT_NE(describe(warning.get()).find("max-session-duration"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::test
