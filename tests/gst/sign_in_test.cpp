// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Keys, tokens and credentials of a pipeline.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <string>

#include "http_server.hpp"
#include "json_object.hpp"
#include "pipeline.hpp"
#include "read_file.hpp"
#include "rsa_key.hpp"
#include "rude_peer.hpp"
#include "samples.hpp"
#include "scoped_variable.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

HttpServer::Response token(const std::string &value) {
  return {.body = "{\"access_token\":\"" + value + "\",\"expires_in\":3599}"};
}
HttpServer::Response refusal(const char *error) {
  return {.status = 400, .body = std::string("{\"error\":\"") + error + "\"}"};
}

/// The token cache belongs to the process: each test uses another user.
std::string user_at(const std::string &uri, const std::string &client) {
  json::Object file;
  file.set("type", "authorized_user")
      .set("client_id", std::string_view(client))
      .set("client_secret", "s")
      .set("refresh_token", "r")
      .set("token_uri", std::string_view(uri + "/token"));
  return file.text();
}

std::string service_account_at(const std::string &uri) {
  json::Object file;
  file.set("type", "service_account")
      .set("client_email", "robot@p.iam.gserviceaccount.com")
      .set("project_id", "project-of-the-file")
      .set("private_key", std::string_view(rsa_pem()))
      .set("token_uri", std::string_view(uri + "/token"));
  return file.text();
}

constexpr const char *source =
    "audiotestsrc num-buffers=20 ! audio/x-raw,rate=16000 ! gemlive name=g pacing=none ";

std::string with(const TempFile &file, const std::string &uri) {
  return source + ("uri=" + uri) + " credentials-file=" + file.path() +
         " allow-custom-endpoints=true project=p ! fakesink";
}

bool is_in(const std::string &part, const std::string &text) {
  return text.find(part) != text.npos || (ADD_FAILURE() << text, false);
}

TEST(SignInPipeline, WithAServiceAccount) {
  SimulatorProcess simulator({"--voice", "tone"});
  HttpServer google([](const auto &) { return token("ya29.t"); });
  const TempFile file(service_account_at(google.uri()), ".json");
  Pipeline pipeline(source + ("uri=" + simulator.uri()) + " credentials-file=" + file.path() +
                    " allow-custom-endpoints=true ! fakesink");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_EQ(google.requests().size(), 1u);
  EXPECT_TRUE(is_in("jwt-bearer&assertion=ey", google.requests()[0].body));
  EXPECT_EQ(simulator.wait_event("connected")->text("auth"), "bearer");
  EXPECT_TRUE(is_in("projects/project-of-the-file/locations/us-central1",
                    simulator.wait_event("setup")->json_at("/setup/model")));
}

TEST(SignInPipeline, WithWhatTheEnvironmentNames) {
  SimulatorProcess simulator({"--voice", "tone"});
  HttpServer google([](const auto &) { return token("ya29.t"); });
  const TempFile file(user_at(google.uri(), "environment"), ".json");
  const ScopedVariable named("GOOGLE_APPLICATION_CREDENTIALS", file.path().c_str());
  Pipeline pipeline(source + ("uri=" + simulator.uri()) +
                    " project=p allow-custom-endpoints=true ! fakesink");
  EXPECT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(simulator.wait_event("connected")->text("auth"), "bearer");
}

TEST(SignInPipeline, PipelinesThatStartTogetherShareAToken) {
  SimulatorProcess simulator({"--voice", "tone"});
  HttpServer google([](const auto &) { return token("ya29.t"); });
  const TempFile file(user_at(google.uri(), "shared"), ".json");
  Pipeline first(with(file, simulator.uri())), second(with(file, simulator.uri()));
  ASSERT_TRUE(first.play());
  ASSERT_TRUE(second.play());
  EXPECT_TRUE(first.wait("gemlive/connected"));
  EXPECT_TRUE(second.wait("gemlive/connected"));
  EXPECT_EQ(google.requests().size(), 1u);
}

TEST(SignInPipeline, ALoginThatHasEndedIsSaidAndNotTriedAgain) {
  HttpServer google([](const auto &) { return refusal("invalid_grant"); });
  const TempFile file(user_at(google.uri(), "revoked"), ".json");
  Pipeline pipeline(with(file, "ws://127.0.0.1:1"));
  ASSERT_TRUE(pipeline.play());
  const auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_domain(error.get()), GST_RESOURCE_ERROR);
  EXPECT_EQ(error_code(error.get()), GST_RESOURCE_ERROR_NOT_AUTHORIZED);
  EXPECT_TRUE(is_in("gcloud auth application-default login", describe(error.get())));
  EXPECT_EQ(google.requests().size(), 1u);
}

TEST(SignInPipeline, AServiceThatIsAwayIsTriedAgain) {
  SimulatorProcess simulator({"--voice", "tone"});
  std::atomic<int> count = 0;
  HttpServer google([&](const auto &) {
    return ++count == 1 ? HttpServer::Response{.status = 503} : token("ya29.t");
  });
  const TempFile file(user_at(google.uri(), "away"), ".json");
  Pipeline pipeline(with(file, simulator.uri()));
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(google.requests().size(), 2u);
}

TEST(SignInPipeline, ARefusedTokenIsRenewedOnce) {
  SimulatorProcess simulator({"--voice", "tone"}, R"([
    {"when": {"on": "connect", "session": 1}, "do": {"refuse": 401}}])");
  std::atomic<int> count = 0;
  HttpServer google([&](const auto &) { return token("ya29.t" + std::to_string(++count)); });
  const TempFile file(user_at(google.uri(), "renewed"), ".json");
  Pipeline pipeline(with(file, simulator.uri()));
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(count, 2);
}

TEST(SignInPipeline, AndNotTwice) {
  SimulatorProcess simulator({"--voice", "tone"},
                             R"([{"when": {"on": "connect"}, "do": {"refuse": 401}}])");
  HttpServer google([](const auto &) { return token("ya29.t"); });
  const TempFile file(user_at(google.uri(), "never"), ".json");
  Pipeline pipeline(with(file, simulator.uri()));
  ASSERT_TRUE(pipeline.play());
  const auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_code(error.get()), GST_RESOURCE_ERROR_NOT_AUTHORIZED);
  EXPECT_EQ(google.requests().size(), 2u);
  EXPECT_TRUE(simulator.wait_event("connected", 1));
}

TEST(SignInPipeline, AStallEndsWithConnectTimeoutAndStopsAtOnce) {
  HttpServer google([](const auto &) { return HttpServer::Response{.never = true}; });
  const TempFile file(user_at(google.uri(), "stalled"), ".json");
  Pipeline pipeline(with(file, "ws://127.0.0.1:1"));
  g_object_set(pipeline["g"], "connect-timeout", 300, "max-retries", 0, nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_TRUE(is_in("connect-timeout", describe(error.get())));
  g_object_set(pipeline["g"], "connect-timeout", 20000, nullptr);
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  g_object_set(pipeline["g"], "connect-timeout", 20000, nullptr);
  ASSERT_TRUE(pipeline.play());
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

TEST(SignInPipeline, ABadFileIsAnErrorBeforeAnythingIsSent) {
  const TempFile file(R"({"type":"authorized_user","client_id":"c"})", ".json");
  for (const auto &path : {file.path(), std::string("/no/such/file.json")}) {
    Pipeline pipeline(source + (" project=p credentials-file=" + path) + " ! fakesink");
    EXPECT_FALSE(pipeline.play());
    const auto error = pipeline.wait(GST_MESSAGE_ERROR);
    ASSERT_TRUE(error);
    EXPECT_EQ(error_domain(error.get()), GST_LIBRARY_ERROR);
    EXPECT_EQ(error_code(error.get()), GST_LIBRARY_ERROR_SETTINGS);
    EXPECT_TRUE(is_in("credentials-file", describe(error.get())));
    EXPECT_TRUE(is_in(path, describe(error.get())));
  }
}

// The simulator checks credentials as Google's token service does.
class EveryWay : public ::testing::TestWithParam<const char *> {};

TEST_P(EveryWay, LeadsToAnAnswer) {
  SimulatorProcess simulator({"--voice", "tone", "--tone-duration", "300", "--speed", "0",
                              "--turn-complete", "now", "--sign-in"});
  const TempFile question(wav(loud(1000ms)), ".wav");
  Pipeline pipeline("filesrc location=" + question.path() +
                    " ! wavparse ! gemlive pacing=none project=p allow-custom-endpoints=true uri=" +
                    simulator.uri() + " credentials-file=" +
                    simulator.credentials(std::string(GetParam()) + ".json") + " ! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(simulator.wait_event("connected")->text("auth"), "bearer");
  EXPECT_EQ(simulator.count("refused"), 0u);
}

INSTANTIATE_TEST_SUITE_P(SignIn, EveryWay,
                         ::testing::Values("service_account", "authorized_user",
                                           "impersonated_from_user",
                                           "impersonated_from_service_account",
                                           "external_account_file", "external_account_file_json",
                                           "external_account_url", "external_account_impersonated",
                                           "external_account_authorized_user"),
                         [](const auto &info) { return std::string(info.param); });

/// As Google's WebSocket tutorial sets them up: two variables and a login, no property of the
/// service. Only the address of the simulator is added.
TEST(SignInPipeline, TheTutorialsSettingsAreEnough) {
  SimulatorProcess simulator({"--voice", "tone", "--tone-duration", "300", "--speed", "0",
                              "--turn-complete", "now", "--sign-in"});
  const TempFile question(wav(loud(1000ms)), ".wav"), reply("", ".wav");
  TempFolder home;
  std::filesystem::copy_file(simulator.credentials("authorized_user.json"),
                             home / "application_default_credentials.json");
  const ScopedVariable variables[] = {
      {"GOOGLE_CLOUD_PROJECT", "tutorial"},
      {"GOOGLE_CLOUD_LOCATION", "global"},
      {"CLOUDSDK_CONFIG", home.path()},
      {"GEMLIVE_URI", simulator.uri()},
      {"GOOGLE_APPLICATION_CREDENTIALS", ""},
      {"GOOGLE_API_KEY", ""},
      {"GEMINI_API_KEY", ""},
      {"GOOGLE_GENAI_USE_VERTEXAI", ""},
      {"GOOGLE_GENAI_USE_ENTERPRISE", ""},
  };
  Pipeline pipeline(
      "filesrc location=" + question.path() +
      " ! wavparse ! gemlive name=g pacing=none ! wavenc ! filesink location=" + reply.path());
  g_object_set(pipeline["g"], "allow-custom-endpoints", TRUE, nullptr);  // the simulator's sign-in
  EXPECT_EQ(pipeline.run(), "");
  const auto connected = simulator.wait_event("connected");
  ASSERT_TRUE(connected);
  EXPECT_EQ(connected->text("auth"), "bearer");
  EXPECT_TRUE(is_in("LlmBidiService/BidiGenerateContent", connected->text("path")));
  EXPECT_EQ(simulator.wait_event("setup")->json_at("/setup/model"),
            "\"projects/tutorial/locations/global/publishers/google/models/gemini-3.8-live\"");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_EQ(wav_samples(reply.path()).size(), 300u * 48);
}

TEST(SignInPipeline, WithNeitherKeyNorProjectTheErrorNamesBothWays) {
  TempFolder home;
  const ScopedVariable variables[] = {
      {"CLOUDSDK_CONFIG", home.path()}, {"GOOGLE_CLOUD_PROJECT", ""}, {"GCLOUD_PROJECT", ""},
      {"GOOGLE_API_KEY", ""},           {"GEMINI_API_KEY", ""},       {"GEMLIVE_URI", ""}};
  Pipeline pipeline(std::string(source) + "! fakesink");
  EXPECT_FALSE(pipeline.play());
  const auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_code(error.get()), GST_RESOURCE_ERROR_NOT_AUTHORIZED);
  for (const char *part : {"GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "gcloud auth"})
    EXPECT_TRUE(is_in(part, describe(error.get())));
}

class StrictSignIn : public ::testing::Test {
 protected:
  void serve(const std::string &faults) {
    file = std::make_unique<TempFile>(faults, ".json");
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--sign-in", "--sign-in-faults", file->path()});
  }
  std::string pipeline_with(const std::string &more) const {
    return source + ("uri=" + simulator->uri()) + " project=p allow-custom-endpoints=true " + more +
           " ! fakesink";
  }
  std::string with_user() const {
    return pipeline_with("credentials-file=" + simulator->credentials("authorized_user.json"));
  }
  std::unique_ptr<TempFile> file;
  std::unique_ptr<SimulatorProcess> simulator;
};

TEST_F(StrictSignIn, TheMetadataServersWay) {
  serve("[]");
  const ScopedVariable no_key("GOOGLE_API_KEY", "");
  const ScopedVariable host("GCE_METADATA_HOST", simulator->sign_in_uri().substr(7).c_str());
  const ScopedVariable check("NO_GCE_CHECK", "");
  Pipeline metadata(source + ("uri=" + simulator->uri()) +
                    " service=vertex allow-custom-endpoints=true ! fakesink");
  EXPECT_TRUE(metadata.play());
  EXPECT_TRUE(metadata.wait("gemlive/connected"));
  EXPECT_EQ(simulator->wait_event("sign-in")->text("grant"), "metadata");
  EXPECT_TRUE(is_in("projects/gemlive-test/locations/",
                    simulator->wait_event("setup")->json_at("/setup/model")));
}

TEST_F(StrictSignIn, ATokenThatWasRevokedIsRenewed) {
  serve(R"([{"path": "/token", "revoke": true}])");
  Pipeline playing(with_user());
  ASSERT_TRUE(playing.play());
  EXPECT_TRUE(playing.wait("gemlive/connected"));
  EXPECT_TRUE(simulator->wait_event("sign-in", 1));
  EXPECT_TRUE(simulator->wait_event("refused"));
  EXPECT_EQ(simulator->wait_event("connected")->text("quota-project"), "gemlive-test");
}

TEST_F(StrictSignIn, FaultsThatPassAndFaultsThatDoNot) {
  const std::pair<const char *, const char *> final_ones[] = {
      {R"([{"path": "token", "error": "invalid_rapt"}])", "must be confirmed"},
      {R"([{"path": "token", "redirect": "http://127.0.0.1:1/"}])", "307"},
      {R"([{"path": "token", "body": "<html>portal"}, {"path": "token", "body": "{}"}])",
       "portal"}};
  for (const auto &[faults, words] : final_ones) {
    serve(faults);
    Pipeline failing(with_user());
    ASSERT_TRUE(failing.play());
    const auto error = failing.wait(GST_MESSAGE_ERROR);
    ASSERT_TRUE(error) << faults;
    EXPECT_TRUE(is_in(words, describe(error.get())));
  }
  serve(R"([{"path": "token", "status": 503}, {"path": "token", "error": "server_error"}])");
  Pipeline playing(with_user());
  ASSERT_TRUE(playing.play());
  EXPECT_TRUE(playing.wait("gemlive/connected"));
}

/// Each connection is confirmed and then refused behind its first audio.
TEST_F(StrictSignIn, APermissionThatIsMissingEndsAfterOneRenewal) {
  file = std::make_unique<TempFile>("[]", ".json");
  simulator =
      std::make_unique<SimulatorProcess>(std::vector<std::string>{"--voice", "tone", "--sign-in"},
                                         R"([{"when": {"on": "heard", "ms": 40},
           "do": {"close": 1008, "reason": "Permission denied on resource project p."}}])");
  Pipeline pipeline(pipeline_with("max-retries=1 credentials-file=" +
                                  simulator->credentials("service_account.json")));
  ASSERT_TRUE(pipeline.play());
  const auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_code(error.get()), GST_RESOURCE_ERROR_NOT_AUTHORIZED);
  EXPECT_TRUE(is_in("Permission denied", describe(error.get())));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  simulator->stop();
  EXPECT_EQ(simulator->count("setup"), 2u);
  EXPECT_LE(simulator->count("sign-in"), 2u);
}

// Programs of a credentials file

TEST(SignInPipeline, AProgramSlowerThanConnectTimeoutRunsOnce) {
  SimulatorProcess simulator({"--voice", "tone"});
  HttpServer google([](const auto &) { return token("ya29.t"); });
  TempFolder folder;
  const auto runs = folder / "runs", may_end = folder / "may-end";
  const auto program =
      folder.write("program", "#!/bin/sh\necho run >> " + runs + "\nwhile [ ! -e " + may_end +
                                  " ]; do sleep 0.02; done\n"
                                  R"(echo '{"version":1,"success":true,"token_type":)"
                                  R"("urn:ietf:params:oauth:token-type:jwt","id_token":"j"}')"
                                  "\n");
  ASSERT_EQ(chmod(program.c_str(), 0700), 0);
  json::Object account;
  account.set("type", "external_account")
      .set("audience", "//iam.googleapis.com/projects/1/slow-program")
      .set("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
      .set("token_url", std::string_view(google.uri() + "/token"))
      .set("credential_source.executable.command", std::string_view(program));
  const TempFile file(account.text(), ".json");
  const ScopedVariable allowed("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
  Pipeline pipeline(with(file, simulator.uri()));
  g_object_set(pipeline["g"], "allow-executable-credentials", TRUE, "connect-timeout", 300,
               nullptr);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  folder.write("may-end", "");
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(read_file(runs), "run\n");
  EXPECT_EQ(google.requests().size(), 1u);
}

std::string header_of(const std::string &request, const std::string &name) {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == request.npos) return "none";
  const auto start = at + name.size() + 4;
  return request.substr(start, request.find("\r\n", start) - start);
}

TEST(SignInPipeline, ATokenThatIsSetWhilePlayingIsForTheNextConnection) {
  std::promise<std::string> first, second;
  std::promise<void> replaced;
  auto is_replaced = replaced.get_future().share();
  std::atomic<int> count = 0;
  RudePeer peer([&](RudePeer::Connection &connection) {
    const auto request = connection.read_request();
    const int number = ++count;
    if (number <= 2) (number == 1 ? first : second).set_value(header_of(request, "Authorization"));
    is_replaced.wait_for(10s);
    connection.write("HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n");
    connection.wait_for_end();
  });
  Pipeline pipeline(source + ("uri=" + peer.url("")) +
                    " project=p access-token=one max-retries=-1 ! fakesink");
  ASSERT_TRUE(pipeline.play());
  auto one = first.get_future(), two = second.get_future();
  ASSERT_EQ(one.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(one.get(), "Bearer one");
  g_object_set(pipeline["g"], "access-token", "two", nullptr);
  replaced.set_value();
  ASSERT_EQ(two.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(two.get(), "Bearer two");
  // Both elements in the bin have the setting.
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  EXPECT_TRUE(pipeline.play());
}

TEST(SignInPipeline, HeadersOfTheUsersAreSent) {
  std::promise<std::string> head;
  RudePeer peer([&](RudePeer::Connection &connection) {
    head.set_value(connection.read_request());
    connection.write("HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n");
    connection.wait_for_end();
  });
  Pipeline pipeline(source + ("uri=" + peer.url("")) +
                    " extra-headers=\"headers,x-tenant=blue,x-number=(int)7\" ! fakesink");
  ASSERT_TRUE(pipeline.play());
  auto said = head.get_future();
  ASSERT_EQ(said.wait_for(10s), std::future_status::ready);
  const auto request = said.get();
  EXPECT_EQ(header_of(request, "x-tenant"), "blue");
  EXPECT_EQ(header_of(request, "x-number"), "7");
}

}  // namespace
}  // namespace gemlive::test
