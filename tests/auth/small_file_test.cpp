// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "small_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "temp_folder.hpp"

namespace gemlive::auth {
namespace {

class SmallFile : public testing::Test {
 protected:
  std::string write(const std::string &content) { return folder_.write("file", content); }
  bool refuses(const std::string &path, const std::string &why) {
    const auto result = read_small_file(path, "property x");
    if (result) return false;
    EXPECT_EQ(result.error().kind, ErrorKind::bad_setting);
    EXPECT_NE(result.error().message.find("property x"), std::string::npos);
    return result.error().message.find(why) != std::string::npos ||
           (ADD_FAILURE() << result.error().message, false);
  }
  test::TempFolder folder_;
};

TEST_F(SmallFile, IsReadCompletely) {
  EXPECT_EQ(read_small_file(write("abc"), "x")->reveal(), "abc");
  EXPECT_EQ(read_small_file(write(""), "x")->reveal(), "");
  const std::string most(64 * 1024, 'a');
  EXPECT_EQ(read_small_file(write(most), "x")->reveal(), most);
}

TEST_F(SmallFile, OtherFilesAreRefusedWithoutReading) {
  EXPECT_TRUE(refuses(folder_ / "none", "No such file"));
  EXPECT_TRUE(refuses(folder_.path(), "not a regular file"));
  EXPECT_TRUE(refuses("/dev/zero", "not a regular file"));
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(refuses(pipe, "not a regular file"));
  EXPECT_TRUE(refuses(write(std::string(64 * 1024 + 1, 'a')), "64 KiB"));
}

}  // namespace
}  // namespace gemlive::auth
