// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_mask.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace gemlive {
namespace {

struct Quotation {
  const char *name;
  std::string secret;
  std::string text;
  std::string shown;
};

class Quoted : public testing::TestWithParam<Quotation> {};

TEST_P(Quoted, IsHidden) {
  SecretMask mask;
  mask.add(GetParam().secret);
  EXPECT_EQ(mask.apply(GetParam().text), GetParam().shown);
}

const std::string handle = "CihXk3pQ9aZ_-Rt7vBn2Lw==";

INSTANTIATE_TEST_SUITE_P(
    SecretMask, Quoted,
    testing::Values(
        Quotation{"AsAWhole", handle, "No session " + handle + ".", "No session ***"},
        Quotation{"Alone", handle, handle, "***"},
        Quotation{"Twice", handle, handle + " and '" + handle + "'", "*** and '***'"},
        Quotation{"CutOff", handle, "No session CihXk3pQ9aZ_", "No session ***"},
        Quotation{"TooShortToTell", handle, "No session CihXk3pQ9aZ", "No session CihXk3pQ9aZ"},
        Quotation{"GluedToAWord", handle, "session" + handle + " x", "session*** x"},
        Quotation{"InJson", handle, R"({"a":"CihXk3pQ9aZ_-Rt7vBn2Lw\u003d\u003d","b":1})",
                  R"({"a":"***\u003d\u003d","b":1})"},
        Quotation{"ALongPart", "v1/abcdefGHIJKL0123/x", "abcdefGHIJKL0123 is gone", "*** is gone"},
        Quotation{"AUuid", "123e4567-e89b-12d3-a456-426614174000",
                  "id 123e4567-e89b-12d3-a456-426614174000 x", "id *** x"},
        Quotation{"Another", handle, "CihXk3pQ9aZ+-Rt7vBn2Lw==", "CihXk3pQ9aZ+-Rt7vBn2Lw=="},
        Quotation{"AShortSecretIsNone", "h1", "h1 is a word", "h1 is a word"},
        Quotation{"NoSecret", "", "Internal error encountered.", "Internal error encountered."},
        Quotation{"InNothing", handle, "", ""}),
    [](const auto &info) { return std::string(info.param.name); });

TEST(SecretMask, FormerSecretsAreHiddenToo) {
  SecretMask mask;
  for (int i = 0; i < 100; ++i)
    mask.add("handle-number-" + std::to_string(1000 + i));
  EXPECT_EQ(mask.apply("handle-number-1000, handle-number-1099"), "***, ***");
}

TEST(SecretMask, TheOldestAreForgotten) {
  SecretMask mask;
  const auto secret = [](int i) { return std::to_string(100'000'000'000 + i); };
  for (int i = 0; i < 5000; ++i)
    mask.add(secret(i));
  EXPECT_EQ(mask.apply(secret(4999)), "***");
  EXPECT_EQ(mask.apply(secret(4000)), "***");
  EXPECT_EQ(mask.apply(secret(0)), secret(0));
}

TEST(SecretMask, ALongTextTakesLinearTime) {
  SecretMask mask;
  for (int i = 0; i < 100; ++i)
    mask.add(std::string(static_cast<std::size_t>(12 + i), 'A'));
  const std::string text(1 << 20, 'A'), other(1 << 20, 'B');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(mask.apply(text), "***");
  EXPECT_EQ(mask.apply(other), other);
  // A time that grows with the square would be minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace gemlive
