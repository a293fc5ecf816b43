// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "replay.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

class ReplayTest : public testing::Test {
 protected:
  void make(Replay::Rules rules) {
    replay_ = std::make_unique<Replay>(
        rules, Replay::Accounts{
                   .recycle = [this](input::Chunk chunk) { recycled_ += chunk.samples.size(); },
                   .acknowledged = [this](std::size_t bytes) { acknowledged_ += bytes; },
                   .given_up = [this](std::size_t bytes) { given_up_ += bytes; }});
  }
  /// 100 ms each, told apart by their first byte.
  void say(char name, bool is_loud = true) {
    input::Chunk chunk{.samples = std::vector<std::byte>(3200), .rate = 16000};
    chunk.samples[0] = static_cast<std::byte>(name);
    replay_->sent(std::move(chunk), true, is_loud);
  }
  void quiet(const std::string &names) {
    for (const char name : names)
      say(name, false);
  }
  void loud(const std::string &names) {
    for (const char name : names)
      say(name);
  }
  /// What would be said on a new connection: the names; marks are '|'.
  std::string again() {
    std::string names;
    replay_->rewind();
    while (const auto *item = replay_->next()) {
      const auto *chunk = std::get_if<input::Chunk>(item);
      names += chunk ? static_cast<char>(chunk->samples[0]) : '|';
      replay_->sent_next(true);
    }
    return names;
  }

  std::unique_ptr<Replay> replay_;
  std::size_t recycled_ = 0;
  std::size_t acknowledged_ = 0;
  std::size_t given_up_ = 0;
};

TEST_F(ReplayTest, SpeechIsSaidAgainWithALittleOfTheQuietAroundIt) {
  make({.tail = 300ms});
  quiet("abcdef");
  loud("GH");
  quiet("ijklmn");
  EXPECT_EQ(again(), "efGHijk");
  EXPECT_EQ(again(), "efGHijk") << "and again";
}

TEST_F(ReplayTest, QuietAloneIsNotKept) {
  make({.tail = 300ms});
  quiet("abcdefgh");
  EXPECT_TRUE(replay_->empty());
  EXPECT_EQ(recycled_, 6u * 3200) << "but for what may come before speech";
}

TEST_F(ReplayTest, QuietBetweenWordsIsKept) {
  make({.tail = 300ms});
  loud("A");
  quiet("bcd");
  loud("E");
  EXPECT_EQ(again(), "AbcdE");
}

TEST_F(ReplayTest, MarksStandWhereTheyStood) {
  make({.tail = 0ms});
  replay_->sent(input::ActivityStart{}, true, false);
  loud("A");
  replay_->sent(input::ActivityEnd{}, true, false);
  EXPECT_EQ(again(), "|A|");
}

TEST_F(ReplayTest, BeyondTheLimitTheOldestIsForgotten) {
  make({.limit = 300ms});
  loud("ABCDE");
  EXPECT_EQ(again(), "CDE");
  EXPECT_EQ(recycled_, 2u * 3200);
}

TEST_F(ReplayTest, WhatHasItsAnswerIsForgotten) {
  make({});
  loud("AB");
  replay_->clear();
  EXPECT_TRUE(replay_->empty());
  EXPECT_EQ(again(), "");
  loud("C");
  EXPECT_EQ(again(), "C");
}

TEST_F(ReplayTest, WordsThatAreTooNewForTheAnswerAreKept) {
  make({.tail = 300ms, .silence = 200ms});
  loud("A");
  quiet("bc");
  loud("DE");
  quiet("f");
  replay_->answer_began();  // to A: of D and E the end cannot have been noticed
  quiet("g");
  replay_->settle();
  EXPECT_EQ(again(), "DEfg");
  replay_->answer_began();
  replay_->settle();
  EXPECT_TRUE(replay_->empty());
}

TEST_F(ReplayTest, AnAnswerSettlesOnlyWhatWasSaidOnThisConnection) {
  make({.tail = 300ms});
  loud("AB");
  quiet("cd");
  replay_->rewind();
  replay_->sent_next(true);  // A, and then the kernel takes nothing more
  replay_->answer_began();
  replay_->settle();
  EXPECT_EQ(acknowledged_, 3200u);
  EXPECT_EQ(again(), "Bcd");
}

TEST_F(ReplayTest, AMarkedEndIsNoticedAtOnce) {
  make({});
  replay_->sent(input::ActivityStart{}, true, false);
  loud("A");
  replay_->sent(input::ActivityEnd{}, true, false);
  replay_->answer_began();
  replay_->settle();
  EXPECT_TRUE(replay_->empty());
}

TEST_F(ReplayTest, ExactlyTheRestForAServiceThatSaysWhatItHeard) {
  make({.exact = true});
  quiet("a");
  loud("B");
  replay_->sent_other();  // the third message, of no use later
  quiet("c");
  replay_->heard(2);
  EXPECT_EQ(again(), "c");
  replay_->heard(0);
  EXPECT_EQ(again(), "c");
  loud("D");
  replay_->heard(1);  // counted from 1 on each connection
  EXPECT_EQ(again(), "D");
}

TEST_F(ReplayTest, WhatIsNoMessageIsNotCounted) {
  make({.exact = true});
  replay_->sent(input::EndOfInput{}, false, false);
  loud("AB");
  replay_->heard(1);
  EXPECT_EQ(again(), "B");
}

TEST_F(ReplayTest, OnlyWhatWasSaidAgainCanHaveBeenHeard) {
  make({.exact = true});
  loud("ABC");
  replay_->rewind();
  ASSERT_TRUE(replay_->next());
  replay_->sent_next(true);
  replay_->heard(3);
  EXPECT_EQ(again(), "BC");
}

TEST_F(ReplayTest, WhatIsAnsweredIsAcknowledgedWithTheQuietBeforeIt) {
  make({.tail = 300ms});
  quiet("abcdefgh");
  loud("I");
  quiet("jklmnopq");  // o, p and q wait for words to come
  EXPECT_EQ(acknowledged_, 0u);
  replay_->answer_began();
  replay_->settle();
  EXPECT_EQ(acknowledged_, 15u * 3200);
  replay_->rewind();
  EXPECT_EQ(given_up_, 2u * 3200) << "what waited is not said again";
}

TEST_F(ReplayTest, WhatIsNotSaidAgainIsGivenUp) {
  make({.limit = 200ms, .tail = 100ms});
  quiet("abc");
  loud("DEF");  // D, and the lead, are beyond the limit
  quiet("ghi");
  EXPECT_EQ(again(), "Fg");
  EXPECT_EQ(given_up_, 7u * 3200);
  replay_->clear();
  EXPECT_EQ(given_up_, 9u * 3200);
  EXPECT_EQ(acknowledged_, 0u);
}

TEST_F(ReplayTest, WhateverHappensEachByteHasOneFate) {
  for (const bool exact : {false, true}) {
    make({.exact = exact, .limit = 1s, .tail = 300ms});
    acknowledged_ = given_up_ = 0;
    std::minstd_rand random(7);
    std::size_t sent = 0;
    std::int64_t heard = 0;
    for (int step = 0; step < 20000; ++step) {
      switch (random() % 12) {
        case 0:
          replay_->answer_began();
          break;
        case 1:
          replay_->settle();
          break;
        case 2:
          replay_->heard(heard += static_cast<std::int64_t>(random() % 3));
          break;
        case 3:
          again();
          heard = 0;
          break;
        case 4:
          if (random() % 8 == 0) replay_->clear();
          break;
        case 5:
          replay_->sent_other();
          break;
        case 6:
          replay_->sent(input::ActivityEnd{}, true, false);
          break;
        default:
          say('x', random() % 2 == 0);
          sent += 3200;
      }
      ASSERT_EQ(sent, acknowledged_ + given_up_ + replay_->pending()) << exact << ' ' << step;
    }
    EXPECT_GT(acknowledged_, 0u);
    EXPECT_GT(given_up_, 0u);
  }
}

TEST_F(ReplayTest, BeyondTheLimitItMayStillBeHeard) {
  make({.exact = true, .limit = 200ms});
  loud("ABCD");
  replay_->heard(3);
  EXPECT_EQ(acknowledged_, 3u * 3200);
  replay_->heard(4);
  EXPECT_EQ(acknowledged_, 4u * 3200);
  replay_->rewind();
  EXPECT_EQ(given_up_, 0u);
}

}  // namespace

TEST_F(ReplayTest, TextIsBoundedToo) {
  make({});
  for (int i = 0; i < 64; ++i)
    replay_->sent(input::Content{.message = std::string(1 << 20, 'x')}, 1, false);
  EXPECT_EQ(again().size(), 16u);
  replay_->clear();
  replay_->sent(input::Content{.message = std::string(1 << 20, 'x')}, 1, false);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ReplayTest, WhatIsSeveralMessagesIsCountedSo) {
  make({.exact = true});
  replay_->sent(input::TypedText{"a"}, 2, false);
  replay_->sent(input::TypedText{"b"}, 1, false);
  replay_->heard(1);  // half of the first
  replay_->heard(2);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ReplayTest, WhatIsHeardInPartIsSaidAgain) {
  make({.exact = true});
  replay_->sent(input::TypedText{"a"}, 2, false);
  replay_->heard(1);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ReplayTest, WhoHasCountedOnceIsTakenAtNothingElse) {
  make({.exact = true});
  loud("AB");
  replay_->heard(1);
  replay_->answer_began();
  replay_->settle();
  EXPECT_EQ(again(), "B");
}

}  // namespace gemlive
