// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "setup.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive::simulator {
namespace {

Setup read(const std::string &json) {
  simdjson::dom::parser parser;
  return read_setup(parser.parse(json), 800);
}

TEST(Setup, HasTheServicesDefaults) {
  const auto setup = read(R"({"model":"models/m"})");
  EXPECT_EQ(setup.model, "models/m");
  EXPECT_FALSE(setup.text);
  EXPECT_TRUE(setup.automatic);
  EXPECT_TRUE(setup.interruptible);
  EXPECT_FALSE(setup.resumption);
  EXPECT_EQ(setup.speech.silence_duration, 800);
}

TEST(Setup, IsReadInBothCases) {
  const auto setup = read(R"({"model":"models/m",
      "generation_config":{"response_modalities":["text"]},
      "realtimeInputConfig":{"activityHandling":"NO_INTERRUPTION","automatic_activity_detection":
        {"disabled":true,"silenceDurationMs":"300","startOfSpeechSensitivity":"START_SENSITIVITY_HIGH"}},
      "inputAudioTranscription":{},"sessionResumption":{"handle":"h","transparent":true},
      "historyConfig":{"initialHistoryInClientContent":true}})");
  EXPECT_TRUE(setup.text);
  EXPECT_FALSE(setup.automatic);
  EXPECT_FALSE(setup.interruptible);
  EXPECT_TRUE(setup.input_transcription);
  EXPECT_FALSE(setup.output_transcription);
  EXPECT_TRUE(setup.history_first);
  EXPECT_TRUE(setup.resumption && setup.transparent);
  EXPECT_EQ(setup.handle, "h");
  EXPECT_EQ(setup.speech.silence_duration, 300);
  EXPECT_LT(setup.speech.threshold, SpeechSettings{}.threshold);
}

TEST(Setup, IsRefusedAsTheServiceDoes) {
  const auto code = [](const char *model, Service service, bool bad_key = false) {
    const auto refusal = check_access({.model = model}, service, bad_key);
    return refusal ? refusal->code : 0;
  };
  EXPECT_EQ(code("models/m", Service::developer), 0);
  EXPECT_EQ(code("models/m", Service::developer, true), 1007);
  EXPECT_EQ(code("m", Service::developer), 1007);
  EXPECT_EQ(code("models/nope", Service::developer), 1008);
  EXPECT_EQ(code("models/lyria-realtime-exp", Service::developer), 1008) << "music";
  EXPECT_EQ(code("publishers/google/models/m", Service::vertex), 0);
  EXPECT_EQ(code("models/m", Service::vertex), 1007);
  EXPECT_EQ(code("projects/None/locations/l/publishers/google/models/m", Service::vertex), 1008);
  EXPECT_EQ(code("publishers/google/models/nope", Service::vertex), 1007);
}

TEST(Setup, SummaryHidesTheHandle) {
  const auto line =
      summary(read(R"({"model":"models/m","sessionResumption":{"handle":"s3cret"}})"));
  EXPECT_NE(line.find("resumed"), std::string::npos);
  EXPECT_EQ(line.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::simulator
