// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "default_credential.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "temp_folder.hpp"

namespace gemlive::auth {
namespace {

class DefaultCredential : public testing::Test {
 protected:
  /// Writes a user's login with the client id `client`.
  std::string write(const std::string &path, const std::string &client) {
    return folder_.write(path,
                         R"({"type":"authorized_user","client_secret":"s","refresh_token":"r",)"
                         R"("quota_project_id":"file","client_id":")" +
                             client + "\"}");
  }
  auto find() {
    return find_default_credential(config_, [this](const char *name) {
      const auto found = environment_.find(name);
      return found == environment_.end() ? "" : found->second;
    });
  }
  std::string client() {
    const auto found = find();
    if (!found) return found.error().message;
    if (!*found) return "none";
    const auto *user = std::get_if<User>(&(*found)->source);
    return user ? user->client_id : (*found)->name;
  }

  test::TempFolder folder_;
  Config config_;
  std::map<std::string, std::string> environment_;
};

TEST_F(DefaultCredential, IsSearchedInGooglesOrder) {
  EXPECT_EQ(client(), "the metadata server");
  environment_["HOME"] = folder_.path();
  EXPECT_EQ(client(), "the metadata server");
  write(".config/gcloud/application_default_credentials.json", "gcloud");
  EXPECT_EQ(client(), "gcloud");
  write("other/application_default_credentials.json", "moved");
  environment_["CLOUDSDK_CONFIG"] = folder_ / "other";
  EXPECT_EQ(client(), "moved");
  environment_["GOOGLE_APPLICATION_CREDENTIALS"] = write("named.json", "named");
  EXPECT_EQ(client(), "named");
  config_.credentials_file.set(write("property.json", "property"));
  EXPECT_EQ(client(), "property");
}

TEST_F(DefaultCredential, ANamedFileMustExist) {
  write(".config/gcloud/application_default_credentials.json", "gcloud");
  environment_["HOME"] = folder_.path();
  environment_["GOOGLE_APPLICATION_CREDENTIALS"] = folder_ / "none.json";
  EXPECT_NE(client().find("GOOGLE_APPLICATION_CREDENTIALS"), std::string::npos) << client();
  EXPECT_NE(client().find("none.json"), std::string::npos);
  config_.credentials_file.set(folder_.path());
  EXPECT_NE(client().find("credentials-file"), std::string::npos) << client();
}

TEST_F(DefaultCredential, TheMetadataServerCanBeMovedOrDisabled) {
  environment_["GCE_METADATA_HOST"] = "127.0.0.1:8080";
  EXPECT_EQ(std::get<MetadataServer>((*find())->source).host, "127.0.0.1:8080");
  environment_["GCE_METADATA_HOST"] = "evil.com";
  EXPECT_NE(client().find("GCE_METADATA_HOST"), std::string::npos);
  environment_.clear();
  environment_["NO_GCE_CHECK"] = "True";
  EXPECT_EQ(client(), "none");
}

TEST_F(DefaultCredential, DetectsAFileThatOthersCanRead) {
  const auto path = write("property.json", "property");
  config_.credentials_file.set(path);
  for (const auto &[mode, exposed] : {std::pair{0600, false}, {0640, true}, {0604, true}}) {
    ASSERT_EQ(chmod(path.c_str(), static_cast<mode_t>(mode)), 0);
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ((*found)->is_exposed, exposed) << mode;
  }
}

TEST_F(DefaultCredential, TheProjectComesFromGcloud) {
  environment_["CLOUDSDK_CONFIG"] = folder_.path();
  write("application_default_credentials.json", "gcloud");
  EXPECT_EQ((*find())->project, "");
  folder_.write("configurations/config_default", "[core]\nproject = usual\n");
  folder_.write("configurations/config_other", "[core]\nproject = other\n");
  EXPECT_EQ((*find())->project, "usual");
  folder_.write("active_config", "other\n");
  EXPECT_EQ((*find())->project, "other");
}

TEST_F(DefaultCredential, TheEnvironmentReplacesTheQuotaProject) {
  config_.credentials_file.set(write("a.json", "a"));
  EXPECT_EQ((*find())->quota_project, "file");
  environment_["GOOGLE_CLOUD_QUOTA_PROJECT"] = "environment";
  EXPECT_EQ((*find())->quota_project, "environment");
}

}  // namespace
}  // namespace gemlive::auth
