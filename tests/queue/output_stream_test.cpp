// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_stream.hpp"
#include "output_backlog.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <future>
#include <random>
#include <vector>

#include "allocations.hpp"
#include "base64.hpp"
#include "counting.hpp"
#include "pcm.hpp"
#include "wait.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using test::Bytes;
using test::counting;
using test::encoded;
using test::message_of;
using Kind = output::Kind;

constexpr int rate = 24000;

std::atomic<int> warnings = 0;

struct OutputStreamTest : testing::Test {
  OutputStreamTest() { EXPECT_TRUE(stream.attach()); }

  /// Pushes audio inside a message that contains little else.
  bool push_text64(std::string_view text, unsigned turn = 1, int at_rate = rate) {
    const auto message = message_of("{\"data\":\"" + std::string(text) + "\"}");
    return stream.push_audio(message, message.bytes().substr(9, text.size()), at_rate, arrival,
                             turn) == output::PushResult::ok;
  }
  bool push(std::span<const std::byte> bytes, unsigned turn = 1, int at_rate = rate) {
    return push_text64(encoded(bytes), turn, at_rate);
  }
  void count_warnings() {
    warnings = 0;
    stream.set_log(Log({.is_enabled = [](Log::Topic, Log::Level) { return true; },
                        .write = [](Log::Topic, Log::Level, const char *) { ++warnings; }}));
  }
  output::Item head(std::size_t want = 960) { return stream.wait(want, g_get_monotonic_time()); }
  Bytes read(std::size_t want = 960) {
    const auto next = head(want);
    Bytes bytes(next.kind == Kind::audio ? next.bytes : 0);
    bytes.resize(stream.read(bytes));
    EXPECT_TRUE(balanced());
    return bytes;
  }
  Bytes read_all(std::size_t want = 960) {
    Bytes all;
    while (head(want).kind == Kind::audio) {
      const auto some = read(want);
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
  bool balanced() {
    const auto stats = stream.stats();
    return stats.came == stats.taken + stats.discarded + stats.dropped + stats.held &&
           stats.discarded == stats.interrupted + stats.untaken + stats.skipped &&
           stats.dropped == stats.overflowed + stats.invalid;
  }

  OutputStream stream;
  std::int64_t arrival = 5;
};

TEST_F(OutputStreamTest, SkippedAudioIsCountedAndNotHeard) {
  push(counting(1920));
  EXPECT_EQ(head().held, 1920u);
  EXPECT_EQ(read().size(), 960u);
  stream.skip_read(960, true);
  EXPECT_EQ(read(480).size(), 480u);
  stream.skip_read(480, false);
  EXPECT_EQ(read(480).size(), 480u);
  EXPECT_TRUE(balanced());
  EXPECT_EQ(stream.stats().skipped, 1440u);
  EXPECT_EQ(stream.stats().taken, 480u);
  EXPECT_EQ(stream.missed(1), 30ms);
  auto skipped = stream.take_skipped();
  EXPECT_EQ(skipped.duration, 30ms);
  EXPECT_EQ(skipped.audible, 20ms);
  skipped = stream.take_skipped();
  EXPECT_EQ(skipped.duration, 0ms) << "told once";
}

TEST_F(OutputStreamTest, AnItemCanGrowByWhatHasArrivedSince) {
  push(counting(960));
  EXPECT_EQ(head().bytes, 960u);
  EXPECT_EQ(stream.extend(1920), 960u) << "nothing more is there";
  push(counting(480));
  EXPECT_EQ(stream.extend(1920), 1440u);
  push(counting(960));
  EXPECT_EQ(stream.extend(1920), 1920u) << "and no more than that";
  Bytes bytes(4096);
  EXPECT_EQ(stream.read(bytes), 1920u);
  EXPECT_EQ(stream.extend(1920), 480u) << "what is left";
  EXPECT_TRUE(balanced());
}

TEST_F(OutputStreamTest, AnItemDoesNotGrowIntoTheNextTurn) {
  push(counting(480), 1);
  push(counting(960), 2);
  EXPECT_EQ(head().bytes, 480u);
  EXPECT_EQ(stream.extend(1920), 480u);
  EXPECT_EQ(read().size(), 480u);
  EXPECT_EQ(head(96).turn, 2u);
  EXPECT_EQ(stream.extend(1920), 960u);
}

TEST_F(OutputStreamTest, AnItemThatWasInterruptedDoesNotGrow) {
  push(counting(960));
  EXPECT_EQ(head().bytes, 960u);
  stream.interrupt(false);
  push(counting(960), 2);
  EXPECT_EQ(stream.extend(1920), 0u);
  Bytes bytes(1920);
  EXPECT_EQ(stream.read(bytes), 0u);
  EXPECT_EQ(head().kind, Kind::interrupted);
}

TEST_F(OutputStreamTest, AnEndedConsumerGetsTheQueueAndCanAttachAgain) {
  push(counting(960));
  stream.end_after_queued();
  push(counting(960));
  EXPECT_EQ(read_all(), counting(960));
  EXPECT_EQ(head().kind, Kind::end);
  stream.detach();
  ASSERT_TRUE(stream.attach());
  push(counting(96));
  EXPECT_EQ(read_all(), counting(96));
}

TEST_F(OutputStreamTest, AnItemHasItsArrivalAndPosition) {
  push(counting(960), 3, 16000);
  const auto next = head(480);
  EXPECT_EQ(next.kind, Kind::audio);
  EXPECT_EQ(next.bytes, 480u);
  EXPECT_EQ(next.rate, 16000);
  EXPECT_EQ(next.turn, 3u);
  EXPECT_EQ(next.arrival, 5);
}

TEST_F(OutputStreamTest, WaitsForTheWantedBytes) {
  push(counting(600));
  auto waiter = std::async(std::launch::async, [&] { return stream.wait(960, std::nullopt); });
  push(counting(600, 600));
  ASSERT_EQ(waiter.wait_for(test::patience), std::future_status::ready);
  EXPECT_EQ(waiter.get().bytes, 960u);
}

TEST_F(OutputStreamTest, PeekingNeedsTheWantedBytesToo) {
  push(counting(600));
  EXPECT_EQ(stream.peek(960).kind, Kind::timeout);
  push(counting(600, 600));
  EXPECT_EQ(stream.peek(960).bytes, 960u);
  Bytes out(960);
  EXPECT_EQ(stream.read(out), 960u);
  stream.finish();
  EXPECT_EQ(stream.peek(960).bytes, 240u);
}

TEST_F(OutputStreamTest, PeekingFindsMarksAndStates) {
  stream.end_turn(0ns);
  EXPECT_EQ(stream.peek(960).kind, Kind::turn_end);
  stream.set_flushing(true);
  EXPECT_EQ(stream.peek(960).kind, Kind::flushing);
  stream.set_flushing(false);
  stream.take_mark();
  EXPECT_EQ(stream.peek(960).kind, Kind::turn_end);
  stream.take_mark();
  EXPECT_EQ(stream.peek(960).kind, Kind::timeout);
  stream.finish();
  EXPECT_EQ(stream.peek(960).kind, Kind::end);
}

TEST_F(OutputStreamTest, ReturnsLessAtTheEndOfATurn) {
  push(counting(600));
  stream.end_turn();
  const auto next = stream.wait(960, std::nullopt);
  EXPECT_EQ(next.kind, Kind::audio);
  EXPECT_EQ(next.bytes, 600u);
  EXPECT_EQ(read(), counting(600));
  EXPECT_EQ(stream.wait(960, std::nullopt).kind, Kind::turn_end);
}

TEST_F(OutputStreamTest, ReturnsLessWhereTheRateOrTheTurnChanges) {
  push(counting(600));
  push(counting(100), 1, 16000);
  push(counting(50), 2, 16000);
  stream.finish();
  EXPECT_EQ(stream.wait(960, std::nullopt).bytes, 600u);
  EXPECT_EQ(read(), counting(600));
  EXPECT_EQ(stream.wait(960, std::nullopt).bytes, 100u);
  EXPECT_EQ(read(), counting(100));
  EXPECT_EQ(stream.wait(960, std::nullopt).bytes, 50u);
  EXPECT_EQ(read(), counting(50));
  EXPECT_EQ(stream.wait(960, std::nullopt).kind, Kind::end);
  EXPECT_EQ(stream.wait(960, std::nullopt).kind, Kind::end);
}

TEST_F(OutputStreamTest, ReturnsLessAudioOrATimeoutAtTheDeadline) {
  EXPECT_EQ(head().kind, Kind::timeout);
  push(counting(31));
  EXPECT_EQ(head().bytes, 30u);
  EXPECT_EQ(read(), counting(30));
  EXPECT_EQ(head().kind, Kind::timeout) << "half a sample";
  push(counting(1, 31));
  EXPECT_EQ(read(), (Bytes{counting(31)[30], counting(1, 31)[0]}));
}

TEST_F(OutputStreamTest, AnInterruptionReturnsTheDroppedDuration) {
  push(counting(4800));
  push(counting(960), 1, 16000);
  read();
  EXPECT_EQ(stream.interrupt(false), 80ms + 30ms);
  EXPECT_EQ(head().kind, Kind::interrupted);
  stream.take_mark();
  EXPECT_EQ(head().kind, Kind::timeout);
  const auto stats = stream.stats();
  EXPECT_EQ(stats.taken, 960u);
  EXPECT_EQ(stats.discarded, 4800u);
  EXPECT_EQ(stats.held, 0u);
}

TEST_F(OutputStreamTest, AnInterruptionThatKeepsIsBehindTheQueue) {
  push(counting(960));
  EXPECT_EQ(stream.interrupt(true), 0ns);
  EXPECT_EQ(read(), counting(960));
  EXPECT_EQ(head().kind, Kind::interrupted);
}

TEST_F(OutputStreamTest, AnInterruptionBetweenWaitAndReadWins) {
  Bytes out(960);
  push(counting(960));
  EXPECT_EQ(head().kind, Kind::audio);
  stream.interrupt(false);
  push(counting(960, 7), 2);
  EXPECT_EQ(stream.read(out), 0u);
  EXPECT_EQ(head().kind, Kind::interrupted);
  stream.interrupt(false);
  stream.take_mark();
  EXPECT_EQ(head().kind, Kind::interrupted) << "a newer one has not been seen yet";
  stream.take_mark();

  stream.push_text("old", 1, 2);
  EXPECT_EQ(head().kind, Kind::text);
  stream.interrupt(false);
  stream.push_text("new", 1, 3);
  EXPECT_EQ(stream.take_text(), "");
}

TEST_F(OutputStreamTest, ReadingWithoutWaitingReadsNothing) {
  Bytes out(960);
  push(counting(960));
  EXPECT_EQ(stream.read(out), 0u);
  stream.take_mark();
  EXPECT_EQ(stream.take_text(), "");
  EXPECT_EQ(read(), counting(960));
}

TEST_F(OutputStreamTest, TextAndMarksComeInOrder) {
  stream.push_text("one", 7, 1);
  stream.push_text("", 8, 1);
  stream.end_turn();
  stream.end_turn();
  stream.push_text("two", 9, 2);
  EXPECT_EQ(head().turn, 1u);
  EXPECT_EQ(stream.take_text(), "one");
  EXPECT_EQ(head().kind, Kind::turn_end);
  stream.take_mark();
  const auto next = head();
  EXPECT_EQ(next.kind, Kind::text);
  EXPECT_EQ(next.arrival, 9);
  EXPECT_EQ(stream.take_text(), "two");
  EXPECT_EQ(head().kind, Kind::timeout);
}

TEST_F(OutputStreamTest, WithoutAConsumerAudioIsCountedAndDropped) {
  stream.detach();
  push(counting(960));
  stream.push_text("text", 1, 1);
  stream.end_turn();
  EXPECT_EQ(stream.stats().came, 960u);
  EXPECT_EQ(stream.stats().discarded, 960u);
  EXPECT_EQ(stream.stats().held, 0u);
  EXPECT_TRUE(stream.attach());
  EXPECT_FALSE(stream.attach());
  EXPECT_EQ(head().kind, Kind::timeout);
  push(counting(960));
  EXPECT_EQ(read(), counting(960));
}

TEST_F(OutputStreamTest, DetachingDiscardsTheQueue) {
  push(counting(960));
  stream.detach();
  EXPECT_EQ(stream.stats().discarded, 960u);
  EXPECT_TRUE(balanced());
}

TEST_F(OutputStreamTest, FlushingLosesNothing) {
  push(counting(960));
  stream.set_flushing(true);
  EXPECT_EQ(stream.wait(960, std::nullopt).kind, Kind::flushing);
  stream.set_flushing(false);
  EXPECT_EQ(read(), counting(960));
}

TEST_F(OutputStreamTest, FlushingWakesTheConsumer) {
  auto waiter = std::async(std::launch::async, [&] { return stream.wait(960, std::nullopt); });
  stream.set_flushing(true);
  ASSERT_EQ(waiter.wait_for(test::patience), std::future_status::ready);
  EXPECT_EQ(waiter.get().kind, Kind::flushing);
}

TEST_F(OutputStreamTest, InvalidBase64IsSkippedAndLoggedOnce) {
  count_warnings();
  // Different branches detect each: in a slice, in the last group, as padding inside.
  for (const auto *bad : {"AAAA*AAAAAAAAAAA", "AAAAAAAAAAAAAAA*", "AA==AAAAAAAAAAAA",
                          "AAAAAAA=AAAAAAAA", "AAAAAAAAAAAAAA=A"}) {
    EXPECT_TRUE(push_text64(bad));
    push(counting(96), 1);
    const auto came = read_all(6);
    EXPECT_LE(came.size(), 12u + 96u);
    EXPECT_EQ(Bytes(came.end() - 96, came.end()), counting(96)) << bad;
    stream.end_turn();
    EXPECT_EQ(head().kind, Kind::turn_end) << bad;
    stream.take_mark();
    EXPECT_EQ(stream.stats().held, 0u);
  }
  EXPECT_GT(stream.stats().dropped, 0u);
  EXPECT_EQ(warnings, 1);
}

TEST_F(OutputStreamTest, CapacityCountsTheMessagesThatAreKept) {
  const auto piece = counting(1 << 20);
  const auto text = encoded(piece);
  std::size_t kept = 0;
  while (kept < 1000 && push_text64(text))
    ++kept;
  EXPECT_EQ(kept, OutputBacklog::capacity / (piece.size() + 100)) << "decoded";
  EXPECT_EQ(stream.stats().dropped, piece.size());
  read(1 << 20);
  EXPECT_TRUE(push(piece)) << "there is room again";
}

/// The longest answer that a service can give: 64k tokens, 25 a second, at 24 kHz.
struct LongAnswer : OutputStreamTest {
  static constexpr std::size_t longest = 65536 / 25 * 48000;
  static constexpr std::size_t piece = 9601;  // half samples are carried over
  static constexpr std::size_t pieces = 64;

  LongAnswer() {
    for (std::size_t i = 0; i < pieces; ++i) {
      const auto bytes = counting(piece, i * piece);
      period.insert(period.end(), bytes.begin(), bytes.end());
      messages.push_back(message_of(encoded(bytes)));
    }
    period.insert(period.end(), period.begin(), period.begin() + 4096);  // for the comparison
  }
  bool push_next() {
    const auto &message = messages[pushed / piece % pieces];
    if (stream.push_audio(message, message.bytes(), rate, arrival, 1) != output::PushResult::ok)
      return false;
    pushed += piece;
    return true;
  }
  /// Whether the next bytes are those that were pushed.
  bool read_up_to(std::size_t end) {
    Bytes out(4096);
    while (taken < end) {
      const auto next = stream.wait(out.size(), g_get_monotonic_time());
      if (next.kind != Kind::audio) return false;
      const auto count = stream.read(std::span(out).first(next.bytes));
      if (count == 0) return false;
      if (std::memcmp(out.data(), &period[taken % (pieces * piece)], count) != 0) return false;
      taken += count;
    }
    return true;
  }
  /// 0 with a sanitizer, whose own memory would count.
  static std::int64_t resident() {
    std::int64_t total = 0, pages = 0;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    std::ifstream("/proc/self/statm") >> total >> pages;
#endif
    return pages * sysconf(_SC_PAGESIZE);
  }

  Bytes period;
  std::vector<Message> messages;
  std::size_t pushed = 0, taken = 0;
};

TEST_F(LongAnswer, IsCompleteAndItsMemoryIsGivenBackAsItIsRead) {
  constexpr std::int64_t tolerance = 4 << 20;
  const auto before = resident();
  while (pushed < longest)
    ASSERT_TRUE(push_next()) << pushed;
  EXPECT_EQ(stream.stats().held, pushed);
  EXPECT_LT(resident() - before, static_cast<std::int64_t>(pushed) + tolerance);
  ASSERT_TRUE(read_up_to(pushed / 2)) << taken;
  EXPECT_LT(resident() - before, static_cast<std::int64_t>(pushed / 2) + tolerance);
  ASSERT_TRUE(read_up_to(pushed - pushed % 2)) << taken;
  EXPECT_LT(resident() - before, tolerance);
  EXPECT_EQ(stream.stats().taken, pushed - pushed % 2);
  EXPECT_EQ(stream.stats().dropped, 0u);
  EXPECT_TRUE(balanced());
}

TEST_F(LongAnswer, BeyondTheBoundItsEndIsDroppedAndCounted) {
  while (push_next()) {
  }
  const auto kept = pushed;
  EXPECT_GT(kept, std::size_t{50 * 60 * 48000}) << "50 minutes";
  EXPECT_LE(kept, OutputBacklog::capacity);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(push_next());
  EXPECT_EQ(stream.stats().overflowed, 4 * piece);
  EXPECT_TRUE(read_up_to(kept - kept % 2)) << taken;
  EXPECT_TRUE(balanced());
}

/// The queue may waste no memory, whatever the size of the pieces is.
TEST_F(OutputStreamTest, FiftyMinutesFitInPiecesOfAnySize) {
  for (const std::size_t size : {1920u, 9600u, 22000u, 140000u}) {
    const auto message = message_of(encoded(counting(size)));
    std::size_t kept = 0;
    while (stream.push_audio(message, message.bytes(), rate, arrival, 1) == output::PushResult::ok)
      kept += size;
    EXPECT_GE(kept, std::size_t{50 * 60 * 48000}) << size;
    stream.interrupt(false);
  }
}

TEST_F(LongAnswer, IsDroppedAtOnceByAnInterruption) {
  const auto before = resident();
  while (pushed < longest)
    ASSERT_TRUE(push_next()) << pushed;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(stream.interrupt(false), pcm::duration(pushed, rate));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 500ms);
  EXPECT_LT(resident() - before, 4 << 20);
  EXPECT_EQ(head().kind, Kind::interrupted);
  EXPECT_EQ(stream.stats().interrupted, pushed);
  EXPECT_TRUE(balanced());
}

TEST_F(OutputStreamTest, ALongQueueKeepsTurnsAndRatesApart) {
  push(counting(200000));  // from here on audio is decoded on arrival
  Bytes second, third;
  for (const auto size : {961u, 1u, 70000u, 31u}) {
    const auto piece = counting(size, second.size());
    push(piece, 2);
    second.insert(second.end(), piece.begin(), piece.end());
  }
  push(counting(960), 2, 16000);
  for (int i = 0; i < 100; ++i) {
    const auto piece = counting(1001, third.size());
    push(piece, 3);
    third.insert(third.end(), piece.begin(), piece.end());
  }
  const auto read_turn = [&](unsigned turn, int at_rate) {
    Bytes all;
    for (auto next = head(); next.kind == Kind::audio && next.turn == turn && next.rate == at_rate;
         next = head()) {
      const auto some = read();
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  };
  EXPECT_TRUE(read_turn(1, rate) == counting(200000));
  second.resize(second.size() - second.size() % 2);
  EXPECT_TRUE(read_turn(2, rate) == second);
  EXPECT_TRUE(read_turn(2, 16000) == counting(960));
  EXPECT_TRUE(read_turn(3, rate) == third);
}

TEST_F(OutputStreamTest, AfterDroppedAudioTheSamplesStartAgain) {
  push(counting(3));
  const auto piece = encoded(counting(1 << 20));
  while (push_text64(piece)) {
  }
  EXPECT_EQ(stream.stats().overflowed, std::size_t{1 << 20});
  while (head(1 << 20).bytes > 0)
    read(1 << 20);
  EXPECT_EQ(stream.stats().held, 1u);
  EXPECT_TRUE(push(counting(96)));
  EXPECT_EQ(read(), counting(96));
  EXPECT_EQ(stream.stats().invalid, 1u) << "the half sample";
}

TEST_F(OutputStreamTest, InvalidBase64IsAlsoDetectedInALongQueue) {
  push(counting(1 << 20));
  EXPECT_FALSE(push_text64(std::string(1 << 20, '*')));
  EXPECT_EQ(stream.stats().invalid, std::size_t{1 << 20} / 4 * 3);
  EXPECT_EQ(read_all(1 << 16), counting(1 << 20));
  EXPECT_TRUE(balanced());
}

TEST_F(OutputStreamTest, CapacityBoundsTinyPiecesOfManyTurnsToo) {
  unsigned turns = 0;
  while (turns < 1'000'000 && push_text64("AAAA", turns + 1))
    ++turns;
  EXPECT_LT(turns, 1'000'000u);
  EXPECT_EQ(stream.stats().overflowed, 3u);
}

TEST_F(OutputStreamTest, CapacityBoundsTextToo) {
  count_warnings();
  const std::string word(100, 'a');
  for (int i = 0; i < 500'000; ++i)
    stream.push_text(word, 1, 1);
  std::size_t kept = 0;
  for (; head().kind == Kind::text; ++kept)
    stream.take_text();
  EXPECT_GT(kept, 10'000u);
  EXPECT_LT(kept, 200'000u);
  EXPECT_EQ(warnings, 1);
}

TEST_F(OutputStreamTest, AllocatesNothingWhenWarm) {
  const auto text = encoded(counting(960));
  const auto message = message_of(text);
  const auto elsewhere = message_of("x");
  Bytes out(960);
  const auto round = [&] {
    for (const auto *holder : {&message, &elsewhere}) {
      const auto data = holder == &message ? holder->bytes() : std::string_view(text);
      for (int i = 0; i < 5; ++i)
        stream.push_audio(*holder, data, rate, 1, 1);
      for (int i = 0; i < 5; ++i) {
        stream.wait(960, std::nullopt);
        EXPECT_EQ(stream.read(out), 960u);
      }
    }
  };
  round();
  round();
  const auto before = test::allocations();
  round();
  EXPECT_EQ(test::allocations(), before);
}

TEST_F(OutputStreamTest, InterruptionsRaceWithTheConsumer) {
  auto consumer = std::async(std::launch::async, [&] {
    std::uint64_t taken = 0;
    Bytes out(960);
    for (;;) {
      const auto next = stream.wait(960, std::nullopt);
      if (next.kind == Kind::end) return taken;
      if (next.kind == Kind::audio)
        taken += stream.read(std::span(out).first(next.bytes));
      else
        stream.take_mark();
    }
  });
  const auto piece = counting(1001);
  for (unsigned turn = 1; turn <= 500; ++turn) {
    for (int i = 0; i < 4; ++i)
      push(piece, turn);
    if (turn % 3 == 0)
      stream.interrupt(false);
    else
      stream.end_turn();
  }
  stream.finish();
  ASSERT_EQ(consumer.wait_for(test::patience), std::future_status::ready);
  const auto stats = stream.stats();
  EXPECT_EQ(consumer.get(), stats.taken);
  EXPECT_EQ(stats.came, 500u * 4 * 1001);
  EXPECT_EQ(stats.held, 0u);
  EXPECT_TRUE(balanced());
}

TEST_F(OutputStreamTest, MissedIsTheAudioOfTheNewestTurnThatTheConsumerDoesNotGet) {
  ASSERT_TRUE(push(counting(4800), 1));
  ASSERT_TRUE(push(counting(9600), 2));
  read(4800);
  read(960);
  EXPECT_EQ(stream.missed(2), 0ns);
  EXPECT_EQ(stream.interrupt(true), 0ns);
  EXPECT_EQ(stream.missed(2), 0ns) << "kept";
  stream.interrupt(false);
  EXPECT_EQ(stream.missed(2), 180ms);
  ASSERT_TRUE(push(counting(960), 2));
  stream.detach();
  ASSERT_TRUE(push(counting(480), 2));
  EXPECT_EQ(stream.missed(2), 210ms) << "without a consumer";
  EXPECT_EQ(stream.missed(1), 0ns);
  ASSERT_TRUE(push(counting(480), 3));
  EXPECT_EQ(stream.missed(3), 10ms);
}

}  // namespace
