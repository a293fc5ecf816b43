// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "heap.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <vector>

#include "wait.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

constexpr std::size_t size = 32 << 20;

std::size_t resident_bytes() {
  std::size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// Small blocks, of which only the last stays in use.
std::unique_ptr<char[]> fill_and_free() {
  constexpr std::size_t block = 1024;
  std::vector<std::unique_ptr<char[]>> blocks(size / block);
  for (auto &each : blocks)
    each = std::make_unique<char[]>(block);
  return std::move(blocks.back());
}

TEST(Heap, TrimGivesFreeMemoryBack) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
  GTEST_SKIP() << "This is not the heap of glibc";
#endif
  const auto before = resident_bytes();
  const auto last = fill_and_free();
  ASSERT_GT(resident_bytes(), before + size / 2) << "the heap has given it back already";
  heap::trim_later();
  EXPECT_TRUE(wait_until([&] { return resident_bytes() < before + size / 4; }))
      << (resident_bytes() - before) / 1024 << " KiB";
}

/// What is freed after a trim needs another one.
TEST(Heap, TrimAgain) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
  GTEST_SKIP() << "This is not the heap of glibc";
#endif
  for (int i = 0; i < 2; ++i) {
    const auto before = resident_bytes();
    const auto last = fill_and_free();
    ASSERT_GT(resident_bytes(), before + size / 2);
    for (int call = 0; call < 100; ++call)
      heap::trim_later();
    EXPECT_TRUE(wait_until([&] { return resident_bytes() < before + size / 4; }));
  }
}

}  // namespace
