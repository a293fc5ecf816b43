// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "receiver.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// All that is known of the input's time: offset 0 was said at 3 s.
class ReceiverTranscriptsTest : public testing::Test {
 protected:
  ReceiverTranscriptsTest() { streams->input_transcript.attach(); }

  void begin(bool is_paced) {
    receiver.emplace(
        Receiver::Options{.streams = streams,
                          .counters = counters,
                          .notify = [this](const Notice &notice) { notices.push_back(notice); },
                          .said_at = [](auto offset) -> input::SaidAt {
                            if (offset > 60s) return {};
                            return 3s + offset;
                          },
                          .is_paced = is_paced},
        exchange);
  }
  void take(const ServerEvent &event) { receiver->take(event, {}, now); }
  template <typename Body>
  Body last() const {
    const auto *body = notices.empty() ? nullptr : std::get_if<Body>(&notices.back().body);
    if (body) return *body;
    ADD_FAILURE() << "no such notice";
    return {};
  }
  output::Item next_text() { return streams->input_transcript.wait(1, 0); }

  std::int64_t now = 9'000'000;
  std::vector<Notice> notices;
  std::shared_ptr<OutputStreams> streams = std::make_shared<OutputStreams>();
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  Exchange exchange{{}};
  std::optional<Receiver> receiver;
};

TEST_F(ReceiverTranscriptsTest, TheUsersTextHasTheTimeAtWhichItWasSaid) {
  begin(true);
  take(Transcript{.text = "What", .start_offset = 1000ms, .end_offset = 1500ms});
  const auto notice = last<Transcript>();
  EXPECT_EQ(notice.start_offset, 1000ms) << "as the service says";
  EXPECT_EQ(notice.end_offset, 1500ms);
  const auto item = next_text();
  ASSERT_TRUE(item.said);
  EXPECT_EQ(item.said->at, 4s);
  EXPECT_EQ(item.said->duration, 500ms);
}

TEST_F(ReceiverTranscriptsTest, ATextWithoutAKnownTimeHasThatOfItsArrival) {
  begin(true);
  for (const auto &event : {Transcript{.text = "a"}, Transcript{.text = "a", .end_offset = 1000ms},
                            Transcript{.text = "a", .start_offset = 61'000ms}}) {
    take(event);
    const auto item = next_text();
    EXPECT_FALSE(item.said);
    EXPECT_EQ(item.arrival, now);
    streams->input_transcript.take_text();
  }
  take(Transcript{.text = "a", .start_offset = 2000ms, .end_offset = 1000ms});
  EXPECT_EQ(next_text().said->duration, 0ns) << "it ends before it begins";
}

TEST_F(ReceiverTranscriptsTest, ALateTranscriptHasItsTimeAsWell) {
  begin(true);
  take(Transcript{.text = "a"});
  take(Text{"x"});
  take(TurnComplete{});
  take(Transcript{.text = "late", .start_offset = 500ms});
  output::Item item;
  while ((item = next_text()).kind == output::Kind::turn_end || !item.said) {
    ASSERT_NE(item.kind, output::Kind::timeout);
    item.kind == output::Kind::text ? void(streams->input_transcript.take_text())
                                    : streams->input_transcript.take_mark();
  }
  EXPECT_EQ(item.said->at, 3500ms);
  EXPECT_EQ(item.turn, 1u);
}

TEST_F(ReceiverTranscriptsTest, TheModelsOffsetsAreNotTimesOfTheInput) {
  begin(true);
  streams->output_transcript.attach();
  take(Transcript{.speaker = Speaker::model, .text = "b", .start_offset = 1000ms});
  EXPECT_EQ(last<Transcript>().start_offset, 1000ms);
  EXPECT_FALSE(streams->output_transcript.wait(1, 0).said);
}

TEST_F(ReceiverTranscriptsTest, ActivityIsATimeByTheClock) {
  begin(true);
  take(VoiceActivity{.start = true, .audio_offset = 1000ms});
  EXPECT_TRUE(last<notice::Activity>().start);
  EXPECT_EQ(last<notice::Activity>().since, 5s);
  EXPECT_FALSE(last<notice::Activity>().running_time);
  take(VoiceActivity{.audio_offset = 61'000ms});
  EXPECT_FALSE(last<notice::Activity>().since);
  EXPECT_FALSE(last<notice::Activity>().running_time);
}

TEST_F(ReceiverTranscriptsTest, WithoutPacingActivityIsATimeOfTheInput) {
  begin(false);
  take(VoiceActivity{.start = true, .audio_offset = 1000ms});
  EXPECT_EQ(last<notice::Activity>().running_time, 4s);
  EXPECT_FALSE(last<notice::Activity>().since);
}

TEST_F(ReceiverTranscriptsTest, AnInterimTranscriptIsOnlyReported) {
  begin(true);
  take(InterimTranscript{.text = "Wha\x01", .start_offset = 1000ms, .end_offset = 1200ms});
  const auto interim = last<InterimTranscript>();
  EXPECT_EQ(interim.text, "Wha");
  EXPECT_EQ(interim.end_offset, 1200ms);
  EXPECT_EQ(notices.back().turn, 0u) << "no turn begins";
  EXPECT_EQ(next_text().kind, output::Kind::timeout);
  EXPECT_FALSE(exchange.owed());
}

}  // namespace
}  // namespace gemlive
