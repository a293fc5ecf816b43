// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace gemlive::test {

/// The content; empty for a file that cannot be read.
inline std::string read_file(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The path of a file in tests/fixtures: fixture_path("tls/good.pem").
inline std::string fixture_path(const std::string &name) {
  const char *folder = std::getenv("GEMLIVE_FIXTURES");
  return std::string(folder ? folder : "tests/fixtures") + '/' + name;
}

}  // namespace gemlive::test
