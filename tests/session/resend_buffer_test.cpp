// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "resend_buffer.hpp"

#include <gtest/gtest.h>

#include <array>
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
  void say(char name, Sound sound = Sound::speech) {
    input::Chunk chunk{.samples = std::vector<std::byte>(3200), .rate = 16000};
    chunk.samples[0] = static_cast<std::byte>(name);
    number_ = buffer_->store(std::move(chunk), 1, sound);
  }
  void quiet(const std::string &names) {
    for (const char name : names)
      say(name, Sound::silence);
  }
  void noise(const std::string &names) {
    for (const char name : names)
      say(name, Sound::noise);
  }
  void mark(input::Item item) { number_ = buffer_->store(std::move(item), 1, Sound::silence); }
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
  buffer_->store(input::ActivityStart{}, 1, Sound::silence);
  loud("A");
  buffer_->store(input::ActivityEnd{}, 1, Sound::silence);
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
  buffer_->store(input::ActivityStart{}, 1, Sound::silence);
  loud("A");
  buffer_->acknowledge(buffer_->store(input::ActivityEnd{}, 1, Sound::silence));
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
  buffer_->store(input::EndOfInput{}, 0, Sound::silence);
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
  quiet("jklmnopq");  // p and q wait for words to come
  EXPECT_EQ(acknowledged_, 0u);
  buffer_->acknowledge(number_);
  EXPECT_EQ(acknowledged_, 17u * 3200);
  quiet("rst");
  buffer_->rewind();
  EXPECT_EQ(given_up_, 3u * 3200) << "what waited is not said again";
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
          if (random() % 8 == 0) buffer_->give_up(number_ - random() % 3);
          break;
        case 5:
          buffer_->store_other();
          break;
        case 6:
          if (random() % 2 == 0)
            mark(input::ActivityEnd{});
          else
            mark(input::AudioStreamEnd{});
          break;
        default:
          say('x', std::array{Sound::silence, Sound::noise, Sound::speech}[random() % 3]);
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
    buffer_->store(input::Message{.text = std::string(1 << 20, 'x')}, 1, Sound::silence);
  EXPECT_EQ(again().size(), 16u);
  buffer_->give_up(1000);
  buffer_->store(input::Message{.text = std::string(1 << 20, 'x')}, 1, Sound::silence);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, WhatIsSeveralMessagesIsCountedSo) {
  make({.exact = true});
  buffer_->store(input::TypedText{"a"}, 2, Sound::silence);
  buffer_->store(input::TypedText{"b"}, 1, Sound::silence);
  buffer_->acknowledge_message(1);  // half of the first
  buffer_->acknowledge_message(2);
  EXPECT_EQ(again().size(), 1u);
}

TEST_F(ResendBufferTest, WhatIsHeardInPartIsSaidAgain) {
  make({.exact = true});
  buffer_->store(input::TypedText{"a"}, 2, Sound::silence);
  buffer_->acknowledge_message(1);
  EXPECT_EQ(again().size(), 1u);
}

// What was answered, and pure silence, are not sent again, whether the service counts or not.

struct Story {
  const char *name;
  /// Upper case: speech, lower case: silence, digits: noise, '|': AudioStreamEnd, '*': typed text,
  /// '!': all so far is answered, '#': the service has counted all so far.
  const char *events;
  const char *again;        // on the next connection
  const char *exact_again;  // by a service with transparent resumption
};

class Resent : public ResendBufferTest, public testing::WithParamInterface<Story> {
 protected:
  void tell(bool exact) {
    make({.exact = exact, .tail = 300ms});
    std::int64_t messages = 0;
    for (const char event : std::string(GetParam().events)) {
      if (event == '!') {
        buffer_->acknowledge(number_);
      } else if (event == '#') {
        buffer_->acknowledge_message(messages);
      } else if (++messages; event == '|') {
        mark(input::AudioStreamEnd{});
      } else if (event == '*') {
        mark(input::TypedText{"typed"});
      } else {
        say(event, event <= '9' ? Sound::noise : event <= 'Z' ? Sound::speech : Sound::silence);
      }
    }
  }
};

TEST_P(Resent, IsSpeechWithoutAnAnswer) {
  tell(false);
  EXPECT_EQ(again(), GetParam().again);
  EXPECT_EQ(buffer_->empty(), std::string(GetParam().again).empty());
  EXPECT_EQ(again(), GetParam().again) << "and again";
  tell(true);
  EXPECT_EQ(again(), GetParam().exact_again);
  EXPECT_EQ(again(), GetParam().exact_again) << "and again";
}

INSTANTIATE_TEST_SUITE_P(
    ResendBuffer, Resent,
    testing::Values(Story{"SilenceAlone", "abcdefgh", "", ""},
                    Story{"NoiseAlone", "12345678", "", ""},
                    Story{"SilenceSinceTheAnswer", "AB!abcdefgh", "", ""},
                    Story{"TheEndOfAnsweredSpeech", "A!bcdefgh", "", ""},
                    Story{"AnIdlePause", "abc|", "", ""},
                    Story{"AnIdlePauseAfterTheAnswer", "A!bcdefg|", "", ""},
                    Story{"TheEndOfTheAudioAfterTheAnswer", "A!b|", "", ""},
                    Story{"ThePauseThatEndsTheQuestion", "Ab|", "Ab|", "Ab|"},
                    Story{"ThePauseLongAfterTheQuestion", "Abcdefg|", "Abcd", "Abcd"},
                    Story{"TheNextQuestion", "A!bcdefgHij", "fgHij", "fgHij"},
                    Story{"TextInSilence", "abcdef*ghi", "|", "|"},
                    Story{"AnsweredTextBeforeSpeech", "ab*!C", "C", "C"},
                    Story{"SilenceBeforeAnsweredText", "ab*c!defD", "efD", "efD"},
                    Story{"WhatIsCounted", "ABcd#", "ABcd", ""},
                    Story{"SpeechThatIsCountedButNotItsEnd", "A#bc|", "Abc|", "bc|"},
                    Story{"SilenceSinceTheCount", "A#bcdefghi", "Abcd", "bcd"},
                    Story{"NoiseSinceTheCount", "A#bcdefg12", "Abcd", "bcdfg12"},
                    Story{"AnIdlePauseSinceTheCount", "Abcdefg#hijk|", "Abcd", ""}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(ResendBufferTest, SilenceIsCountedMessageByMessage) {
  make({.exact = true, .tail = 0ms});
  loud("A");
  quiet("bcdefghi");
  buffer_->store_other();
  quiet("jkl");
  loud("M");
  quiet("n");
  buffer_->acknowledge_message(5);
  EXPECT_EQ(acknowledged_, 5u * 3200) << "A to e";
  buffer_->acknowledge_message(13);
  EXPECT_EQ(acknowledged_, 12u * 3200) << "the tenth was a picture";
  EXPECT_EQ(again(), "M");
  EXPECT_EQ(given_up_, 1u * 3200) << "n";
}

TEST_F(ResendBufferTest, AnHourOfSilenceIsCountedInLittleMemory) {
  make({.exact = true, .tail = 0ms});
  mark(input::TypedText{"a question"});
  for (int i = 0; i < 36'000 * 4; ++i)
    quiet("x");
  EXPECT_EQ(again(), "|") << "it is not forgotten";
}

TEST_F(ResendBufferTest, WhoHasCountedOnceIsTakenAtNothingElse) {
  make({.exact = true});
  loud("AB");
  buffer_->acknowledge_message(1);
  buffer_->acknowledge(number_);
  EXPECT_EQ(again(), "B");
}

}  // namespace gemlive
