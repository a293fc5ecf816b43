// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace gemlive::test {

/// A new, empty folder. The destructor removes it with its content.
class TempFolder {
 public:
  TempFolder() : path_((std::filesystem::temp_directory_path() / "gemlive-test-XXXXXX").string()) {
    if (!mkdtemp(path_.data())) throw std::runtime_error("Cannot create a folder: " + path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder &) = delete;
  TempFolder &operator=(const TempFolder &) = delete;

  const std::string &path() const { return path_; }
  std::string operator/(const std::string &name) const { return path_ + '/' + name; }
  /// Writes a file, and creates the folders above it. Returns its path.
  std::string write(const std::string &name, std::string_view content) const {
    const auto path = *this / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

 private:
  std::string path_;
};

/// A file in a folder of its own. The destructor removes both.
class TempFile {
 public:
  explicit TempFile(std::string_view content = "", const std::string &suffix = "")
      : path_(folder_.write("file" + suffix, content)) {}
  const std::string &path() const { return path_; }

 private:
  TempFolder folder_;
  std::string path_;
};

}  // namespace gemlive::test
