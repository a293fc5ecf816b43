// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <utility>

namespace gemlive {
namespace {

template <typename T>
constexpr bool is_printable = requires(std::ostream &stream, const T &value) {
  stream << value;
};

TEST(Secret, CannotBePrintedOrConvertedToText) {
  static_assert(!is_printable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<std::string, Secret>);
}

TEST(Secret, ComparesByContent) {
  EXPECT_EQ(Secret("a").reveal(), "a");
  EXPECT_TRUE(Secret("a") == Secret("a"));
  EXPECT_FALSE(Secret("a") == Secret("b"));
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, AMovedSecretIsEmpty) {
  Secret first("0123456789012345678901234567890123456789");
  const Secret second(std::move(first));
  EXPECT_TRUE(first.empty());
  Secret third;
  Secret copy(second);
  third = std::move(copy);
  EXPECT_TRUE(copy.empty());
  EXPECT_TRUE(third == second);
}

TEST(Secret, AppendsBeyondItsCapacity) {
  Secret secret;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    secret.append("piece");
    expected += "piece";
  }
  EXPECT_EQ(secret.reveal(), expected);
}

TEST(Secret, ClearsItsMemoryBeforeReuse) {
  Secret secret("sesame-sesame-sesame-sesame-sesame");
  const char *memory = secret.reveal().data();
  secret = Secret();
  EXPECT_EQ(secret.reveal().data(), memory) << "the string keeps its buffer";
  for (int i = 0; i < 34; ++i)
    EXPECT_EQ(memory[i], '\0') << i;
}

}  // namespace
}  // namespace gemlive
