// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base64.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "glib_ptr.hpp"

using namespace gemlive;

namespace {

using Bytes = std::vector<std::byte>;

Bytes random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto &byte : bytes)
    byte = static_cast<std::byte>(random());
  return bytes;
}

/// In memory of exactly the size that is promised, so that ASan and valgrind see a step beyond it.
std::string encode(const base64::Routine &routine, const Bytes &bytes) {
  auto text = std::make_unique<char[]>(base64::encoded_size(bytes.size()));
  routine.encode(bytes, text.get());
  return {text.get(), base64::encoded_size(bytes.size())};
}
std::optional<Bytes> decode(const base64::Routine &routine, const std::string &text) {
  const auto exact = std::make_unique<char[]>(text.size());
  std::copy(text.begin(), text.end(), exact.get());
  const std::string_view view(exact.get(), text.size());
  const auto size = base64::decoded_size(view);
  Bytes bytes(size.value_or(0));
  if (!routine.decode(view, bytes.data())) return std::nullopt;
  return bytes;
}

std::string glib_encode(const Bytes &bytes) {
  const StrPtr text(g_base64_encode(reinterpret_cast<const guchar *>(bytes.data()), bytes.size()));
  return text.get();
}

class Base64 : public testing::TestWithParam<base64::Routine> {};

TEST_P(Base64, EncodesAsGLibDoesForEveryLength) {
  for (std::size_t size = 0; size <= 600; ++size) {
    const auto bytes = random_bytes(size, static_cast<unsigned>(size));
    ASSERT_EQ(encode(GetParam(), bytes), glib_encode(bytes)) << size;
  }
}

TEST_P(Base64, DecodesEveryLengthWithAndWithoutPadding) {
  for (std::size_t size = 0; size <= 600; ++size) {
    const auto bytes = random_bytes(size, static_cast<unsigned>(size));
    auto text = glib_encode(bytes);
    ASSERT_EQ(base64::decoded_size(text), size);
    ASSERT_EQ(decode(GetParam(), text), bytes) << size;
    text.erase(std::find(text.begin(), text.end(), '='), text.end());
    ASSERT_EQ(base64::decoded_size(text), size);
    ASSERT_EQ(decode(GetParam(), text), bytes) << size;
  }
}

TEST_P(Base64, DecodesTheUrlAlphabetToo) {
  for (std::size_t size = 0; size <= 600; ++size) {
    const auto bytes = random_bytes(size, static_cast<unsigned>(size));
    auto text = glib_encode(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    ASSERT_EQ(decode(GetParam(), text), bytes) << size;
  }
}

// Every byte value at every place of a text that is longer than two of the widest blocks.
TEST_P(Base64, AgreesWithTheScalarCodeOnEveryOneByteChange) {
  const base64::Routine scalar = base64::routines().front();
  const auto text = glib_encode(random_bytes(82, 1));
  ASSERT_TRUE(text.ends_with("=="));
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (int value = 0; value < 256; ++value) {
      auto changed = text;
      changed[place] = static_cast<char>(value);
      const bool in_alphabet = g_ascii_isalnum(changed[place]) ||
                               std::string_view("+/-_").find(changed[place]) != std::string::npos;
      const auto decoded = decode(GetParam(), changed);
      ASSERT_EQ(decoded, decode(scalar, changed)) << place << " " << value;
      if (place < text.size() - 2) {
        ASSERT_EQ(decoded.has_value(), in_alphabet) << place << " " << value;
      }
    }
  }
}

TEST_P(Base64, RefusesImpossibleLengthsAndMisplacedPadding) {
  const std::string block(64, 'A');
  for (const auto &text : {"A", "AAAAA", "AA=", "AAA==", "AAAA=", "AAAA==", "=",
                           "==", "A===", "AA==AAAA", "AAAA====", "====", "AA=A", "A=AA"}) {
    EXPECT_FALSE(decode(GetParam(), text)) << text;
    EXPECT_FALSE(decode(GetParam(), block + text)) << text;
  }
  EXPECT_EQ(base64::decoded_size("AAAAA"), std::nullopt);
  EXPECT_EQ(base64::decoded_size("AA="), std::nullopt);
}

TEST_P(Base64, IgnoresLeftOverBits) {
  EXPECT_EQ(decode(GetParam(), "//=="), Bytes{std::byte{0xff}});
  EXPECT_EQ(decode(GetParam(), "///="), (Bytes{std::byte{0xff}, std::byte{0xff}}));
}

INSTANTIATE_TEST_SUITE_P(Routines, Base64,
                         testing::ValuesIn(base64::routines().begin(), base64::routines().end()),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(Base64Choice, UsesTheBestInstructionsOfTheProcessor) {
  const auto bytes = random_bytes(1000, 7);
  std::string text(base64::encoded_size(bytes.size()), '?');
  base64::encode(bytes, text.data());
  EXPECT_EQ(text, glib_encode(bytes));
  Bytes back(bytes.size());
  EXPECT_TRUE(base64::decode(text, back.data()));
  EXPECT_EQ(back, bytes);
  back.assign(bytes.size(), std::byte{0});
  EXPECT_TRUE(base64::scalar::decode(text, back.data()));
  EXPECT_EQ(back, bytes);
}

}  // namespace
