// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "certificate_authorities.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "read_file.hpp"
#include "temp_folder.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

std::string authority() {
  return read_file(fixture_path("tls/authority.pem"));
}

/// Stays alive, so that no later object has the same address.
ObjectPtr<GTlsDatabase> load(const std::string &file) {
  auto database = certificate_authorities::from_file(file);
  EXPECT_TRUE(database) << file;
  return database ? std::move(*database) : nullptr;
}

TEST(CertificateAuthorities, AFileIsReadOnce) {
  const TempFolder folder;
  const auto file = folder.write("a.pem", authority());
  const auto first = load(file);
  EXPECT_EQ(load(file).get(), first.get());
  EXPECT_EQ(load(folder.path() + "/./a.pem").get(), first.get());
  EXPECT_EQ(load(std::filesystem::relative(file)).get(), first.get());
}

TEST(CertificateAuthorities, AChangedFileIsReadAgain) {
  const TempFolder folder;
  const auto file = folder.write("a.pem", authority());
  const auto first = load(file);
  folder.write("a.pem", authority() + "\n");
  const auto second = load(file);
  EXPECT_NE(second.get(), first.get());
  // Replaced by another file of the same size, as certbot and ca-certificates do.
  std::filesystem::rename(folder.write("b.pem", authority() + "\n"), file);
  const auto third = load(file);
  EXPECT_NE(third.get(), second.get());
  EXPECT_EQ(load(file).get(), third.get());
}

TEST(CertificateAuthorities, OnlyTheNewestFilesAreKept) {
  const TempFolder folder;
  const auto file = folder.write("oldest.pem", authority());
  const auto first = load(file);
  std::vector<ObjectPtr<GTlsDatabase>> others;
  for (int i = 0; i < 4; ++i)
    others.push_back(load(folder.write(std::to_string(i) + ".pem", authority())));
  EXPECT_EQ(load(folder / "3.pem").get(), others[3].get());
  EXPECT_NE(load(file).get(), first.get());
  EXPECT_EQ(G_OBJECT(first.get())->ref_count, 1u);
}

TEST(CertificateAuthorities, AFileThatIsMissingOrBrokenIsAnError) {
  const TempFolder folder;
  const auto file = folder.write("a.pem", "no certificate");
  const auto missing = folder / "missing.pem";
  for (const auto &path : {file, missing}) {
    const auto database = certificate_authorities::from_file(path);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().kind, ErrorKind::bad_setting);
    EXPECT_NE(database.error().message.find("tls-ca-file"), std::string::npos);
  }
  // It is read again when it is there.
  folder.write("missing.pem", authority());
  EXPECT_TRUE(load(missing));
}

TEST(CertificateAuthorities, ThreadsMayReadTheSameFile) {
  const TempFolder folder;
  const auto file = folder.write("a.pem", authority());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round)
        EXPECT_TRUE(load(file));
    });
  for (auto &thread : threads)
    thread.join();
}

}  // namespace
