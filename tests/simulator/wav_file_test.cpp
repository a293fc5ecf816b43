// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "wav_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace gemlive::simulator {
namespace {

TEST(WavFile, IsValidAfterEachWrite) {
  const auto path = testing::TempDir() + "gemlive-wav-" + std::to_string(getpid()) + ".wav";
  WavFile file;
  ASSERT_TRUE(file.open(path, 24000));
  std::uint32_t expected = 0;
  for (const std::size_t size : {0u, 4u, 1001u}) {
    file.write(std::vector<std::byte>(size, std::byte{7}));
    expected += static_cast<std::uint32_t>(size);
    std::ifstream stream(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    ASSERT_EQ(bytes.size(), 44 + expected);
    std::uint32_t riff = 0;
    std::uint32_t rate = 0;
    std::uint32_t data = 0;
    std::memcpy(&riff, bytes.data() + 4, 4);
    std::memcpy(&rate, bytes.data() + 24, 4);
    std::memcpy(&data, bytes.data() + 40, 4);
    EXPECT_EQ(riff, 36 + expected);
    EXPECT_EQ(rate, 24000u);
    EXPECT_EQ(data, expected);
  }
  std::remove(path.c_str());
}

}  // namespace
}  // namespace gemlive::simulator
