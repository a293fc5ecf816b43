// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "identity.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>

namespace gemlive::auth {
namespace {

class IdentityTest : public testing::Test {
 protected:
  Environment environment() const {
    return [this](const char *name) {
      const auto found = variables_.find(name);
      return found == variables_.end() ? "" : found->second;
    };
  }
  Identity found() {
    const auto result = Identity::find(config_, environment());
    if (result) return *result;
    ADD_FAILURE() << result.error().message;
    return {};
  }
  std::string key() { return found().key.reveal(); }
  /// The text of the error, which must not contain the secret. Empty if there is no error.
  std::string problem() {
    const auto result = Identity::find(config_, environment());
    if (result) return "";
    EXPECT_EQ(result.error().kind, ErrorKind::bad_setting);
    EXPECT_EQ(result.error().message.find("s3cret"), std::string::npos);
    return result.error().message;
  }

  Config config_;
  std::map<std::string, std::string> variables_;
};

TEST_F(IdentityTest, KeysComeFromThePropertyThenTheEnvironment) {
  EXPECT_TRUE(found().empty());
  variables_["GEMINI_API_KEY"] = "gemini";
  EXPECT_EQ(key(), "gemini");
  variables_["GOOGLE_API_KEY"] = "google";
  EXPECT_EQ(key(), "google");
  EXPECT_FALSE(found().key_was_set);
  config_.api_key.set(Secret("mine"));
  EXPECT_EQ(key(), "mine");
  EXPECT_TRUE(found().key_was_set);
}

TEST_F(IdentityTest, ATokenOrACredentialsFileReplacesTheKeyOfTheEnvironment) {
  variables_["GOOGLE_API_KEY"] = "google";
  config_.access_token.set(Secret("token"));
  EXPECT_EQ(key(), "");
  EXPECT_EQ(found().token.reveal(), "token");
  EXPECT_FALSE(found().needs_default_credential());
  config_ = {};
  config_.credentials_file.set("/some/file");
  EXPECT_EQ(key(), "");
  EXPECT_TRUE(found().needs_default_credential());
}

TEST_F(IdentityTest, AnEphemeralTokenInPlaceOfAKeyIsAToken) {
  config_.api_key.set(Secret("auth_tokens/s3cret"));
  for (int from = 0; from < 2; ++from) {
    const auto identity = found();
    EXPECT_TRUE(identity.key.empty());
    EXPECT_FALSE(identity.key_was_set);
    EXPECT_EQ(identity.token.reveal(), "auth_tokens/s3cret");
    EXPECT_TRUE(identity.is_ephemeral());
    config_ = {};
    variables_["GEMINI_API_KEY"] = "auth_tokens/s3cret";
  }
  variables_["GEMINI_API_KEY"] = "AIza";
  EXPECT_FALSE(found().is_ephemeral());
}

TEST_F(IdentityTest, SecretsThatCannotBeHeadersAreRefusedWithoutShowingThem) {
  for (const auto *odd :
       {"s3cret\r\nX: y", "s3cret\n", "s3cr\xc3\xa9t s3cret", "s3 s3cret", "\ts3cret"}) {
    config_ = {};
    config_.api_key.set(Secret(odd));
    EXPECT_NE(problem().find("api-key"), std::string::npos);
    config_.access_token.set(Secret(odd));
    EXPECT_NE(problem().find("access-token"), std::string::npos);
    config_ = {};
    variables_["GOOGLE_API_KEY"] = odd;
    EXPECT_NE(problem().find("environment"), std::string::npos);
    variables_.clear();
  }
}

TEST_F(IdentityTest, TheMetadataServerIsTheLastDefaultCredential) {
  variables_["GCE_METADATA_HOST"] = "127.0.0.1:8080";
  auto identity = found();
  EXPECT_FALSE(identity.uses_metadata_server());
  EXPECT_FALSE(identity.find_default(config_, environment()));
  EXPECT_TRUE(identity.uses_metadata_server());
  variables_["NO_GCE_CHECK"] = "true";
  identity = found();
  EXPECT_FALSE(identity.find_default(config_, environment()));
  EXPECT_FALSE(identity.credential);
}

TEST_F(IdentityTest, AHostOutsideGoogleGetsNoTokenUnlessTheUserAllowsIt) {
  variables_["GCE_METADATA_HOST"] = "127.0.0.1:8080";
  variables_["GEMLIVE_URI"] = "wss://example.com";
  const auto has_credential = [this] {
    auto identity = found();
    EXPECT_FALSE(identity.find_default(config_, environment()));
    return identity.credential != nullptr;
  };
  EXPECT_FALSE(has_credential());
  config_.uri.set("wss://europe-west4-aiplatform.googleapis.com");  // replaces the variable
  EXPECT_TRUE(has_credential());
  config_.uri.set("wss://example.com");
  EXPECT_FALSE(has_credential());
  config_.allow_custom_endpoints.set(true);
  EXPECT_TRUE(has_credential());
}

}  // namespace
}  // namespace gemlive::auth
