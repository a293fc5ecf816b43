// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-talk with PipeWire. It has a device of its own while there is none.

#include "talk_fixture.hpp"

namespace gemlive::test {
namespace {

class TalkPipeWire : public TalkFixture {
 protected:
  TalkPipeWire() : TalkFixture(SoundSystem::PipeWire) {}
};

TEST_F(TalkPipeWire, SpeaksAndIsAnswered) {
  start_conversation();
  expect_answer();
  terminal->press({"q"});
  EXPECT_EQ(terminal->status(), 0) << told();
  EXPECT_EQ(read_file(errors()), "");
}

TEST_F(TalkPipeWire, BargesIn) {
  serve(20000);
  start_conversation();
  expect_barge_in();
}

TEST_F(TalkPipeWire, TakesADeviceByAPartOfItsName) {
  start_conversation("--input 'monitor of mic' --output speaker");
  sound.speak(question());
  EXPECT_TRUE(plays(1000)) << loud_duration(sound.recorded()) << told();
}

TEST_F(TalkPipeWire, AHeadsetIsUnpluggedAndComesBack) {
  start_conversation();
  expect_answer();  // so that it knows its loudspeaker
  sound.remove_microphone();
  sound.remove_loudspeaker();
  EXPECT_TRUE(terminal->shows("* The loudspeaker is now ")) << told();
  sound.add_loudspeaker();
  sound.add_microphone();
  EXPECT_TRUE(terminal->shows("* The loudspeaker is now speaker")) << told();
  EXPECT_TRUE(wait_until([this] {
    return sound.is_playing_to("speaker") && sound.is_recording_from("mic.monitor");
  })) << told();
  ASSERT_TRUE(service->wait_event("turn-complete")) << told();
  sound.record();
  sound.speak(question());
  EXPECT_TRUE(plays(1950)) << loud_duration(sound.recorded()) << " ms of 2000" << told();
}

}  // namespace
}  // namespace gemlive::test
