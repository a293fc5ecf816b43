// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A conversation that begins in one process and continues in another: examples/c/voice-gateway.c,
// twice.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "program.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class VoiceGateway : public ::testing::Test {
 protected:
  /// A process of the gateway. Its line brings a question, and then silence until the process ends.
  Program start(const std::string &reply) {
    const auto input = "filesrc location=" + question.path() +
                       " ! wavparse ! line. audiotestsrc wave=silence ! audio/x-raw,format=S16LE,"
                       "rate=16000,channels=1 ! line. concat name=line";
    return Program({example_program("c/voice-gateway"), handle_file(), input,
                    "wavenc ! filesink location=" + reply},
                   {{"GEMLIVE_URI", simulator.uri()}});
  }
  std::string handle_file() const { return folder / "handle"; }
  static bool has_audio(const std::string &reply, const std::string &said) {
    return !said.empty() && wav_samples(reply).find(said) != std::string::npos;
  }
  std::string said(int session) { return as_string(simulator.said(session)); }
  bool heard_question(int session) {
    return as_string(simulator.heard(session)).find(loud(600ms)) != std::string::npos;
  }
  /// What the setup of a session says about its handle, as JSON. Empty: nothing.
  std::string handle_in_setup(int session) {
    const auto setup = simulator.wait_event([session](const ServerEvent &event) {
      return event.type == "setup" && event.session == session;
    });
    return setup ? setup->json_at("/setup/sessionResumption/handle") : "no setup";
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "300", "--speed", "0", "--turn-complete", "now"}};
  TempFolder folder;
  TempFile question{wav(loud(600ms)), ".wav"};
  const std::string first_reply = folder / "first.wav";
  const std::string second_reply = folder / "second.wav";
};

TEST_F(VoiceGateway, EndsAtSigtermAndItsConversationContinuesInAnotherProcess) {
  auto first = start(first_reply);
  EXPECT_TRUE(first.prints("Connected: a new conversation"));
  EXPECT_TRUE(first.prints("The answer is complete"));
  first.send_signal(SIGTERM);
  EXPECT_EQ(first.status(), 0);
  EXPECT_EQ(handle_in_setup(1), "");
  EXPECT_TRUE(has_audio(first_reply, said(1)));
  const auto handle = read_file(handle_file());
  ASSERT_NE(handle, "");
  EXPECT_EQ(std::filesystem::status(handle_file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  auto second = start(second_reply);
  EXPECT_TRUE(second.prints("Connected: the conversation continues"));
  EXPECT_TRUE(second.prints("The answer is complete"));
  second.send_signal(SIGTERM);
  EXPECT_EQ(second.status(), 0);
  EXPECT_EQ(handle_in_setup(2), "\"(hidden)\"");
  EXPECT_TRUE(heard_question(1));
  EXPECT_TRUE(heard_question(2));
  EXPECT_TRUE(has_audio(second_reply, said(2)));
  EXPECT_NE(read_file(handle_file()), handle) << "the second process has a newer handle";
}

TEST_F(VoiceGateway, ContinuesInAnotherProcessWhenItIsKilled) {
  auto first = start(first_reply);
  EXPECT_TRUE(first.prints("The answer is complete"));
  first.send_signal(SIGKILL);
  EXPECT_EQ(first.status(), -1);
  auto second = start(second_reply);
  EXPECT_TRUE(second.prints("Connected: the conversation continues"));
  EXPECT_TRUE(second.prints("The answer is complete"));
  second.send_signal(SIGTERM);
  EXPECT_EQ(second.status(), 0);
  EXPECT_TRUE(has_audio(second_reply, said(2)));
}

TEST_F(VoiceGateway, BeginsAgainWhenTheServiceDoesNotKnowTheHandle) {
  folder.write("handle", "from another service");
  auto gateway = start(first_reply);
  EXPECT_TRUE(gateway.prints("Connected: a new conversation"));
  EXPECT_TRUE(gateway.prints("The answer is complete"));
  gateway.send_signal(SIGTERM);
  EXPECT_EQ(gateway.status(), 0);
  EXPECT_NE(read_file(handle_file()), "from another service");
}

}  // namespace
}  // namespace gemlive::test
