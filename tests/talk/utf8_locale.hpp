// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <clocale>
#include <string>

namespace gemlive::test {

/// Tests in a UTF-8 locale that every machine has.
class Utf8Locale : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char *before = setlocale(LC_CTYPE, nullptr)) before_ = before;
    ASSERT_TRUE(setlocale(LC_CTYPE, "C.UTF-8"));
  }
  void TearDown() override { setlocale(LC_CTYPE, before_.c_str()); }

 private:
  std::string before_;
};

}  // namespace gemlive::test
