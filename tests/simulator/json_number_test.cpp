// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace gemlive::simulator {
namespace {

struct JsonNumber : testing::Test {
  std::optional<double> number(const std::string &json) { return number_of(parser.parse(json)); }
  std::optional<std::int64_t> integer(const std::string &json) {
    return integer_of(parser.parse(json));
  }
  simdjson::dom::parser parser;
};

TEST_F(JsonNumber, IsANumberOrAString) {
  for (const auto *json : {"500", "500.0", "5e2", "\"500\"", "\"500.0\"", "\"5e2\""}) {
    EXPECT_EQ(number(json), 500) << json;
    EXPECT_EQ(integer(json), 500) << json;
  }
  EXPECT_EQ(number("\"-0.25\""), -0.25);
  EXPECT_EQ(number("18446744073709551615"), 18446744073709551615.0);
  EXPECT_EQ(number("\"Infinity\""), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(number("\"NaN\"").value_or(0)));
}

TEST_F(JsonNumber, WholeNumbersKeepTheirDigits) {
  EXPECT_EQ(integer("\"9223372036854775807\""), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const auto *json : {"9223372036854775808", "\"9223372036854775808\"", "0.5", "\"0.5\"",
                           "1e300", "\"NaN\"", "\"-Infinity\""})
    EXPECT_FALSE(integer(json)) << json;
}

TEST_F(JsonNumber, NothingElseIsANumber) {
  for (const auto *json : {"null", "true", "{}", "[1]", "\"\"", "\"many\"", "\"1 \"", "\" 1\"",
                           "\"0x1\"", "\"1.\"", "\"inf\"", "\"nan\"", "\"1m\"", "\"+1\""}) {
    EXPECT_FALSE(number(json)) << json;
    EXPECT_FALSE(integer(json)) << json;
  }
}

}  // namespace
}  // namespace gemlive::simulator
