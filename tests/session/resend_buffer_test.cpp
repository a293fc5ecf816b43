// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "resend_buffer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

class ResendBufferTest : public testing::Test {
 protected:
  void make(ResendBuffer::Rules rules) {
    buffer_ = std::make_unique<ResendBuffer>(
        rules, ResendBuffer::Accounts{
                   .recycle = [this](input::Chunk chunk) { recycled_ += chunk.samples.size(); },
                   .acknowledged = [this](std::size_t bytes) { acknowledged_ += bytes; },
                   .given_up = [this](std::size_t bytes) { given_up_ += bytes; }});
  }
  /// 100 ms each, told apart by their first byte.
  void say(char name, bool is_loud = true) {
    input::Chunk chunk{.samples = std::vector<std::byte>(3200), .rate = 16000};
    chunk.samples[0] = static_cast<std::byte>(name);
    number_ = buffer_->store(std::move(chunk), 1, is_loud);
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
    buffer_->rewind();
    while (const auto *item = buffer_->next()) {
      const auto *chunk = std::get_if<input::Chunk>(item);
      names += chunk ? static_cast<char>(chunk->samples[0]) : '|';
      buffer_->resent(1);
    }
    return names;
  }

  std::unique_ptr<ResendBuffer> buffer_;
  ResendBuffer::Sequence number_ = 0;  // of the newest
  std::size_t recycled_ = 0;
  std::size_t acknowledged_ = 0;
  std::size_t given_up_ = 0;
};

TEST_F(ResendBufferTest, SpeechIsSaidAgainWithALittleOfTheQuietAroundIt) {
  make({.tail = 300ms});
  quiet("abcdef");
  loud("GH");
  quiet("ijklmn");
  EXPECT_EQ(again(), "efGHijk");
  EXPECT_EQ(again(), "efGHijk") << "and again";
}

TEST_F(ResendBufferTest, QuietAloneIsNotKept) {
  make({.tail = 300ms});
  quiet("abcdefgh");
  EXPECT_TRUE(buffer_->empty());
  EXPECT_EQ(recycled_, 6u * 3200) << "but for what may come before speech";
}

TEST_F(ResendBufferTest, QuietBetweenWordsIsKept) {
  make({.tail = 300ms});
  loud("A");
  quiet("bcd");
  loud("E");
  EXPECT_EQ(again(), "AbcdE");
}

TEST_F(ResendBufferTest, MarksStandWhereTheyStood) {
  make({.tail = 0ms});
  buffer_->store(input::ActivityStart{}, 1, false);
  loud("A");
  buffer_->store(input::ActivityEnd{}, 1, false);
  EXPECT_EQ(again(), "|A|");
}

TEST_F(ResendBufferTest, BeyondTheLimitTheOldestIsForgotten) {
  make({.limit = 300ms});
  loud("ABCDE");
  EXPECT_EQ(again(), "CDE");
  EXPECT_EQ(recycled_, 2u * 3200);
}

TEST_F(ResendBufferTest, WhatHasItsAnswerIsForgotten) {
  make({});
  loud("AB");
  buffer_->acknowledge(number_);
  EXPECT_TRUE(buffer_->empty());
  EXPECT_EQ(again(), "");
  loud("C");
  EXPECT_EQ(again(), "C");
}

TEST_F(ResendBufferTest, WhatCameLaterIsKept) {
  make({.tail = 300ms});
  loud("A");
  quiet("bc");
  const auto answered = number_;
  loud("DE");
  quiet("f");
  buffer_->acknowledge(answered);
  EXPECT_EQ(again(), "DEf");
  buffer_->acknowledge(number_ + 3);  // the new number of the newest
  EXPECT_TRUE(buffer_->empty());
}

TEST_F(ResendBufferTest, TheQuietBeforeWordsBelongsToThem) {
  make({.tail = 0ms});
  quiet("ab");
  const auto answered = number_;
  loud("C");
  buffer_->acknowledge(answered);
  EXPECT_EQ(again(), "abC");
}

TEST_F(ResendBufferTest, WhatIsSentAgainGetsANewNumber) {
  make({});
  loud("AB");
  EXPECT_EQ(number_, 2u);
  buffer_->rewind();
  EXPECT_EQ(buffer_->resent(1), 3u);
  buffer_->acknowledge(2);
  EXPECT_FALSE(buffer_->empty()) << "on another connection";
  buffer_->acknowledge(3);
  EXPECT_EQ(again(), "B");
}

TEST_F(ResendBufferTest, WhatIsSkippedWaitsForTheNextConnection) {
  make({});
  loud("AB");
  buffer_->rewind();
  buffer_->skip();
  EXPECT_FALSE(buffer_->next());
  EXPECT_EQ(again(), "AB");
  buffer_->rewind();
  buffer_->skip();
  loud("C");
  buffer_->acknowledge(number_);
  EXPECT_TRUE(buffer_->empty());
  EXPECT_EQ(acknowledged_, 3200u);
  EXPECT_EQ(given_up_, 2u * 3200) << "it was not sent again";
}

TEST_F(ResendBufferTest, WhatTheUserWasToldToRepeatIsNotSentAgain) {
  for (const bool exact : {false, true}) {
    make({.exact = exact});
    loud("AB");
    if (exact) buffer_->acknowledge_message(1);
    buffer_->give_up(number_);
    EXPECT_EQ(again(), "");
  }
}

TEST_F(ResendBufferTest, AnAnswerSettlesOnlyWhatWasSaidOnThisConnection) {
  make({.tail = 300ms});
  loud("AB");
  quiet("cd");
  buffer_->rewind();
  buffer_->acknowledge(buffer_->resent(1));  // A, and then the kernel takes nothing more
  EXPECT_EQ(acknowledged_, 3200u);
  EXPECT_EQ(again(), "Bcd");
}

TEST_F(ResendBufferTest, AMarkedEndIsNoticedAtOnce) {
  make({});
  buffer_->store(input::ActivityStart{}, 1, false);
  loud("A");
  buffer_->acknowledge(buffer_->store(input::ActivityEnd{}, 1, false));
  EXPECT_TRUE(buffer_->empty());
}

TEST_F(ResendBufferTest, ExactlyTheRestForAServiceThatSaysWhatItHeard) {
  make({.exact = true});
  quiet("a");
  loud("B");
  buffer_->store_other();  // the third message, of no use later
  quiet("c");
  buffer_->acknowledge_message(2);
  EXPECT_EQ(again(), "c");
  buffer_->acknowledge_message(0);
  EXPECT_EQ(again(), "c");
  loud("D");
  buffer_->acknowledge_message(1);  // counted from 1 on each connection
  EXPECT_EQ(again(), "D");
}

TEST_F(ResendBufferTest, WhatIsNoMessageIsNotCounted) {
  make({.exact = true});
  buffer_->store(input::EndOfInput{}, 0, false);
  loud("AB");
  buffer_->acknowledge_message(1);
  EXPECT_EQ(again(), "B");
}

TEST_F(ResendBufferTest, OnlyWhatWasSaidAgainCanHaveBeenHeard) {
  make({.exact = true});
  loud("ABC");
  buffer_->rewind();
  ASSERT_TRUE(buffer_->next());
  buffer_->resent(1);
  buffer_->acknowledge_message(3);
  EXPECT_EQ(again(), "BC");
}

TEST_F(ResendBufferTest, WhatIsAnsweredIsAcknowledgedWithTheQuietBeforeIt) {
  make({.tail = 300ms});
  quiet("abcdefgh");
  loud("I");
  quiet("jklmnopq");  // o, p and q wait for words to come
  EXPECT_EQ(acknowledged_, 0u);
  buffer_->acknowledge(number_);
  EXPECT_EQ(acknowledged_, 15u * 3200);
  buffer_->rewind();
  EXPECT_EQ(given_up_, 2u * 3200) << "what waited is not said again";
}

TEST_F(ResendBufferTest, WhatIsNotSaidAgainIsGivenUp) {
  make({.limit = 200ms, .tail = 100ms});
  quiet("abc");
  loud("DEF");  // D, and the lead, are beyond the limit
  quiet("ghi");
  EXPECT_EQ(again(), "Fg");
  EXPECT_EQ(given_up_, 7u * 3200);
  buffer_->give_up(100);
  EXPECT_EQ(given_up_, 9u * 3200);
  EXPECT_EQ(acknowledged_, 0u);
}

TEST_F(ResendBufferTest, WhateverHappensEachByteHasOneFate) {
  for (const bool exact : {false, true}) {
    make({.exact = exact, .limit = 1s, .tail = 300ms});
    acknowledged_ = given_up_ = 0;
    std::minstd_rand random(7);
    std::size_t sent = 0;
    std::int64_t heard = 0;
    for (int step = 0; step < 20000; ++step) {
      switch (random() % 12) {
        case 0:
          buffer_->acknowledge(number_ - random() % 3);
          break;
        case 1:
          if (random() % 8 == 0) buffer_->skip();
          break;
        case 2:
          buffer_->acknowledge_message(heard += static_cast<std::int64_t>(random() % 3));
          break;
        case 3:
          again();
          heard = 0;
          break;
        case 4:
          if (random() % 8 == 0) buffer_->give_up(number_);
          break;
        case 5:
          buffer_->store_other();
          break;
        case 6:
          buffer_->store(input::ActivityEnd{}, 1, false);
          break;
        default:
          say('x', random() % 2 == 0);
          sent += 3200;
      }
      ASSERT_EQ(sent, acknowledged_ + given_up_ + buffer_->unacknowledged())
          << exact << ' ' << step;
    }
    EXPECT_GT(acknowledged_, 0u);
    EXPECT_GT(given_up_, 0u);
  }
}

TEST_F(ResendBufferTest, BeyondTheLimitItMayStillBeHeard) {
  make({.exact = true, .limit = 200ms});
  loud("ABCD");
  buffer_->acknowledge_message(3);
  EXPECT_EQ(acknowledged_, 3u * 3200);
  buffer_->acknowledge_message(4);
  EXPECT_EQ(acknowledged_, 4u * 3200);
  buffer_->rewind();
  EXPECT_EQ(given_up_, 0u);
}

}  // namespace

TEST_F(ResendBufferTest, TextIsBoundedToo) {
  make({});
  for (int i = 0; i < 64; ++i)
    buffer_->store(input::Message{.text = std::string(1 << 20, 'x')}, 1, false);
  EXPECT_EQ(again().size(), 16u);
  buffer_->give_up(1000);
  buffer_->store(input::Message{.text = std::string(1 << 20, 'x')}, 1, false);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, WhatIsSeveralMessagesIsCountedSo) {
  make({.exact = true});
  buffer_->store(input::TypedText{"a"}, 2, false);
  buffer_->store(input::TypedText{"b"}, 1, false);
  buffer_->acknowledge_message(1);  // half of the first
  buffer_->acknowledge_message(2);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, WhatIsHeardInPartIsSaidAgain) {
  make({.exact = true});
  buffer_->store(input::TypedText{"a"}, 2, false);
  buffer_->acknowledge_message(1);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, WhoHasCountedOnceIsTakenAtNothingElse) {
  make({.exact = true});
  loud("AB");
  buffer_->acknowledge_message(1);
  buffer_->acknowledge(number_);
  EXPECT_EQ(again(), "B");
}

}  // namespace gemlive
