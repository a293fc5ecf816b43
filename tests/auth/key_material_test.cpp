// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// No part of a private key stays in memory.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "credential_file.hpp"
#include "json_object.hpp"
#include "rsa_key.hpp"
#include "small_file.hpp"

namespace gemlive::auth {
namespace {

/// A file with a key that another process has made.
std::string make_file() {
  std::string path = testing::TempDir() + "gemlive-key-XXXXXX";
  const int file = mkstemp(path.data());
  const pid_t child = fork();
  if (child == 0) {
    json::Object account;
    account.set("type", "service_account")
        .set("client_email", "robot")
        .set("private_key", std::string_view(test::rsa_pem()));
    const auto text = account.text();
    _exit(write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(file);
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return path;
}

/// Part of the key with every bit inverted, so that the search does not find this copy.
std::vector<unsigned char> inverted_part(const std::string &path) {
  char room[4096];
  std::FILE *file = std::fopen(path.c_str(), "r");
  std::setvbuf(file, nullptr, _IONBF, 0);
  const auto size = std::fread(room, 1, sizeof room, file);
  std::fclose(file);
  const char *start = static_cast<const char *>(memmem(room, size, "PRIVATE KEY-----\\n", 18));
  std::vector<unsigned char> part(40);
  for (std::size_t i = 0; start && i < part.size(); ++i)
    part[i] = static_cast<unsigned char>(~start[300 + i]);
  explicit_bzero(room, sizeof room);
  return part;
}

bool holds(const unsigned char *memory, std::size_t size, const std::vector<unsigned char> &part) {
  for (std::size_t at = 0; at + part.size() <= size; ++at) {
    std::size_t same = 0;
    while (same < part.size() && static_cast<unsigned char>(~memory[at + same]) == part[same])
      ++same;
    if (same == part.size()) return true;
  }
  return false;
}

/// Searches all writable memory of this process.
bool is_in_memory(const std::vector<unsigned char> &part) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long start = 0, end = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &start, &end, mode) != 3) continue;
    if (std::strncmp(mode, "rw", 2) != 0) continue;
    if (holds(reinterpret_cast<const unsigned char *>(start), end - start, part)) return true;
  }
  return false;
}

TEST(KeyMaterial, IsClearedAfterUse) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's shadow memory has terabytes";
#endif
  const auto path = make_file();
  const auto part = inverted_part(path);
  ASSERT_FALSE(is_in_memory(part));
  auto content = std::make_unique<Result<Secret>>(read_small_file(path, "test"));
  ASSERT_TRUE(*content);
  EXPECT_TRUE(is_in_memory(part)) << "the search must find it";
  auto credential =
      std::make_unique<Result<Credential>>(parse_credential(**content, "test", FileRules()));
  ASSERT_TRUE(*credential) << credential->error().message;
  content.reset();
  EXPECT_FALSE(is_in_memory(part)) << "only OpenSSL has the key";
  const auto jwt =
      make_jwt({.issuer = "robot"}, std::get<ServiceAccount>((*credential)->source).key);
  EXPECT_TRUE(jwt);
  credential.reset();
  EXPECT_FALSE(is_in_memory(part));
  unlink(path.c_str());
}

TEST(KeyMaterial, IsClearedAfterAFileThatCannotBeParsed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's shadow memory has terabytes";
#endif
  const auto path = make_file();
  const auto part = inverted_part(path);
  std::ofstream(path, std::ios::app) << "}";
  {
    const auto content = read_small_file(path, "test");
    ASSERT_TRUE(content);
    EXPECT_TRUE(is_in_memory(part)) << "the search must find it";
    EXPECT_FALSE(parse_credential(*content, "test", FileRules()));
  }
  EXPECT_FALSE(is_in_memory(part));
  unlink(path.c_str());
}

}  // namespace
}  // namespace gemlive::auth
