// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base64_audio.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "counting.hpp"

using namespace gemlive;

namespace {

using test::Bytes;
using test::counting;
using test::encoded;
using test::message_of;

Base64Audio audio_of(std::string_view base64) {
  const auto message = message_of(std::string(base64));
  return {message, message.bytes()};
}

/// Reads to the end in pieces of `piece` bytes.
Bytes read_all(Base64Audio audio, std::size_t piece, bool &bad) {
  Bytes all, some(piece);
  for (std::size_t count = 1; count > 0 && !bad;) {
    count = audio.read(some, bad);
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

TEST(Base64Audio, HoldsNoAudioAtFirst) {
  Base64Audio audio;
  EXPECT_FALSE(audio);
  Bytes out(3);
  bool bad = false;
  EXPECT_EQ(0u, audio.read(out, bad));
  EXPECT_FALSE(bad);
}

TEST(Base64Audio, PiecesOfAnySizeGiveTheSameBytes) {
  for (std::size_t size = 0; size < 40; ++size)
    for (std::size_t piece = 1; piece < 20; ++piece) {
      const auto bytes = counting(size);
      bool bad = false;
      EXPECT_EQ(bytes, read_all(audio_of(encoded(bytes)), piece, bad)) << size << ' ' << piece;
      EXPECT_FALSE(bad);
    }
}

TEST(Base64Audio, PaddingMayBeMissing) {
  for (const std::size_t size : {1, 2, 4, 5, 100}) {
    auto text = encoded(counting(size));
    text.erase(text.find_last_not_of('=') + 1);
    bool bad = false;
    EXPECT_EQ(counting(size), read_all(audio_of(text), 7, bad));
    EXPECT_FALSE(bad);
  }
}

TEST(Base64Audio, StopsBeforeInvalidCharacters) {
  const auto bytes = counting(30);
  for (std::size_t at = 0; at < 40; ++at)
    for (const std::size_t piece : {1, 2, 3, 10, 30}) {
      auto text = encoded(bytes);
      text[at] = '*';
      bool bad = false;
      const auto read = read_all(audio_of(text), piece, bad);
      EXPECT_TRUE(bad) << at << ' ' << piece;
      EXPECT_LE(read.size(), at / 4 * 3);
      EXPECT_TRUE(std::equal(read.begin(), read.end(), bytes.begin()));
    }
}

TEST(Base64Audio, PaddingInTheMiddleIsInvalid) {
  for (const std::size_t piece : {1, 3, 4, 6, 12}) {
    bool bad = false;
    EXPECT_LE(read_all(audio_of("QUJDQUI=QUJD"), piece, bad).size(), 3u);
    EXPECT_TRUE(bad) << piece;
  }
}

TEST(Base64Audio, KeepsItsMessage) {
  Base64Audio audio;
  {
    const auto message = message_of("....QUJD....");
    audio = {message, message.bytes().substr(4, 4)};
  }
  bool bad = false;
  EXPECT_EQ(Bytes({std::byte{'A'}, std::byte{'B'}, std::byte{'C'}}), read_all(audio, 8, bad));
}

}  // namespace
