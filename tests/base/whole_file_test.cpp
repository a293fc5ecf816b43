// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "whole_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "read_file.hpp"
#include "temp_folder.hpp"

namespace gemlive {
namespace {

namespace fs = std::filesystem;
using test::read_file;

std::size_t files_in(const std::string &folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(WholeFile, IsReplaced) {
  const test::TempFolder folder;
  const auto file = folder / "file";
  EXPECT_EQ(replace_file(file, "one", 0600), "");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(replace_file(file, "", 0600), "");
  EXPECT_EQ(read_file(file), "");
  EXPECT_EQ(replace_file(file, "two", 0600), "");
  EXPECT_EQ(read_file(file), "two");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(WholeFile, IsWhereALinkLeads) {
  const test::TempFolder folder;
  fs::create_directory(folder / "there");
  fs::create_symlink("there/link", folder / "link");
  fs::create_symlink("file", folder / "there/link");
  for (const auto *content : {"one", "two"}) {  // the target does not exist at first
    EXPECT_EQ(replace_file(folder / "link", content, 0600), "");
    EXPECT_TRUE(fs::is_symlink(folder / "link"));
    EXPECT_TRUE(fs::is_symlink(folder / "there/link"));
    EXPECT_EQ(read_file(folder / "there/file"), content);
  }
}

TEST(WholeFile, IsNoPipeAndNoFolder) {
  const test::TempFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(is_irregular_file(pipe));
  EXPECT_EQ(replace_file(pipe, "x", 0600), "It is no regular file");
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_EQ(replace_file(folder.path(), "x", 0600), "It is no regular file");
  EXPECT_FALSE(is_irregular_file(folder / "none"));
}

TEST(WholeFile, SaysWhyItCannotBeWritten) {
  const test::TempFolder folder;
  fs::create_symlink("none/file", folder / "link");
  for (const auto *file : {"none/file", "link"}) {
    EXPECT_EQ(replace_file(folder / file, "x", 0600), "No such file or directory");
    EXPECT_EQ(problem_of_replacing(folder / file), "No such file or directory");
  }
  EXPECT_EQ(problem_of_replacing("/dev/null"), "It is no regular file");
  const auto kept = folder.write("kept", "content");
  EXPECT_EQ(problem_of_replacing(kept), "");
  EXPECT_EQ(read_file(kept), "content");
  EXPECT_EQ(files_in(folder.path()), 2u);
}

}  // namespace
}  // namespace gemlive
