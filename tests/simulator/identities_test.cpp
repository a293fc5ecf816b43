// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "identities.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "credential_file.hpp"
#include "read_file.hpp"
#include "temp_folder.hpp"

namespace gemlive::simulator {
namespace {

class IdentitiesTest : public testing::Test {
 protected:
  // Once for all tests: making a key takes a moment.
  static void SetUpTestSuite() {
    identities_ = std::make_unique<Identities>();
    folder_ = std::make_unique<test::TempFolder>();
    EXPECT_FALSE(identities_->write(folder_->path(), "http://127.0.0.1:8080"));
  }
  static void TearDownTestSuite() {
    identities_.reset();
    folder_.reset();
  }
  std::string read(const std::string &name) { return test::read_file(*folder_ / name); }
  /// Reads a file as the core does.
  auth::Credential credential(const std::string &name) {
    const auto result =
        auth::parse_credential(Secret(read(name)), name, {.trust = {.custom_endpoints = true}});
    if (result) return *result;
    ADD_FAILURE() << result.error().message;
    return {.source = auth::MetadataServer{}};
  }

  static inline std::unique_ptr<Identities> identities_;
  static inline std::unique_ptr<test::TempFolder> folder_;
};

TEST_F(IdentitiesTest, EachWayToSignInHasAFileThatTheCoreReads) {
  using namespace auth;
  EXPECT_TRUE(std::holds_alternative<ServiceAccount>(credential("service_account.json").source));
  EXPECT_TRUE(std::holds_alternative<User>(credential("authorized_user.json").source));
  EXPECT_TRUE(std::get<User>(credential("external_account_authorized_user.json").source).basic);
  const auto subject_of = [this](const char *name) {
    return std::get<Federation>(credential(name).source).subject;
  };
  EXPECT_EQ(std::get<SubjectFile>(subject_of("external_account_file.json")).format.json_field, "");
  EXPECT_EQ(std::get<SubjectFile>(subject_of("external_account_file_json.json")).format.json_field,
            "id_token");
  EXPECT_EQ(std::get<SubjectUrl>(subject_of("external_account_url.json")).url,
            "http://127.0.0.1:8080/subject-token");
  for (const char *name : {"external_account_impersonated.json", "impersonated_from_user.json",
                           "impersonated_from_service_account.json"}) {
    const auto impersonated = credential(name);
    ASSERT_EQ(impersonated.impersonations.size(), 1u) << name;
    EXPECT_NE(impersonated.impersonations[0].url.find(identities_->target), std::string::npos);
  }
}

TEST_F(IdentitiesTest, OnlyTheUserCanReadTheFiles) {
  int files = 0;
  for (const auto &file : std::filesystem::directory_iterator(folder_->path())) {
    struct stat about = {};
    ASSERT_EQ(stat(file.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 11);
}

TEST_F(IdentitiesTest, TheSubjectTokenIsInItsFiles) {
  EXPECT_EQ(read("subject_token.txt"), identities_->subject_token + '\n');
  EXPECT_EQ(read("subject_token.json"), "{\"id_token\":\"" + identities_->subject_token + "\"}");
}

TEST_F(IdentitiesTest, SecretsDifferInEachProcess) {
  const Identities other;
  EXPECT_NE(other.client_secret, identities_->client_secret);
  EXPECT_NE(other.refresh_token, identities_->refresh_token);
  EXPECT_NE(other.subject_token, identities_->subject_token);
}

TEST_F(IdentitiesTest, AFolderThatCannotBeWrittenIsAnError) {
  const auto below_a_file = *folder_ / "subject_token.txt/folder";
  const auto error = identities_->write(below_a_file, "http://127.0.0.1:8080");
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find(below_a_file), std::string::npos) << error->message;
}

}  // namespace
}  // namespace gemlive::simulator
