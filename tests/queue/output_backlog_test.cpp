// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_backlog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "counting.hpp"

using namespace gemlive;

namespace {

using output::Kind;
using output::PushResult;
using test::Bytes;
using test::counting;
using test::encoded;
using test::message_of;

struct OutputBacklogTest : testing::Test {
  PushResult push_audio(const Message &message, std::string_view base64, unsigned turn = 1) {
    return backlog.push_audio(message, base64, {.rate = 24000, .turn = turn, .arrival = 5});
  }
  /// Pushes audio inside a message that contains little else.
  bool push_text64(std::string_view text, unsigned turn = 1) {
    const auto message = message_of("{\"data\":\"" + std::string(text) + "\"}");
    return push_audio(message, message.bytes().substr(9, text.size()), turn) == PushResult::ok;
  }
  bool push(std::span<const std::byte> bytes, unsigned turn = 1) {
    return push_text64(encoded(bytes), turn);
  }
  output::Item head(std::size_t want = 960) {
    bool is_ready = false;
    const auto head = backlog.head(want, false, is_ready);
    return is_ready || head.bytes > 0 ? head : output::Item();
  }
  Bytes read(std::size_t want = 960) {
    const auto next = head(want);
    Bytes bytes(next.kind == Kind::audio ? next.bytes : 0);
    bool bad = false;
    bytes.resize(backlog.read(bytes, bad));
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
  bool balanced() const {
    const auto &stats = backlog.stats();
    return stats.came == stats.taken + stats.discarded + stats.dropped + stats.held &&
           stats.discarded == stats.interrupted + stats.untaken &&
           stats.dropped == stats.overflowed + stats.invalid;
  }

  OutputBacklog backlog;
};

TEST_F(OutputBacklogTest, PiecesOfAnySizeComeOutUnchanged) {
  for (const std::size_t want : {2u, 4u, 6u, 100u, 960u, 100000u}) {
    std::minstd_rand random(static_cast<unsigned>(want));
    Bytes all;
    while (all.size() < 20000) {
      const auto piece = counting(random() % 500 + 1, all.size());
      push(piece);
      all.insert(all.end(), piece.begin(), piece.end());
    }
    all.resize(all.size() - all.size() % 2);
    EXPECT_EQ(read_all(want), all) << want;
    backlog.push_mark(Kind::turn_end);
    EXPECT_EQ(head().kind, Kind::turn_end);
    backlog.take_mark();
  }
}

TEST_F(OutputBacklogTest, PaddingMayBeMissing) {
  auto text = encoded(counting(100));
  text.resize(text.find('='));
  push_text64(text);
  EXPECT_EQ(read_all(), counting(100));
}

TEST_F(OutputBacklogTest, HalfASampleAtTheEndOfATurnIsDroppedAndCounted) {
  push(counting(961));
  backlog.push_mark(Kind::turn_end);
  push(counting(960, 5000), 2);
  EXPECT_EQ(read(), counting(960));
  EXPECT_EQ(head().kind, Kind::turn_end);
  backlog.take_mark();
  EXPECT_EQ(read(), counting(960, 5000)) << "the next turn begins at a sample";
  EXPECT_EQ(backlog.stats().dropped, 1u);
  EXPECT_EQ(backlog.stats().held, 0u);
}

TEST_F(OutputBacklogTest, AnImpossibleLengthIsDroppedAtOnce) {
  EXPECT_FALSE(push_text64("AAAAA"));
  EXPECT_EQ(backlog.stats().dropped, backlog.stats().came);
  EXPECT_EQ(head().kind, Kind::timeout);
}

TEST_F(OutputBacklogTest, AudioAfterInvalidBase64IsComplete) {
  push_text64("************");
  push(counting(96));
  EXPECT_TRUE(read().empty());
  EXPECT_EQ(read_all(), counting(96));
  EXPECT_EQ(backlog.stats().dropped, 9u);
}

TEST_F(OutputBacklogTest, HalfASampleBeforeInvalidBase64IsDroppedWithIt) {
  push(counting(3));
  push_text64("****");
  push(counting(96, 50));
  EXPECT_EQ(read(), counting(2));
  EXPECT_EQ(read_all(), counting(96, 50));
  EXPECT_EQ(backlog.stats().dropped, 1u + 3u);
}

/// Reports when its last owner releases it.
struct Watched final : Message::Block {
  Watched(std::string_view text, bool &freed) : is_freed(freed) {
    memory = std::make_unique<char[]>(text.size());
    std::ranges::copy(text, memory.get());
    size = text.size();
  }
  void release() override {
    is_freed = true;
    delete this;
  }
  bool &is_freed;
};

TEST_F(OutputBacklogTest, DoesNotKeepAMessageWithMuchOtherData) {
  const auto text = encoded(counting(960));
  const auto is_kept = [&](std::size_t other) {
    bool freed = false;
    Message message(new Watched(text + std::string(other, ' '), freed));
    const auto base64 = message.bytes().substr(0, text.size());
    EXPECT_EQ(push_audio(message, base64), PushResult::ok);
    message = {};
    const bool kept = !freed;
    EXPECT_EQ(read(), counting(960));
    EXPECT_TRUE(freed);
    return kept;
  };
  EXPECT_TRUE(is_kept(0));
  EXPECT_FALSE(is_kept(10 * text.size()));
}

TEST_F(OutputBacklogTest, CopiesAudioFromOutsideTheMessage) {
  const auto message = message_of("something else");
  {
    const auto text = encoded(counting(960));
    EXPECT_EQ(push_audio(message, text), PushResult::ok);
  }
  EXPECT_EQ(read(), counting(960));
}

}  // namespace
