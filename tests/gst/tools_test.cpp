// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Tool calls: the application answers the model.

#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

const std::string weather =
    R"([{"functionDeclarations":[{"name":"weather","description":"Tells the weather"}]}])";

class Tools : public ::testing::Test {
 protected:
  void serve(const std::string &script) {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "200", "--speed", "0",
                                 "--turn-complete", "now"},
        script);
  }
  /// A question in a file, so that the pipeline ends by itself.
  std::string pipeline() const {
    return "filesrc location=" + question.path() +
           " ! wavparse ! gemlive name=g pacing=none uri=" + simulator->uri() + " ! fakesink";
  }
  static gboolean respond(GstElement *element, const char *id, const char *name,
                          const char *response) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(element, "send-tool-response", id, name, response, &sent);
    return sent;
  }
  static std::string field(const MessagePtr &message, const char *name) {
    const char *text =
        message ? gst_structure_get_string(gst_message_get_structure(message.get()), name)
                : nullptr;
    return text ? text : "";
  }

  std::unique_ptr<SimulatorProcess> simulator;
  TempFile question{wav(loud(500ms)), ".wav"};
};

const char *calls_the_weather =
    R"([{"when":{"on":"turn"},"do":{"tool-call":"weather","args":{"city":"Bonn"},"id":"call-1"}}])";

class ToolsById : public Tools, public ::testing::WithParamInterface<const char *> {};

/// Vertex AI may send calls without an id. The application gets an id in any case.
TEST_P(ToolsById, ACallCanBeAnsweredByIt) {
  serve(R"([{"when":{"on":"turn"},"do":{"tool-call":"weather"}}])");
  Pipeline pipeline(this->pipeline());
  gst_util_set_object_arg(G_OBJECT(pipeline["g"]), "service", GetParam());
  g_object_set(pipeline["g"], "tools", weather.c_str(), "project", "p", "access-token", "t",
               nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto id = field(pipeline.wait("gemlive/tool-call"), "id");
  EXPECT_NE(id, "");
  EXPECT_TRUE(respond(pipeline["g"], id.c_str(), "", R"({"degrees":7})"));
  EXPECT_EQ(pipeline.wait_eos(), "");
}

INSTANTIATE_TEST_SUITE_P(Services, ToolsById, ::testing::Values("developer", "vertex"));

TEST_F(Tools, ACallIsAnsweredAndTheModelGoesOn) {
  serve(calls_the_weather);
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", weather.c_str(), nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto call = pipeline.wait("gemlive/tool-call");
  ASSERT_TRUE(call);
  EXPECT_EQ(field(call, "id"), "call-1");
  EXPECT_EQ(field(call, "name"), "weather");
  EXPECT_EQ(field(call, "args"), R"({"city":"Bonn"})");
  EXPECT_FALSE(respond(pipeline["g"], "call-2", "weather", "{}")) << "there is no such call";
  EXPECT_FALSE(respond(pipeline["g"], "call-1", "", "[1]"));
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING)) << "the warning is missing";
  EXPECT_TRUE(respond(pipeline["g"], "call-1", "", R"({"degrees":7})"));
  EXPECT_FALSE(respond(pipeline["g"], "call-1", "", R"({"degrees":8})"))
      << "a second answer must be refused";
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto heard = simulator->wait_event("tool-response");
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->json_at("/response/functionResponses/0"),
            R"({"id":"call-1","name":"weather","response":{"degrees":7}})");
  EXPECT_EQ(simulator->wait_event("setup")->json_at("/setup/tools/0/functionDeclarations/0/name"),
            "\"weather\"");
}

TEST_F(Tools, TheServiceHearsNumbersAsTheyWereWritten) {
  serve(calls_the_weather);
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", weather.c_str(), nullptr);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/tool-call"));
  EXPECT_TRUE(respond(pipeline["g"], "call-1", "",
                      R"({"price": 19.99, "n": 18446744073709551615, "one": 1.0, "s": "\u0000"})"));
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto heard = simulator->wait_event("tool-response");
  ASSERT_TRUE(heard);
  const std::string written = R"({"price":19.99,"n":18446744073709551615,"one":1.0,"s":"\u0000"})";
  EXPECT_NE(heard->json.find("\"response\":" + written), std::string::npos) << heard->json;
}

TEST_F(Tools, ACallThatNobodyAnswersDoesNotFreezeTheConversation) {
  serve(calls_the_weather);
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", weather.c_str(), "tool-timeout", 200, nullptr);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/tool-call"));
  EXPECT_EQ(field(pipeline.wait("gemlive/tool-call-cancelled"), "id"), "call-1");
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(Tools, ACallOfNothingDeclaredIsRefused) {
  serve(calls_the_weather);
  Pipeline pipeline(this->pipeline());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
  EXPECT_EQ(pipeline.count([](GstMessage *message) {
    return gst_message_has_name(message, "gemlive/tool-call");
  }),
            0);
  EXPECT_TRUE(simulator->wait_event("tool-response"));
}

TEST_F(Tools, InSnakeCaseAreDeclaredAndAnsweredAsWell) {
  serve(
      R"([{"when":{"on":"turn"},"do":{"tool-call":"weather","args":{"city_name":"Bonn"},"id":"c"}}])");
  Pipeline pipeline(this->pipeline());
  g_object_set(
      pipeline["g"], "tools",
      R"([{"function_declarations":[{"name":"weather","parameters":{"type":"OBJECT",
           "properties":{"city_name":{"type":"STRING","max_length":9}}}}]}])",
      "setup",
      R"({"generation_config":{"top_k":3},"session_resumption":null,"labels":{"cost_center":"x"}})",
      "service", 2, "project", "p", "access-token", "t", nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto call = pipeline.wait("gemlive/tool-call");
  ASSERT_TRUE(call);
  EXPECT_EQ(field(call, "args"), R"({"city_name":"Bonn"})");
  EXPECT_TRUE(
      respond(pipeline["g"], "c", "", R"({"response":{"wind_speed":7},"will_continue":true})"));
  EXPECT_TRUE(respond(pipeline["g"], "c", "", R"({"wind_speed":8})")) << "it was continued";
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto setup = simulator->wait_event("setup");
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->json_at("/setup/tools/0/functionDeclarations/0/parameters/properties"),
            R"({"city_name":{"type":"STRING","maxLength":9}})");
  EXPECT_EQ(setup->json_at("/setup/generationConfig"),
            R"({"responseModalities":["AUDIO"],"topK":3})");
  EXPECT_EQ(setup->json_at("/setup/labels"), R"({"cost_center":"x"})");
  EXPECT_EQ(setup->json_at("/setup/sessionResumption"), "");
  EXPECT_EQ(
      simulator->wait_event("tool-response", 1)->json_at("/response/functionResponses/0/response"),
      R"({"wind_speed":8})");
}

TEST_F(Tools, ResponsesOfOneMessageAnswerTheirCalls) {
  serve(R"([{"when":{"on":"turn"},"do":[
      {"tool-call":"weather","id":"1"}, {"tool-call":"weather","id":"2"}]}])");
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", weather.c_str(), nullptr);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/tool-call"));
  ASSERT_TRUE(pipeline.wait("gemlive/tool-call"));
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-message",
                        R"({"tool_response":{"function_responses":[
                            {"id":"1","response":{"degrees":7}},
                            {"id":"2","response":{"degrees":8}}]}})",
                        &sent);
  EXPECT_TRUE(sent);
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto second = simulator->wait_event("tool-response", 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->json_at("/response/functionResponses/0"),
            R"({"id":"2","name":"weather","response":{"degrees":8}})");
}

TEST_F(Tools, ACallInPartsIsOneCall) {
  serve(R"([{"when":{"on":"turn"},"do":{"tool-call":"weather","id":"c","partial":3,
             "args":{"city":"Bonn am Rhein","days":[1,2.5],"exact":true}}}])");
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", weather.c_str(), nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto call = pipeline.wait("gemlive/tool-call");
  ASSERT_TRUE(call);
  EXPECT_EQ(field(call, "id"), "c");
  EXPECT_EQ(field(call, "name"), "weather");
  EXPECT_EQ(field(call, "args"), R"({"city":"Bonn am Rhein","days":[1,2.5],"exact":true})");
  EXPECT_TRUE(respond(pipeline["g"], "c", "", R"({"degrees":7})"));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(pipeline.count([](GstMessage *message) {
    return gst_message_has_name(message, "gemlive/tool-call");
  }),
            0)
      << "a second one";
}

/// The file does not end between the parts of a call, though the answer has been generated.
TEST_F(Tools, TheRestOfACallIsWaitedFor) {
  serve(R"([{"when":{"on":"turn"},"do":[{"answer":{"turn-complete":false}},
      {"send":{"toolCall":{"functionCalls":[{"id":"c","name":"weather","willContinue":true}]}}}]},
    {"when":{"on":"generated","after":3000},"do":{"send":{"toolCall":{"functionCalls":[{"id":"c",
      "partialArgs":[{"jsonPath":"$.city","stringValue":"Bonn"}]}]}}}},
    {"when":{"on":"tool-response"},"do":{"send":{"serverContent":{"turnComplete":true}}}}])");
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", weather.c_str(), nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto call = pipeline.wait("gemlive/tool-call");
  ASSERT_TRUE(call);
  EXPECT_EQ(field(call, "args"), R"({"city":"Bonn"})");
  EXPECT_TRUE(respond(pipeline["g"], "c", "", R"({"degrees":7})"));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_TRUE(simulator->wait_event("tool-response"));
}

TEST_F(Tools, ToolsMayStandInAFile) {
  serve("[]");
  TempFile tools(weather, ".json");
  Pipeline pipeline(this->pipeline());
  g_object_set(pipeline["g"], "tools", ("@" + tools.path()).c_str(), nullptr);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(simulator->wait_event("setup")->json_at("/setup/tools/0/functionDeclarations/0/name"),
            "\"weather\"");
}

}  // namespace
}  // namespace gemlive::test
