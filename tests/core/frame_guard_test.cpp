// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame_guard.hpp"

#include <gtest/gtest.h>

#include <string>

#include "rude_peer.hpp"

using namespace gemlive;
using gemlive::test::RudePeer;

namespace {

using Verdict = FrameGuard::Verdict;
constexpr auto kMax = FrameGuard::kMaxMessage;

std::size_t admit(FrameGuard &guard, const std::string &bytes, std::int64_t now = 0) {
  return guard.admit(std::as_bytes(std::span(bytes)), now);
}

/// The header of a frame that claims `size` bytes of payload.
std::string long_header(std::uint8_t first, std::uint64_t size) {
  std::string bytes{static_cast<char>(first), 127};
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(size >> shift);
  return bytes;
}

TEST(FrameGuard, AdmitsFramesOfEveryLengthInPiecesOfEverySize) {
  std::string bytes;
  for (std::size_t size : {0, 1, 125, 126, 127, 65535, 65536}) {
    bytes += RudePeer::frame_bytes(0x81, std::string(size, '\xff'));
    bytes += RudePeer::frame_bytes(0x89, "ping");
  }
  for (std::size_t piece : {1, 2, 3, 7, 1000, 1 << 20}) {
    FrameGuard guard;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      auto part = bytes.substr(at, piece);
      ASSERT_EQ(admit(guard, part), part.size());
    }
    // It is at the start of a frame: were it not, this would be payload.
    EXPECT_EQ(admit(guard, long_header(0x81, kMax + 1)), 0u) << piece;
  }
}

TEST(FrameGuard, TheLongestMessageIsAdmittedAndOneByteMoreIsNot) {
  FrameGuard guard;
  auto fine = long_header(0x82, kMax);
  EXPECT_EQ(admit(guard, fine), fine.size());
  for (std::uint64_t size : {kMax + 1, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    FrameGuard other;
    auto before = RudePeer::frame_bytes(0x81, "before");
    EXPECT_EQ(admit(other, before + long_header(0x82, size) + "more"), before.size()) << size;
    EXPECT_EQ(other.verdict(), Verdict::message_too_long);
    EXPECT_EQ(admit(other, before), 0u) << "for good";
  }
}

TEST(FrameGuard, FragmentsCountTogetherAndControlFramesDoNot) {
  const std::string megabyte(1 << 20, 'a');
  FrameGuard guard;
  auto first = RudePeer::frame_bytes(0x01, megabyte);
  auto middle = RudePeer::frame_bytes(0x00, megabyte);
  auto ping = RudePeer::frame_bytes(0x89, std::string(125, 'p'));
  EXPECT_EQ(admit(guard, first), first.size());
  for (int i = 1; i < 16; ++i) {
    EXPECT_EQ(admit(guard, ping), ping.size());
    EXPECT_EQ(admit(guard, middle), middle.size());
  }
  FrameGuard same = guard;
  auto empty = RudePeer::frame_bytes(0x80, "");
  EXPECT_EQ(admit(same, empty), empty.size());
  EXPECT_EQ(admit(same, first), first.size()) << "a new message counts from 0";
  EXPECT_EQ(admit(guard, RudePeer::frame_bytes(0x80, "a")), 0u);
  EXPECT_EQ(guard.verdict(), Verdict::message_too_long);
}

TEST(FrameGuard, ManyFramesAreFineUnlessTheyComeAtOnce) {
  const auto frame = RudePeer::frame_bytes(0x89, "");
  FrameGuard steady;
  for (int i = 0; i < 100'000; ++i)
    ASSERT_EQ(admit(steady, frame, i * 250), 2u);  // 4,000/s

  FrameGuard flooded;
  std::string flood;
  for (int i = 0; i < FrameGuard::kMaxFramesPerWindow + 5; ++i)
    flood += frame;
  EXPECT_EQ(admit(flooded, flood, 0), FrameGuard::kMaxFramesPerWindow * frame.size());
  EXPECT_EQ(flooded.verdict(), Verdict::too_many_frames);
}

}  // namespace
