// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// No secret appears in a log at any level, a dot dump, a readable property, a message, the stats or
// the simulator's events.

#include <gio/gio.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "http_server.hpp"
#include "json_object.hpp"
#include "pipeline.hpp"
#include "read_file.hpp"
#include "rsa_key.hpp"
#include "scoped_variable.hpp"
#include "secret_detector.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

constexpr const char *mark = "open-sesame";

/// A part of the handles that the simulator sends. TheHandleOfTheServiceIsOnlyInItsProperty shows
/// that it sends them.
constexpr const char *issued_handle = "simulated-1-";

/// A secret that begins with the mark. TheDetectorFindsSecrets shows that a leak is found.
std::string secret(const char *name) {
  return std::string(mark) + '-' + name;
}

class Canary : public ::testing::Test {
 protected:
  /// Secrets are set with g_object_set(): gst_parse_launch() logs its argument.
  void run(const std::string &more, const std::function<void(GstElement *)> &set,
           const std::string &script = "") {
    SimulatorProcess simulator({"--voice", "tone", "--tone-duration", "500", "--speed", "0"},
                               script);
    {
      Pipeline pipeline(
          "audiotestsrc num-buffers=40 ! audio/x-raw,rate=16000 ! gemlive name=g "
          "pacing=none output-transcription=true max-retries=2 uri=" +
          simulator.uri() + ' ' + more + " ! fakesink");
      detector.watch(pipeline);
      set(pipeline["g"]);
      detector.inspect(pipeline);
      pipeline.play();
      pipeline.wait([&](GstMessage *message) {
        detector.record(message);
        return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ||
               GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
      });
      detector.inspect(pipeline);
    }
    simulator.stop();
    for (const auto &event : simulator.events())
      detector.record(event.json);
    EXPECT_GT(detector.size(), 10000u) << "nothing was recorded";
    EXPECT_EQ(detector.find(mark), "");
    EXPECT_EQ(detector.find(issued_handle), "");
  }
  void run_with_key(const std::string &script) {
    run(
        "", [](GstElement *g) { g_object_set(g, "api-key", secret("key").c_str(), nullptr); },
        script);
  }

  SecretDetector detector;
};

TEST_F(Canary, TheDetectorFindsSecrets) {
  Pipeline pipeline("fakesrc name=" + secret("name") + " ! gemlive name=g ! fakesink");
  detector.watch(pipeline);
  EXPECT_NE(detector.find(mark), "");
}

TEST_F(Canary, Keys) {
  run_with_key("");
}

TEST_F(Canary, KeysOfTheEnvironment) {
  const ScopedVariable key("GOOGLE_API_KEY", secret("key").c_str());
  run("", [](GstElement *) {});
}

TEST_F(Canary, KeysThatAreRefused) {
  for (const char *script :
       {R"([{"when": {"on": "connect"}, "do": {"refuse": 401}}])",
        R"([{"when": {"on": "connect"}, "do": {"refuse": 503}}])",
        R"([{"when": {"on": "setup"}, "do": {"close": 1007, "reason": "API key not valid."}}])",
        R"([{"when": {"on": "ready", "session": 1}, "do": {"drop": "reset"}}])"})
    run_with_key(script);
}

TEST_F(Canary, TokensHeadersProxiesAndHandles) {
  const auto set = [](GstElement *g) {
    GstStructure *headers =
        gst_structure_new("headers", "x-tenant", G_TYPE_STRING, secret("header").c_str(), nullptr);
    g_object_set(g, "access-token", secret("token").c_str(), "extra-headers", headers, "proxy",
                 ("http://me:" + secret("password") + "@127.0.0.1:1").c_str(), "resumption-handle",
                 secret("handle").c_str(), nullptr);
    gst_structure_free(headers);
  };
  run("project=p", set);
  run("project=p uri=wss://127.0.0.1:1 max-retries=1", set);
  run("", [](GstElement *g) {
    g_object_set(g, "access-token", ("auth_tokens/" + secret("token")).c_str(), nullptr);
  });
}

TEST_F(Canary, TheHandleOfTheServiceIsOnlyInItsProperty) {
  SimulatorProcess simulator({"--voice", "tone", "--tone-duration", "500", "--speed", "0"});
  Pipeline pipeline(
      "audiotestsrc num-buffers=40 ! audio/x-raw,rate=16000 ! gemlive name=g pacing=none uri=" +
      simulator.uri() + " ! fakesink");
  detector.watch(pipeline);
  ASSERT_TRUE(pipeline.play());
  bool is_told = false;
  const auto end = pipeline.wait([&](GstMessage *message) {
    detector.record(message);
    is_told = is_told || gst_message_has_name(message, "gemlive/resumption");
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
  });
  ASSERT_TRUE(end);
  EXPECT_TRUE(is_told);
  detector.inspect(pipeline);
  EXPECT_EQ(detector.find(issued_handle), "");
  char *handle = nullptr;
  g_object_get(pipeline["g"], "resumption-handle", &handle, nullptr);
  const StrPtr owned(handle);
  ASSERT_NE(handle, nullptr);
  EXPECT_TRUE(std::string(handle).starts_with(issued_handle)) << handle;
}

TEST_F(Canary, AHandleThatTheServiceQuotes) {
  for (const char *action :
       {R"({"close":1011,"reason":"Lost simulated-1-1"})",
        R"({"close":1008,"reason":"No permission for simulated-1-1"})",
        R"({"send":{"error":{"message":"No permission for 'simulated-1-1'"}}})",
        R"({"send":{"serverContent":{"sessionResumptionUpdate":{"newHandle":"simulated-1-1"}}}})",
        R"({"send":{"usageMetadata":{"newHandle":"simulated-1-1"}}})"}) {
    SimulatorProcess simulator(
        {"--voice", "tone", "--tone-duration", "500", "--speed", "0"},
        R"([{"when":{"on":"heard","session":1,"ms":200},"do":)" + std::string(action) + "}]");
    Pipeline pipeline(
        "audiotestsrc num-buffers=40 ! audio/x-raw,rate=16000 ! gemlive name=g pacing=none uri=" +
        simulator.uri() + " ! fakesink");
    detector.watch(pipeline);
    ASSERT_TRUE(pipeline.play());
    bool is_shown = false;
    pipeline.wait([&](GstMessage *message) {
      detector.record(message);
      const auto *fields = gst_message_get_structure(message);
      const StrPtr text(fields ? gst_structure_to_string(fields) : g_strdup(""));
      const bool is_error = GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
      is_shown = is_shown || std::string(text.get()).find(R"(\*\*\*)") != std::string::npos ||
                 (is_error && describe(message).find("***") != std::string::npos);
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ||
             GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
    });
    detector.inspect(pipeline);
    EXPECT_TRUE(is_shown) << action;
    EXPECT_EQ(detector.find(issued_handle), "") << action;
  }
}

/// What a user sees or keeps in a file.
TEST_F(Canary, GstLaunchPrintsNoSecret) {
#ifdef GEMLIVE_SANITIZED
  GTEST_SKIP() << "gst-launch-1.0 has no sanitizer";
#endif
  SimulatorProcess simulator({"--voice", "tone", "--tone-duration", "500", "--speed", "0"});
  const TempFile log;
  TempFolder dots;
  ObjectPtr<GSubprocessLauncher> launcher(
      g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE));
  const std::pair<const char *, std::string> variables[] = {{"GST_DEBUG", "*:9"},
                                                            {"GST_DEBUG_FILE", log.path()},
                                                            {"GST_DEBUG_DUMP_DOT_DIR", dots.path()},
                                                            {"GST_TRACERS", "log"},
                                                            {"G_MESSAGES_DEBUG", "all"},
                                                            {"GOOGLE_API_KEY", secret("key")},
                                                            {"GEMLIVE_URI", simulator.uri()}};
  for (const auto &[name, value] : variables)
    g_subprocess_launcher_setenv(launcher.get(), name, value.c_str(), TRUE);
  g_subprocess_launcher_set_flags(launcher.get(),
                                  static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                                G_SUBPROCESS_FLAGS_STDERR_MERGE));
  const char *command[] = {
      "sh", "-c",
      "exec gst-launch-1.0 -v -m audiotestsrc num-buffers=40 ! audio/x-raw,rate=16000 ! gemlive "
      "pacing=none ! fakesink silent=false",
      nullptr};
  ErrorPtr error;
  ObjectPtr<GSubprocess> launch(g_subprocess_launcher_spawnv(launcher.get(), command, out(error)));
  ASSERT_TRUE(launch) << error->message;
  char *printed = nullptr;
  ASSERT_TRUE(
      g_subprocess_communicate_utf8(launch.get(), nullptr, nullptr, &printed, nullptr, out(error)))
      << error->message;
  std::string text = StrPtr(printed).get();
  EXPECT_NE(text.find("gemlive/resumption, resumable=(boolean)true"), std::string::npos) << text;
  EXPECT_NE(text.find("connection-state"), std::string::npos) << "-v prints notified properties";
  text += read_file(log.path());
  EXPECT_NE(text.find("gemlive/resumption"), std::string::npos);
  for (const auto &entry : std::filesystem::directory_iterator(dots.path()))
    text += read_file(entry.path());
  EXPECT_NE(text.find("digraph"), std::string::npos);
  for (const char *found : {mark, issued_handle}) {
    const auto at = text.find(found);
    EXPECT_EQ(at, text.npos) << text.substr(at > 300 ? at - 300 : 0, 400);
  }
}

TEST_F(Canary, Credentials) {
  HttpServer google([](const auto &) {
    return HttpServer::Response{.body = "{\"access_token\":\"" + secret("issued") +
                                        "\",\"expires_in\":3599}"};
  });
  HttpServer refusing([](const auto &) {
    return HttpServer::Response{.status = 400, .body = R"({"error":"invalid_grant"})"};
  });
  for (const auto &uri : {google.uri(), refusing.uri(), std::string("http://127.0.0.1:1")}) {
    json::Object user;
    user.set("type", "authorized_user")
        .set("client_id", "canary")
        .set("client_secret", std::string_view(secret("client")))
        .set("refresh_token", std::string_view(secret("refresh")))
        .set("token_uri", std::string_view(uri + "/token?" + secret("query")));
    const TempFile file(user.text(), ".json");
    run("project=p allow-custom-endpoints=true credentials-file=" + file.path(),
        [](GstElement *) {});
    run("project=p uri=wss://us-central1-aiplatform.googleapis.com credentials-file=" + file.path(),
        [](GstElement *) {});  // an untrusted address
  }
}

TEST_F(Canary, PrivateKeys) {
  HttpServer google([](const auto &) {
    return HttpServer::Response{.body = "{\"access_token\":\"" + secret("issued") + "\"}"};
  });
  const auto pem = rsa_pem();
  json::Object account;
  account.set("type", "service_account")
      .set("client_email", "robot@p.iam.gserviceaccount.com")
      .set("private_key", std::string_view(pem))
      .set("token_uri", std::string_view(google.uri() + "/token"));
  const TempFile file(account.text(), ".json");
  run("project=p allow-custom-endpoints=true credentials-file=" + file.path(), [](GstElement *) {});
  EXPECT_EQ(detector.find(pem.substr(100, 40)), "");
  ASSERT_EQ(google.requests().size(), 1u);
  const auto form = google.requests()[0].body;
  const auto assertion = form.substr(form.find("assertion=") + 10);
  EXPECT_EQ(detector.find(assertion.substr(0, 60)), "");
}

}  // namespace
}  // namespace gemlive::test
