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
    resend_buffer_ = std::make_unique<ResendBuffer>(
        rules, ResendBuffer::Callbacks{
                   .recycle = [this](input::Chunk chunk) { recycled_ += chunk.samples.size(); },
                   .acknowledge = [this](std::size_t bytes) { acknowledged_ += bytes; },
                   .give_up = [this](std::size_t bytes) { given_up_ += bytes; }});
  }
  /// Adds 100 ms of audio. Its first byte is its name.
  void say(char name, bool is_loud = true) {
    input::Chunk chunk{.samples = std::vector<std::byte>(3200), .rate = 16000};
    chunk.samples[0] = static_cast<std::byte>(name);
    resend_buffer_->add(std::move(chunk), true, is_loud);
  }
  void quiet(const std::string &names) {
    for (const char name : names)
      say(name, false);
  }
  void loud(const std::string &names) {
    for (const char name : names)
      say(name);
  }
  /// Resends everything on a new connection. Returns the names; marks are '|'.
  std::string again() {
    std::string names;
    resend_buffer_->rewind();
    while (const auto *item = resend_buffer_->next()) {
      const auto *chunk = std::get_if<input::Chunk>(item);
      names += chunk ? static_cast<char>(chunk->samples[0]) : '|';
      resend_buffer_->mark_resent(true);
    }
    return names;
  }

  std::unique_ptr<ResendBuffer> resend_buffer_;
  std::size_t recycled_ = 0;
  std::size_t acknowledged_ = 0;
  std::size_t given_up_ = 0;
};

TEST_F(ResendBufferTest, SpeechIsResentWithALittleOfTheQuietAroundIt) {
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
  EXPECT_TRUE(resend_buffer_->empty());
  EXPECT_EQ(recycled_, 6u * 3200) << "but for what may come before speech";
}

TEST_F(ResendBufferTest, QuietBetweenWordsIsKept) {
  make({.tail = 300ms});
  loud("A");
  quiet("bcd");
  loud("E");
  EXPECT_EQ(again(), "AbcdE");
}

TEST_F(ResendBufferTest, MarksKeepTheirPlace) {
  make({.tail = 0ms});
  resend_buffer_->add(input::ActivityStart{}, true, false);
  loud("A");
  resend_buffer_->add(input::ActivityEnd{}, true, false);
  EXPECT_EQ(again(), "|A|");
}

TEST_F(ResendBufferTest, BeyondTheLimitTheOldestIsDropped) {
  make({.limit = 300ms});
  loud("ABCDE");
  EXPECT_EQ(again(), "CDE");
  EXPECT_EQ(recycled_, 2u * 3200);
}

TEST_F(ResendBufferTest, AnsweredInputIsDropped) {
  make({});
  loud("AB");
  resend_buffer_->clear();
  EXPECT_TRUE(resend_buffer_->empty());
  EXPECT_EQ(again(), "");
  loud("C");
  EXPECT_EQ(again(), "C");
}

TEST_F(ResendBufferTest, SpeechThatIsTooNewForTheAnswerIsKept) {
  make({.tail = 300ms, .silence = 200ms});
  loud("A");
  quiet("bc");
  loud("DE");
  quiet("f");
  resend_buffer_->begin_answer();  // to A: the end of D and E cannot have been detected
  quiet("g");
  resend_buffer_->acknowledge_answered();
  EXPECT_EQ(again(), "DEfg");
  resend_buffer_->begin_answer();
  resend_buffer_->acknowledge_answered();
  EXPECT_TRUE(resend_buffer_->empty());
}

TEST_F(ResendBufferTest, AnAnswerAcknowledgesOnlyInputOfThisConnection) {
  make({.tail = 300ms});
  loud("AB");
  quiet("cd");
  resend_buffer_->rewind();
  resend_buffer_->mark_resent(true);  // A; then the transport is full
  resend_buffer_->begin_answer();
  resend_buffer_->acknowledge_answered();
  EXPECT_EQ(acknowledged_, 3200u);
  EXPECT_EQ(again(), "Bcd");
}

TEST_F(ResendBufferTest, AMarkedEndEndsSpeechAtOnce) {
  make({});
  resend_buffer_->add(input::ActivityStart{}, true, false);
  loud("A");
  resend_buffer_->add(input::ActivityEnd{}, true, false);
  resend_buffer_->begin_answer();
  resend_buffer_->acknowledge_answered();
  EXPECT_TRUE(resend_buffer_->empty());
}

TEST_F(ResendBufferTest, AServiceThatAcknowledgesByIndexGetsExactlyTheRest) {
  make({.exact = true});
  quiet("a");
  loud("B");
  resend_buffer_->add_other();  // the third message, never resent
  quiet("c");
  resend_buffer_->acknowledge(2);
  EXPECT_EQ(again(), "c");
  resend_buffer_->acknowledge(0);
  EXPECT_EQ(again(), "c");
  loud("D");
  resend_buffer_->acknowledge(1);  // counted from 1 on each connection
  EXPECT_EQ(again(), "D");
}

TEST_F(ResendBufferTest, AnItemWithoutAMessageIsNotCounted) {
  make({.exact = true});
  resend_buffer_->add(input::EndOfInput{}, false, false);
  loud("AB");
  resend_buffer_->acknowledge(1);
  EXPECT_EQ(again(), "B");
}

TEST_F(ResendBufferTest, OnlyResentEntriesCanBeAcknowledged) {
  make({.exact = true});
  loud("ABC");
  resend_buffer_->rewind();
  ASSERT_TRUE(resend_buffer_->next());
  resend_buffer_->mark_resent(true);
  resend_buffer_->acknowledge(3);
  EXPECT_EQ(again(), "BC");
}

TEST_F(ResendBufferTest, AnsweredSpeechIsAcknowledgedWithTheQuietBeforeIt) {
  make({.tail = 300ms});
  quiet("abcdefgh");
  loud("I");
  quiet("jklmnopq");  // o, p and q wait for speech
  EXPECT_EQ(acknowledged_, 0u);
  resend_buffer_->begin_answer();
  resend_buffer_->acknowledge_answered();
  EXPECT_EQ(acknowledged_, 15u * 3200);
  resend_buffer_->rewind();
  EXPECT_EQ(given_up_, 2u * 3200) << "what waited is not said again";
}

TEST_F(ResendBufferTest, AudioThatIsNotResentIsGivenUp) {
  make({.limit = 200ms, .tail = 100ms});
  quiet("abc");
  loud("DEF");  // D and the preroll are beyond the limit
  quiet("ghi");
  EXPECT_EQ(again(), "Fg");
  EXPECT_EQ(given_up_, 7u * 3200);
  resend_buffer_->clear();
  EXPECT_EQ(given_up_, 9u * 3200);
  EXPECT_EQ(acknowledged_, 0u);
}

TEST_F(ResendBufferTest, EachByteIsAcknowledgedOrGivenUpOnce) {
  for (const bool exact : {false, true}) {
    make({.exact = exact, .limit = 1s, .tail = 300ms});
    acknowledged_ = given_up_ = 0;
    std::minstd_rand random(7);
    std::size_t sent = 0;
    std::int64_t heard = 0;
    for (int step = 0; step < 20000; ++step) {
      switch (random() % 12) {
        case 0:
          resend_buffer_->begin_answer();
          break;
        case 1:
          resend_buffer_->acknowledge_answered();
          break;
        case 2:
          resend_buffer_->acknowledge(heard += static_cast<std::int64_t>(random() % 3));
          break;
        case 3:
          again();
          heard = 0;
          break;
        case 4:
          if (random() % 8 != 0) break;
          resend_buffer_->clear();
          resend_buffer_->rewind();
          heard = 0;
          ASSERT_EQ(sent, acknowledged_ + given_up_) << exact << ' ' << step;
          break;
        case 5:
          resend_buffer_->add_other();
          break;
        case 6:
          resend_buffer_->add(input::ActivityEnd{}, true, false);
          break;
        default:
          say('x', random() % 2 == 0);
          sent += 3200;
      }
      ASSERT_LE(acknowledged_ + given_up_, sent) << exact << ' ' << step;
    }
    EXPECT_GT(acknowledged_, 0u);
    EXPECT_GT(given_up_, 0u);
  }
}

TEST_F(ResendBufferTest, DroppedEntriesCanStillBeAcknowledged) {
  make({.exact = true, .limit = 200ms});
  loud("ABCD");
  resend_buffer_->acknowledge(3);
  EXPECT_EQ(acknowledged_, 3u * 3200);
  resend_buffer_->acknowledge(4);
  EXPECT_EQ(acknowledged_, 4u * 3200);
  resend_buffer_->rewind();
  EXPECT_EQ(given_up_, 0u);
}

}  // namespace

TEST_F(ResendBufferTest, TextIsLimitedToo) {
  make({});
  for (int i = 0; i < 64; ++i)
    resend_buffer_->add(input::Content{.message = std::string(1 << 20, 'x')}, 1, false);
  EXPECT_EQ(again().size(), 16u);
  resend_buffer_->clear();
  resend_buffer_->add(input::Content{.message = std::string(1 << 20, 'x')}, 1, false);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, AnItemOfSeveralMessagesCountsAllOfThem) {
  make({.exact = true});
  resend_buffer_->add(input::TypedText{"a"}, 2, false);
  resend_buffer_->add(input::TypedText{"b"}, 1, false);
  resend_buffer_->acknowledge(1);  // half of the first
  resend_buffer_->acknowledge(2);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, AnItemAcknowledgedInPartIsResent) {
  make({.exact = true});
  resend_buffer_->add(input::TypedText{"a"}, 2, false);
  resend_buffer_->acknowledge(1);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, AfterAnIndexAnAnswerAcknowledgesNothing) {
  make({.exact = true});
  loud("AB");
  resend_buffer_->acknowledge(1);
  resend_buffer_->begin_answer();
  resend_buffer_->acknowledge_answered();
  EXPECT_EQ(again(), "B");
}

}  // namespace gemlive
