// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "endpoint.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "auth_headers.hpp"
#include "credential.hpp"
#include "temp_folder.hpp"

using namespace gemlive;

namespace {

constexpr const char *vertex_path =
    "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";
constexpr const char *developer_url =
    "wss://generativelanguage.googleapis.com/ws/"
    "google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
constexpr const char *developer_path =
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

class EndpointTest : public testing::Test {
 protected:
  Result<Endpoint> resolve() {
    return resolve_endpoint(config_, [this](const char *name) {
      const auto found = environment_.find(name);
      return found == environment_.end() ? "" : found->second;
    });
  }
  Endpoint endpoint() {
    const auto result = resolve();
    if (result) return *result;
    ADD_FAILURE() << result.error().message;
    return {};
  }
  /// The error's text; empty where there is none. It must never hold a secret.
  std::string error(ErrorKind kind = ErrorKind::bad_setting) {
    const auto result = resolve();
    if (result) return "";
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
    EXPECT_EQ(result.error().message.find("s3cret"), std::string::npos);
    EXPECT_EQ(result.error().detail.find("s3cret"), std::string::npos);
    return result.error().message;
  }
  bool says(const std::string &part, ErrorKind kind = ErrorKind::bad_setting) {
    const auto message = error(kind);
    return message.find(part) != std::string::npos || (ADD_FAILURE() << message, false);
  }
  std::string header() {
    const auto found = endpoint();
    const auto &headers = found.headers;
    if (!found.access_token.empty()) {
      EXPECT_TRUE(headers.empty());
      return "Authorization: " + auth::authorization(found.access_token).reveal();
    }
    if (headers.empty()) return found.credential ? found.credential->name : "none";
    EXPECT_EQ(headers.size(), 1u);
    return headers[0].first + ": " + headers[0].second.reveal();
  }
  void vertex(const std::string &project = "p", const std::string &token = "ya29.s3cret") {
    config_.service.set(Service::vertex);
    config_.project.set(project);
    config_.access_token.set(Secret(token));
  }
  std::string host() {
    const auto url = endpoint().url;
    return url.substr(0, url.find("/ws/"));
  }

  Config config_;
  std::map<std::string, std::string> environment_ = {{"NO_GCE_CHECK", "true"}};
};

TEST_F(EndpointTest, DeveloperIsTheDefault) {
  config_.api_key.set(Secret("s3cret"));
  const auto found = endpoint();
  EXPECT_EQ(found.service, Service::developer);
  EXPECT_EQ(found.url, developer_url);
  EXPECT_EQ(found.model, "models/gemini-3.8-live");
  EXPECT_EQ(header(), "x-goog-api-key: s3cret");
}

TEST_F(EndpointTest, WithoutCredentialSaysWhatToDo) {
  EXPECT_TRUE(says("GOOGLE_API_KEY", ErrorKind::not_authorized));
  EXPECT_TRUE(says("api-key", ErrorKind::not_authorized));
  EXPECT_TRUE(says("GOOGLE_CLOUD_PROJECT", ErrorKind::not_authorized)) << "the other way";
  EXPECT_TRUE(says("gcloud auth application-default login", ErrorKind::not_authorized));
  vertex("p", "");
  EXPECT_TRUE(says("gcloud auth application-default login", ErrorKind::not_authorized));
  EXPECT_TRUE(says("GOOGLE_API_KEY", ErrorKind::not_authorized)) << "the other way";
  config_.uri.set("wss://example.com");
  EXPECT_TRUE(says("access-token", ErrorKind::not_authorized));
}

TEST_F(EndpointTest, ServiceFollowsProjectAndSwitch) {
  environment_["GOOGLE_API_KEY"] = "key";
  EXPECT_EQ(endpoint().service, Service::developer);
  environment_["GOOGLE_CLOUD_PROJECT"] = "p";  // many machines have that: not a choice of service
  EXPECT_EQ(endpoint().service, Service::developer);
  environment_.erase("GOOGLE_CLOUD_PROJECT");
  for (const auto *yes : {"true", "True", "1"}) {
    environment_["GOOGLE_GENAI_USE_VERTEXAI"] = yes;
    EXPECT_EQ(endpoint().service, Service::vertex) << yes;
  }
  environment_["GOOGLE_GENAI_USE_ENTERPRISE"] = "false";  // the newer name wins
  EXPECT_EQ(endpoint().service, Service::developer);
  environment_.clear();
  config_.access_token.set(Secret("t"));
  config_.project.set("p");
  EXPECT_EQ(endpoint().service, Service::vertex);
  config_.service.set(Service::developer);
  EXPECT_EQ(endpoint().service, Service::developer);
}

struct ServiceChoice {
  const char *why;
  std::map<std::string, std::string> environment;
  std::string api_key, access_token;
  Service service;
};

class EndpointService : public EndpointTest, public testing::WithParamInterface<ServiceChoice> {};

TEST_P(EndpointService, FollowsTheProjectOfTheEnvironmentWhereNoKeyIs) {
  const auto &row = GetParam();
  environment_ = row.environment;
  environment_["NO_GCE_CHECK"] = "true";
  if (!row.api_key.empty()) config_.api_key.set(Secret(row.api_key));
  if (!row.access_token.empty()) config_.access_token.set(Secret(row.access_token));
  config_.uri.set("ws://127.0.0.1:1");  // needs no credential
  EXPECT_EQ(endpoint().service, row.service) << row.why;
}

const std::pair<const std::string, std::string> cloud = {"GOOGLE_CLOUD_PROJECT", "p"};

INSTANTIATE_TEST_SUITE_P(
    Rows, EndpointService,
    testing::Values(
        ServiceChoice{"a project, nothing else", {cloud}, "", "", Service::vertex},
        ServiceChoice{"the older name", {{"GCLOUD_PROJECT", "p"}}, "", "", Service::vertex},
        ServiceChoice{"an OAuth token is no key", {cloud}, "", "ya29.t", Service::vertex},
        ServiceChoice{"a key of the environment",
                      {cloud, {"GOOGLE_API_KEY", "k"}},
                      "",
                      "",
                      Service::developer},
        ServiceChoice{
            "the other variable", {cloud, {"GEMINI_API_KEY", "k"}}, "", "", Service::developer},
        ServiceChoice{"the property api-key", {cloud}, "k", "", Service::developer},
        ServiceChoice{"an ephemeral token", {cloud}, "", "auth_tokens/t", Service::developer},
        ServiceChoice{"switched off",
                      {cloud, {"GOOGLE_GENAI_USE_VERTEXAI", "false"}},
                      "",
                      "",
                      Service::developer},
        ServiceChoice{"switched on, with a key",
                      {cloud, {"GOOGLE_GENAI_USE_VERTEXAI", "true"}, {"GOOGLE_API_KEY", "k"}},
                      "",
                      "",
                      Service::vertex},
        ServiceChoice{
            "a location alone", {{"GOOGLE_CLOUD_LOCATION", "global"}}, "", "", Service::developer},
        ServiceChoice{"nothing", {}, "", "", Service::developer}));

TEST_F(EndpointTest, TheTutorialsVariablesLeadToTheGlobalHost) {
  const test::TempFile login(R"({"type":"authorized_user","client_id":"c","client_secret":"s3cret",
                           "refresh_token":"r"})",
                             ".json");
  environment_["GOOGLE_CLOUD_PROJECT"] = "p";
  environment_["GOOGLE_CLOUD_LOCATION"] = "global";
  environment_["GOOGLE_APPLICATION_CREDENTIALS"] = login.path();
  const auto found = endpoint();
  EXPECT_EQ(found.service, Service::vertex);
  EXPECT_EQ(found.url, std::string("wss://aiplatform.googleapis.com") + vertex_path);
  EXPECT_EQ(found.model, "projects/p/locations/global/publishers/google/models/gemini-3.8-live");
  EXPECT_TRUE(found.credential);
}

TEST_F(EndpointTest, VertexHosts) {
  vertex();
  EXPECT_EQ(endpoint().url,
            std::string("wss://us-central1-aiplatform.googleapis.com") + vertex_path);
  environment_["GOOGLE_CLOUD_LOCATION"] = "europe-west4";
  EXPECT_EQ(host(), "wss://europe-west4-aiplatform.googleapis.com");
  config_.location.set("global");
  EXPECT_EQ(host(), "wss://aiplatform.googleapis.com");
  config_.location.set("us");
  EXPECT_EQ(host(), "wss://aiplatform.us.rep.googleapis.com");
  config_.location.set("eu");
  EXPECT_EQ(host(), "wss://aiplatform.eu.rep.googleapis.com");
  EXPECT_EQ(endpoint().model, "projects/p/locations/eu/publishers/google/models/gemini-3.8-live");
  EXPECT_EQ(header(), "Authorization: Bearer ya29.s3cret");
}

TEST_F(EndpointTest, VertexNeedsAProject) {
  config_.service.set(Service::vertex);
  config_.access_token.set(Secret("t"));
  EXPECT_TRUE(says("project"));
  environment_["GOOGLE_CLOUD_PROJECT"] = "from-env";
  EXPECT_EQ(endpoint().model,
            "projects/from-env/locations/us-central1/publishers/google/models/gemini-3.8-live");
}

TEST_F(EndpointTest, VertexExpressMode) {
  config_.service.set(Service::vertex);
  environment_["GOOGLE_API_KEY"] = "key";
  EXPECT_EQ(endpoint().url, std::string("wss://aiplatform.googleapis.com") + vertex_path);
  EXPECT_EQ(endpoint().model, "publishers/google/models/gemini-3.8-live");
  EXPECT_EQ(header(), "x-goog-api-key: key");

  environment_["GOOGLE_CLOUD_PROJECT"] = "p";  // a project beats a key of the environment
  EXPECT_TRUE(says("access-token", ErrorKind::not_authorized));
  config_.api_key.set(Secret("mine"));  // a key that was set beats a project of the environment
  EXPECT_EQ(endpoint().model, "publishers/google/models/gemini-3.8-live");
  EXPECT_EQ(header(), "x-goog-api-key: mine");
  config_.project.set("q");  // both set: the key, in the project
  EXPECT_EQ(host(), "wss://us-central1-aiplatform.googleapis.com");
  EXPECT_EQ(header(), "x-goog-api-key: mine");
}

TEST_F(EndpointTest, DeveloperModels) {
  config_.api_key.set(Secret("k"));
  const std::pair<const char *, const char *> cases[] = {
      {"gemini-x", "models/gemini-x"},
      {"models/gemini-x", "models/gemini-x"},
      {"google/gemini-x", "models/gemini-x"},
      {"tunedModels/mine", "tunedModels/mine"},
      {"projects/p/locations/l/publishers/google/models/x",
       "projects/p/locations/l/publishers/google/models/x"},
  };
  for (const auto &[name, full] : cases) {
    config_.model.set(name);
    EXPECT_EQ(endpoint().model, full);
  }
  config_.model = {};
  environment_["GEMLIVE_MODEL"] = "other";
  EXPECT_EQ(endpoint().model, "models/other");
  config_.model.set("has space");
  EXPECT_TRUE(says("model"));
}

TEST_F(EndpointTest, VertexModels) {
  vertex();
  const std::string prefix = "projects/p/locations/us-central1/publishers/";
  const std::pair<const char *, std::string> cases[] = {
      {"x", prefix + "google/models/x"},
      {"models/x", prefix + "google/models/x"},
      {"google/x", prefix + "google/models/x"},
      {"other/x", prefix + "other/models/x"},
      {"publishers/google/models/x", prefix + "google/models/x"},
      {"projects/q/locations/us-central1/endpoints/7",
       "projects/q/locations/us-central1/endpoints/7"},
  };
  for (const auto &[name, full] : cases) {
    config_.model.set(name);
    EXPECT_EQ(endpoint().model, full);
  }
}

TEST_F(EndpointTest, AFullModelNameSaysWhere) {
  config_.service.set(Service::vertex);
  config_.access_token.set(Secret("t"));
  config_.model.set("projects/q/locations/europe-west4/publishers/google/models/x");
  EXPECT_EQ(host(), "wss://europe-west4-aiplatform.googleapis.com");
  EXPECT_EQ(endpoint().model, *config_.model);
}

TEST_F(EndpointTest, ApiVersion) {
  config_.api_key.set(Secret("k"));
  config_.api_version.set("v1alpha");
  EXPECT_NE(endpoint().url.find("generativelanguage.v1alpha.GenerativeService"), std::string::npos);
  vertex();
  config_.api_version.set("v1");
  EXPECT_NE(endpoint().url.find("aiplatform.v1.LlmBidiService/"), std::string::npos);
  for (const auto *odd : {"v1/x", "v1 ", "v1?x", "v1\n"}) {
    config_.api_version.set(odd);
    EXPECT_TRUE(says("api-version")) << odd;
  }
}

TEST_F(EndpointTest, EphemeralTokens) {
  config_.access_token.set(Secret("auth_tokens/s3cret"));
  EXPECT_EQ(endpoint().url,
            "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1alpha."
            "GenerativeService.BidiGenerateContentConstrained");
  EXPECT_EQ(header(), "Authorization: Token auth_tokens/s3cret");
  config_.api_version.set("v1beta");
  EXPECT_EQ(endpoint().url, std::string(developer_url) + "Constrained");
  config_.service.set(Service::vertex);
  config_.project.set("p");
  EXPECT_TRUE(says("ephemeral"));
}

TEST_F(EndpointTest, UriReplacesSchemeHostAndPort) {
  const std::pair<const char *, std::string> cases[] = {
      {"ws://127.0.0.1:8765", std::string("ws://127.0.0.1:8765") + developer_path},
      {"ws://127.0.0.1:8765/", std::string("ws://127.0.0.1:8765") + developer_path},
      {"http://localhost:80", std::string("ws://localhost:80") + developer_path},
      {"WS://LocalHost", std::string("ws://LocalHost") + developer_path},
      {"ws://[::1]:8765", std::string("ws://[::1]:8765") + developer_path},
      {"wss://example.com", std::string("wss://example.com") + developer_path},
      {"https://example.com:444/", std::string("wss://example.com:444") + developer_path},
      {"wss://example.com/own/path", "wss://example.com/own/path"},
      {"wss://example.com//a%2Fb/?x=%41&y", "wss://example.com//a%2Fb/?x=%41&y"},
      {"ws://127.1.2.3:1/x", "ws://127.1.2.3:1/x"},
  };
  environment_["GOOGLE_API_KEY"] = "k";
  for (const auto &[uri, url] : cases) {
    config_.uri.set(uri);
    EXPECT_EQ(endpoint().url, url);
    EXPECT_EQ(header(), "x-goog-api-key: k");
  }
  config_.uri = {};
  environment_["GEMLIVE_URI"] = "ws://127.0.0.1:1";
  EXPECT_EQ(endpoint().url, std::string("ws://127.0.0.1:1") + developer_path);
}

TEST_F(EndpointTest, AnErrorNamesThePropertyOrTheVariable) {
  environment_["GOOGLE_API_KEY"] = "k";
  environment_["GEMLIVE_URI"] = "nonsense";
  EXPECT_TRUE(says("Variable GEMLIVE_URI is not a URI"));
  config_.uri.set("nonsense");
  EXPECT_TRUE(says("Property uri is not a URI"));
  config_.uri = {};
  environment_.erase("GEMLIVE_URI");
  environment_["GEMLIVE_MODEL"] = "no model";
  EXPECT_TRUE(says("Variable GEMLIVE_MODEL is not"));
  config_.model.set("no model");
  EXPECT_TRUE(says("Property model is not"));
  config_.model = {};
  environment_.erase("GEMLIVE_MODEL");
  config_.extra_headers.set({});
  EXPECT_TRUE(says("Property extra-headers contains no header"));
}

TEST_F(EndpointTest, AnErrorShowsAValueThatIsRight) {
  environment_["GOOGLE_API_KEY"] = "k";
  config_.model.set("no model");
  EXPECT_TRUE(says("such as gemini-3.8-live"));
  config_.model = {};
  config_.service.set(Service::vertex);
  config_.project.set("no project");
  EXPECT_TRUE(says("GOOGLE_CLOUD_PROJECT) is not a project ID such as"));
  config_.project.set("p");
  environment_["GOOGLE_CLOUD_LOCATION"] = "no location";
  EXPECT_TRUE(says("GOOGLE_CLOUD_LOCATION) is not a location such as us-central1"));
}

TEST_F(EndpointTest, OnlyLoopbackGoesWithoutCredential) {
  for (const auto *uri : {"ws://127.0.0.1:8765", "ws://localhost:1/x", "wss://[::1]"}) {
    config_.uri.set(uri);
    EXPECT_EQ(header(), "none") << uri;
  }
  for (const auto *uri : {"wss://example.com", "wss://10.0.0.1", "wss://localhost.example.com"}) {
    config_.uri.set(uri);
    EXPECT_NE(error(ErrorKind::not_authorized), "") << uri;
  }
}

TEST_F(EndpointTest, PlainTextIsForLoopbackOnly) {
  config_.api_key.set(Secret("s3cret"));
  for (const auto *uri : {"ws://example.com", "http://example.com/x", "ws://127.0.0.1.example.com",
                          "ws://10.0.0.1:8765", "ws://0.0.0.0", "ws://localhost.example.com",
                          "ws://[::2]", "ws://128.0.0.1"}) {
    config_.uri.set(uri);
    EXPECT_TRUE(says("wss://")) << uri;
  }
}

TEST_F(EndpointTest, OddUrisAreBadSettings) {
  config_.api_key.set(Secret("s3cret"));
  for (const auto *uri :
       {"127.0.0.1:8765", "localhost:8765", "ws://", "ws:///path", "ftp://127.0.0.1",
        "wss://user@x.com", "wss://user:s3cret@x.com", "ws://127.0.0.1:99999", "ws://127.0.0.1:x",
        "wss://x.com/#s3cret", "wss://x.com/?key=s3cret", "wss://x.com/p?a=1&access_token=s3cret",
        "wss://x.com/a b", "wss://x.com/\r\nHost: y", "wss://\xc3\xa4.com", "ws",
        " ws://127.0.0.1"}) {
    config_.uri.set(uri);
    EXPECT_TRUE(says("uri")) << uri;
  }
}

TEST_F(EndpointTest, TheMusicServiceIsRefused) {
  config_.api_key.set(Secret("s3cret"));
  config_.uri.set(
      "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1alpha."
      "GenerativeService.BidiGenerateMusic");
  EXPECT_TRUE(says("Property uri names Google's music service (BidiGenerateMusic)"));
}

TEST_F(EndpointTest, NothingOddGetsIntoTheHost) {
  vertex();
  for (const auto *odd : {"us-central1.evil.com/", "a/b", "a b", "a@b", "a:1", "a\n"}) {
    config_.location.set(odd);
    EXPECT_TRUE(says("location")) << odd;
  }
  config_.location = {};
  for (const auto *odd : {"a/b", "a b", "p\n", "p?"}) {
    config_.project.set(odd);
    EXPECT_TRUE(says("project")) << odd;
  }
}

class EndpointWithCredentials : public EndpointTest {
 protected:
  const test::TempFolder folder_;
  const std::string file_ = folder_.write(
      "adc.json", R"({"type":"authorized_user","client_id":"c","client_secret":"s3cret",)"
                  R"("refresh_token":"s3cret","quota_project_id":"payer"})");
};

TEST_F(EndpointWithCredentials, AreWhatVertexTakesWhenThereIsNothingElse) {
  config_.project.set("p");
  environment_["GOOGLE_APPLICATION_CREDENTIALS"] = file_;
  const auto found = endpoint();
  ASSERT_TRUE(found.credential);
  ASSERT_EQ(found.headers.size(), 1u);
  EXPECT_EQ(found.headers[0].first, "x-goog-user-project");
  EXPECT_EQ(found.headers[0].second.reveal(), "payer");
  environment_["GOOGLE_API_KEY"] = "key";  // a project beats a key of the environment
  EXPECT_TRUE(endpoint().credential);
  config_.access_token.set(Secret("t"));
  EXPECT_FALSE(endpoint().credential);
}

TEST_F(EndpointWithCredentials, TheFileSaysThatItIsVertex) {
  environment_["GOOGLE_API_KEY"] = "key";
  config_.credentials_file.set(file_);
  EXPECT_TRUE(says("project"));
  environment_["GOOGLE_CLOUD_PROJECT"] = "p";
  EXPECT_EQ(endpoint().service, Service::vertex);
  EXPECT_TRUE(endpoint().credential);
  config_.service.set(Service::developer);
  EXPECT_TRUE(says("credentials-file"));
}

TEST_F(EndpointWithCredentials, GoToGoogleOnlyUnlessAsked) {
  config_.project.set("p");
  config_.uri.set("wss://example.com");
  environment_["GOOGLE_APPLICATION_CREDENTIALS"] = file_;
  EXPECT_TRUE(says("allow-custom-endpoints", ErrorKind::not_authorized));
  config_.credentials_file.set(file_);
  EXPECT_TRUE(says("allow-custom-endpoints"));
  config_.allow_custom_endpoints.set(true);
  EXPECT_TRUE(endpoint().credential);
  config_.allow_custom_endpoints = {};
  config_.uri.set("wss://europe-west4-aiplatform.googleapis.com");
  EXPECT_TRUE(endpoint().credential);
  config_.credentials_file = {};
  config_.uri.set("ws://127.0.0.1:1");
  EXPECT_FALSE(endpoint().credential) << "this machine's simulator needs none";
}

TEST_F(EndpointTest, AnEphemeralTokenIsOneWhereverItIsGiven) {
  config_.api_key.set(Secret("auth_tokens/s3cret"));
  EXPECT_EQ(header(), "Authorization: Token auth_tokens/s3cret");
  EXPECT_NE(endpoint().url.find("v1alpha"), std::string::npos);
  EXPECT_TRUE(endpoint().url.ends_with("BidiGenerateContentConstrained"));
  config_.api_key = {};
  environment_["GEMINI_API_KEY"] = "auth_tokens/s3cret";
  EXPECT_EQ(header(), "Authorization: Token auth_tokens/s3cret");
  config_.service.set(Service::vertex);
  EXPECT_TRUE(says("ephemeral"));
}

TEST_F(EndpointTest, UniversesHaveHostsOfTheirOwn) {
  vertex();
  config_.universe_domain.set("cloud.example");
  EXPECT_EQ(host(), "wss://us-central1-aiplatform.cloud.example");
  config_.universe_domain = {};
  environment_["GOOGLE_CLOUD_UNIVERSE_DOMAIN"] = "other.example";
  EXPECT_EQ(host(), "wss://us-central1-aiplatform.other.example");
  config_.universe_domain.set("evil/");
  EXPECT_TRUE(says("universe-domain"));
}

TEST_F(EndpointTest, HeadersOfTheUsers) {
  config_.api_key.set(Secret("k"));
  config_.extra_headers.set({{"X-Tenant", Secret("blue green")}});
  auto headers = endpoint().headers;
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].first, "X-Tenant");
  for (const char *name : {"Authorization", "host", "Sec-WebSocket-Key", "X-Goog-Api-Key", "a b",
                           "", "x:y", "x\r\n"}) {
    config_.extra_headers.set({{name, Secret("v")}});
    EXPECT_TRUE(says("extra-headers")) << name;
  }
  config_.extra_headers.set({{"X", Secret("s3cret\r\nEvil: 1")}});
  EXPECT_TRUE(says("extra-headers"));
}

}  // namespace
