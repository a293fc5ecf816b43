// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A service that refuses the setup: the ERROR that a user sees, and how often gemlive tries.

#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

struct Refusal {
  const char *name;
  const char *actions;  // of the simulator when the setup arrives
  const char *error;    // starts with
  const char *advice;
  std::size_t connections = 1;
};

class Refusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(Refusals, AreToldWithWhatToCheck) {
  const auto &[name, actions, error, advice, connections] = GetParam();
  SimulatorProcess simulator(
      {}, R"([{"when":{"on":"setup"},"do":[{"withhold":true},)" + std::string(actions) + "]}]");
  Pipeline pipeline("audiotestsrc is-live=true ! gemlive api-key=k uri=" + simulator.uri() +
                    " ! fakesink");
  ASSERT_TRUE(pipeline.play());
  const auto message = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(message);
  const auto text = describe(message.get());
  EXPECT_TRUE(text.starts_with(error)) << text;
  EXPECT_NE(text.find(advice), std::string::npos) << text;
  EXPECT_EQ(text.find("network"), std::string::npos) << text;
  EXPECT_EQ(text.find("proxy"), std::string::npos) << text;
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator.wait_event("closed", connections - 1));
  EXPECT_EQ(simulator.count("setup"), connections);
}

INSTANTIATE_TEST_SUITE_P(
    Service, Refusals,
    ::testing::Values(
        Refusal{
            "APublisherModelWhoseReasonIsCutOff",
            R"({"close":1008,"reason":"Publisher Model `projects/P/locations/global/publishers/)"
            R"(google/models/gemini-live-2.5-flash-preview-na"})",
            "gst-resource-error-quark/3: The service closed the connection: Publisher Model",
            "Check model, and that it is available at this api-version and location"},
        Refusal{"ABlockedProject",
                R"({"close":1008,"reason":"Your project has been denied access."})",
                "gst-resource-error-quark/15: ", "blocked the project"},
        Refusal{"AMissingEntityWithoutAHandle",
                R"({"close":1008,"reason":"Requested entity was not found."})",
                "gst-resource-error-quark/3: ", "Check model"},
        Refusal{"AWithdrawnModel",
                R"({"close":1007,"reason":"m is not supported in the live api."})",
                "gst-resource-error-quark/3: ", "Set model to another one"},
        Refusal{"AnErrorInPlaceOfSetupComplete",
                R"({"send":{"error":{"code":404,"status":"NOT_FOUND","message":)"
                R"("Publisher Model `projects/P` was not found or your project does not have )"
                R"(access to it."}}})",
                "gst-resource-error-quark/3: The service reported an error: Publisher Model",
                "(NOT_FOUND, code 404). Check model"},
        Refusal{"AnErrorWithoutKnownWords",
                R"({"send":{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"No."}}})",
                "gst-library-error-quark/5: ", "Check the properties"},
        Refusal{"AListOfErrorsInPlaceOfSetupComplete",
                R"({"send":{"error":[{"code":403,"status":"PERMISSION_DENIED","message":"No."}]}})",
                "gst-resource-error-quark/15: The service reported an error: No. ",
                "(PERMISSION_DENIED, code 403). Check access-token"},
        Refusal{"AnErrorThatIsACode", R"({"send":{"error":403}})",
                "gst-resource-error-quark/15: The service reported an error: code 403. ",
                "Check access-token"},
        Refusal{"AListAsTheMessage",
                R"({"send-text":"[{\"error\":{\"message\":\"API key not valid.\"}}]"})",
                "gst-resource-error-quark/15: ", "API key not valid. Check api-key"},
        Refusal{"AHandleOfTheUsersOwn", R"({"close":1007,"reason":"Invalid session handle"})",
                "gst-library-error-quark/5: ", "Check sessionResumption in the property setup", 2},
        Refusal{"ANormalCloseWithoutAReason", R"({"close":1000,"reason":""})",
                "gst-library-error-quark/5: ", "refuses responseModalities TEXT", 2}),
    [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace gemlive::test
