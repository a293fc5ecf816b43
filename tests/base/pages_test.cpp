// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pages.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <limits>
#include <utility>

using namespace gemlive;

namespace {

/// msync() fails for memory that is not mapped.
bool is_mapped(const std::byte *page, std::size_t size) {
  return msync(const_cast<std::byte *>(page), size, MS_ASYNC) == 0;
}

TEST(Pages, AreWholeAndZero) {
  const Pages pages(1);
  ASSERT_TRUE(pages);
  const auto bytes = pages.bytes();
  EXPECT_EQ(bytes.size(), Pages::rounded(1));
  EXPECT_EQ(bytes.size() % static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), 0u);
  EXPECT_EQ(bytes.back(), std::byte{0});
  std::memset(bytes.data(), 1, bytes.size());
}

TEST(Pages, AreGivenBackAtOnce) {
  Pages pages(1 << 16);
  const auto *first = pages.bytes().data();
  EXPECT_TRUE(is_mapped(first, 1 << 16));
  Pages other = std::move(pages);
  EXPECT_FALSE(pages);
  EXPECT_TRUE(pages.bytes().empty());
  EXPECT_TRUE(is_mapped(first, 1 << 16));
  other = {};
  EXPECT_FALSE(is_mapped(first, 1 << 16));
}

TEST(Pages, MoreThanThereIsAreEmpty) {
  const Pages pages(std::numeric_limits<std::size_t>::max() / 2);
  EXPECT_FALSE(pages);
  EXPECT_TRUE(pages.bytes().empty());
}

}  // namespace
