// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "first_audible.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base64.hpp"

using namespace gemlive;

namespace {

std::string encode(std::span<const std::byte> bytes) {
  std::string text(base64::encoded_size(bytes.size()), '\0');
  base64::encode(bytes, text.data());
  return text;
}
std::string encode(const std::vector<std::int16_t> &samples) {
  return encode(std::as_bytes(std::span(samples)));
}

TEST(FirstAudible, IsTheFirstSampleAtTheLevelOfEitherSign) {
  EXPECT_EQ(first_audible(encode({0, 127, -127, 128, 0})), 3u);
  EXPECT_EQ(first_audible(encode({-128})), 0u);
  EXPECT_EQ(first_audible(encode({32767, 0})), 0u);
  EXPECT_EQ(first_audible(encode({-32768})), 0u);
}

TEST(FirstAudible, SilenceAndWhatIsNotBase64HaveNone) {
  EXPECT_EQ(first_audible(""), std::nullopt);
  EXPECT_EQ(first_audible(encode(std::vector<std::int16_t>(5000, 100))), std::nullopt);
  EXPECT_EQ(first_audible("AAA!"), std::nullopt);
  EXPECT_EQ(first_audible("A"), std::nullopt);
}

TEST(FirstAudible, IsFoundWhereverItStands) {
  for (std::size_t at : {0u, 1u, 383u, 384u, 385u, 4999u}) {
    std::vector<std::int16_t> samples(5000, 0);
    samples[at] = -200;
    EXPECT_EQ(first_audible(encode(samples)), at);
  }
}

TEST(FirstAudible, AHalfSampleInFrontIsLeftOut) {
  const std::vector<std::int16_t> samples = {0, 3, 200};
  std::vector<std::byte> bytes = {std::byte{0x7f}};
  const auto rest = std::as_bytes(std::span(samples));
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  EXPECT_EQ(first_audible(encode(bytes), true), 2u);
}

}  // namespace
