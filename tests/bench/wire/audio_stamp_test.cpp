// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_stamp.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "pcm.hpp"

namespace gemlive::bench {

namespace {

struct Placed {
  std::int64_t time = 0;
  std::size_t at = 0;
};

/// Audio with stamps.
std::vector<std::byte> audio_with(const std::vector<Placed> &stamps) {
  std::vector<std::byte> audio(1000, std::byte{1});
  for (const auto &[time, at] : stamps)
    write_stamp(time, std::span(audio).subspan(at));
  return audio;
}

TEST(AudioStamp, IsFoundAgain) {
  for (const std::int64_t time :
       {std::int64_t{0}, std::int64_t{1}, now_us(), std::numeric_limits<std::int64_t>::max()}) {
    for (const std::size_t at : {0u, 2u, 401u, 952u})
      EXPECT_EQ(find_last_stamp(audio_with({{time, at}})), time) << at;
  }
}

TEST(AudioStamp, TheLastOneCounts) {
  EXPECT_EQ(find_last_stamp(audio_with({{6, 500}, {5, 100}})), 6);
  EXPECT_EQ(find_last_stamp(audio_with({{6, 148}, {5, 100}})), 6);
}

TEST(AudioStamp, AnIncompleteOneDoesNotCount) {
  const auto audio = audio_with({{5, 100}, {6, 952}});
  EXPECT_EQ(find_last_stamp(std::span(audio).first(999)), 5);
}

TEST(AudioStamp, OtherAudioHasNone) {
  EXPECT_EQ(find_last_stamp({}), std::nullopt);
  EXPECT_EQ(find_last_stamp(std::vector<std::byte>(1920)), std::nullopt);
  EXPECT_EQ(find_last_stamp(audio_with({})), std::nullopt);
}

TEST(AudioStamp, ASpoiledOneIsNone) {
  for (std::size_t i = 0; i < stamp_size; ++i) {
    auto audio = audio_with({{0x123456789, 100}});
    audio[100 + i] ^= std::byte{4};
    EXPECT_EQ(find_last_stamp(audio), std::nullopt) << i;
  }
}

TEST(AudioStamp, IsQuiet) {
  std::array<std::byte, stamp_size> stamp;
  write_stamp(now_us(), stamp);
  EXPECT_LE(pcm::peak(stamp), 8);
}

TEST(AudioStamp, IsTheSameInEveryLanguage) {
  // figures_test.py and load_client_test.mjs have the same.
  const std::array<std::int16_t, 24> digits = {0xF, 0, 0xA, 5,  0,  1, 2, 3, 4, 5,   6, 7,
                                               8,   9, 10,  11, 12, 0, 0, 0, 8, 0xD, 2, 0};
  std::array<std::byte, stamp_size> stamp;
  write_stamp(0xCBA9876543210, stamp);
  std::array<std::int16_t, 24> samples;
  std::memcpy(samples.data(), stamp.data(), stamp.size());
  for (std::size_t i = 0; i < digits.size(); ++i)
    EXPECT_EQ(samples[i] + 8, digits[i]) << i;
}

}  // namespace

}  // namespace gemlive::bench
