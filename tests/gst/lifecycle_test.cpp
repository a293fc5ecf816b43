// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Whole conversations: which elements share one, and how it starts, ends and fails.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>

#include "local_socket.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "scoped_variable.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

bool is_error(GstMessage *message) {
  return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
}

class Lifecycle : public PipelineFixture {};

// Shared conversations

class TwoPipelines : public Lifecycle, public ::testing::WithParamInterface<bool> {};

TEST_P(TwoPipelines, ShareAConversationWhicheverStartsFirst) {
  serve();
  Pipeline in(question() + "gemlivesink session=two pacing=none" + uri());
  Pipeline out("gemlivesrc session=two name=src ! fakesink name=out");
  Tap tap(out["out"]);
  if (GetParam()) {
    ASSERT_TRUE(in.set_state(GST_STATE_PAUSED));  // in PLAYING the answer might not find `out`
    ASSERT_TRUE(out.play());
    ASSERT_TRUE(in.play());
  } else {
    g_object_set(out["src"], "uri", simulator->uri().c_str(), "pacing", 1, nullptr);
    ASSERT_TRUE(out.play());
    ASSERT_TRUE(out.wait("gemlive/connected"));
    ASSERT_TRUE(in.play());
  }
  EXPECT_EQ(in.wait_eos(), "");
  EXPECT_EQ(out.wait_eos(), "");
  EXPECT_TRUE(in.wait("gemlive/turn-complete"));  // each bus gets the message
  EXPECT_TRUE(out.wait("gemlive/turn-complete"));
  EXPECT_EQ(tap.bytes().size(), 9600u);
  in.set_state(GST_STATE_NULL);
  out.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed"));
  EXPECT_EQ(simulator->count("connected"), 1u);
}

INSTANTIATE_TEST_SUITE_P(Order, TwoPipelines, ::testing::Bool(), [](const auto &info) {
  return std::string(info.param ? "sink_first" : "source_first");
});

TEST_F(Lifecycle, EachMessageIsPostedOncePerBus) {
  serve();
  Pipeline pipeline(question() + "gemlivesink session=once pacing=none" + uri() +
                    "gemlivesrc session=once ! fakesink");
  ASSERT_EQ(pipeline.run(), "");
  const auto told = [&](const char *name) {
    return pipeline.count(
        [name](GstMessage *message) { return gst_message_has_name(message, name); });
  };
  EXPECT_EQ(told("gemlive/connected"), 1);
  EXPECT_EQ(told("gemlive/turn-started"), 1);
  EXPECT_EQ(told("gemlive/turn-complete"), 1);
}

TEST_F(Lifecycle, AConversationThatHasEndedRefusesAnotherSinkWithAnError) {
  serve();
  Pipeline out("gemlivesrc session=ended ! fakesink");
  Pipeline in(question() + "gemlivesink session=ended pacing=none" + uri());
  ASSERT_EQ(in.run(), "");
  ASSERT_TRUE(out.play());
  ASSERT_TRUE(in.set_state(GST_STATE_NULL));
  EXPECT_FALSE(in.play());
  auto error = in.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_code(error.get()), GST_LIBRARY_ERROR_SETTINGS);
  EXPECT_NE(describe(error.get()).find("session 'ended'"), std::string::npos);
  ASSERT_TRUE(in.set_state(GST_STATE_NULL));
  ASSERT_TRUE(out.set_state(GST_STATE_NULL));
  EXPECT_EQ(in.run(), "") << "a new session";
}

TEST_F(Lifecycle, OneStreamHasOneSource) {
  serve();
  Pipeline first("gemlivesrc session=s" + uri() + "! fakesink");
  ASSERT_TRUE(first.play());
  Pipeline second("gemlivesrc session=s ! fakesink");
  EXPECT_FALSE(second.play());
  auto error = second.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_domain(error.get()), GST_LIBRARY_ERROR);
  EXPECT_EQ(second.count(is_error), 0);
  ASSERT_TRUE(first.set_state(GST_STATE_NULL));
  ASSERT_TRUE(second.set_state(GST_STATE_NULL));
  Pipeline third("gemlivesrc session=s" + uri() + "! fakesink");
  EXPECT_TRUE(third.play());  // the session accepts a source again
}

TEST_F(Lifecycle, ConnectingIsReportedAsProgress) {
  serve();
  Pipeline pipeline("gemlive" + uri());
  const auto progress = [&](GstProgressType wanted) {
    return pipeline.wait([wanted](GstMessage *message) {
      if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_PROGRESS) return false;
      GstProgressType type = GST_PROGRESS_TYPE_ERROR;
      char *code = nullptr;
      gst_message_parse_progress(message, &type, &code, nullptr);
      StrPtr owned(code);
      return type == wanted && g_str_equal(code, "connect");
    }) != nullptr;
  };
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(progress(GST_PROGRESS_TYPE_START));
  EXPECT_TRUE(progress(GST_PROGRESS_TYPE_COMPLETE));
}

// Ends

TEST_F(Lifecycle, MaxTurnsEndsTheOutputWhateverTheInputDoes) {
  serve();
  Pipeline pipeline("audiotestsrc is-live=true wave=silence ! gemlive name=g max-turns=2" + uri() +
                    "! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  gboolean sent = FALSE;
  for (int i = 0; i < 2; ++i) {
    g_signal_emit_by_name(pipeline["g"], "send-text", "next", TRUE, &sent);
    EXPECT_TRUE(sent);
    ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  }
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(tap.bytes().size(), 2 * 9600u);
}

TEST_F(Lifecycle, EosTimeoutIsAWarningAndThenEos) {
  serve({}, R"([{"when":{"on":"turn"},"do":{"answer":{"tone":200,"turn-complete":false,)"
            R"("generation-complete":false}}}])");
  Pipeline pipeline(question() + "gemlive pacing=none eos-timeout=300" + uri() +
                    "! fakesink name=out");
  Tap tap(pipeline["out"]);
  EXPECT_EQ(pipeline.run(), "");
  auto warning = pipeline.wait(GST_MESSAGE_WARNING);
  ASSERT_TRUE(warning);
  EXPECT_NE(describe(warning.get()).find("eos-timeout"), std::string::npos);
  EXPECT_EQ(tap.bytes().size(), 9600u);
}

// Failures: exactly one ERROR with the details that an application needs.

struct Failure {
  const char *name;
  std::string script = "";
  std::string properties = "";
  GQuark (*domain)() = gst_resource_error_quark;
  int code = 0;
  int http_status = 0;
  int close_code = 0;
};
void PrintTo(const Failure &failure, std::ostream *os) {
  *os << failure.name;
}

std::string refuse(int status) {
  return R"([{"when":{"on":"connect"},"do":{"refuse":)" + std::to_string(status) + "}}]";
}
std::string close(int code, const char *reason) {
  return R"([{"when":{"on":"turn"},"do":{"close":)" + std::to_string(code) + R"(,"reason":")" +
         reason + R"("}}])";
}

class Failing : public Lifecycle, public ::testing::WithParamInterface<Failure> {};

TEST_P(Failing, IsOneErrorWithItsDetails) {
  const auto &failure = GetParam();
  serve({}, failure.script.empty() ? "[]" : failure.script);
  Pipeline pipeline(question() + "gemlive pacing=none max-retries=0" + uri() + failure.properties +
                    "! fakesink");
  EXPECT_TRUE(pipeline.play());  // fails later, with an ERROR message
  auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_EQ(error_domain(error.get()), failure.domain()) << describe(error.get());
  EXPECT_EQ(error_code(error.get()), failure.code) << describe(error.get());
  const auto *details = error_details(error.get());
  int value = 0;
  if (failure.http_status != 0) {
    ASSERT_TRUE(details && gst_structure_get_int(details, "http-status", &value));
    EXPECT_EQ(value, failure.http_status);
  }
  if (failure.close_code != 0) {
    ASSERT_TRUE(details && gst_structure_get_int(details, "close-code", &value));
    EXPECT_EQ(value, failure.close_code);
    EXPECT_NE(gst_structure_get_string(details, "close-reason"), nullptr);
  }
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  // wavparse posts an error if it is stopped before it has read the file.
  const auto is_ours = [](GstMessage *message) {
    auto *factory = gst_element_get_factory(GST_ELEMENT(GST_MESSAGE_SRC(message)));
    return g_str_has_prefix(GST_OBJECT_NAME(factory), "gemlive") != FALSE;
  };
  EXPECT_EQ(
      pipeline.count([&](GstMessage *message) { return is_error(message) && is_ours(message); }),
      0);
}

INSTANTIATE_TEST_SUITE_P(
    Service, Failing,
    ::testing::Values(Failure{.name = "http_401",
                              .script = refuse(401),
                              .code = GST_RESOURCE_ERROR_NOT_AUTHORIZED,
                              .http_status = 401},
                      Failure{.name = "http_403",
                              .script = refuse(403),
                              .code = GST_RESOURCE_ERROR_NOT_AUTHORIZED,
                              .http_status = 403},
                      Failure{.name = "http_404",
                              .script = refuse(404),
                              .code = GST_RESOURCE_ERROR_NOT_FOUND,
                              .http_status = 404},
                      Failure{.name = "http_429",
                              .script = refuse(429),
                              .code = GST_RESOURCE_ERROR_BUSY,
                              .http_status = 429},
                      Failure{.name = "http_503",
                              .script = refuse(503),
                              .code = GST_RESOURCE_ERROR_OPEN_READ_WRITE,
                              .http_status = 503},
                      Failure{.name = "bad_key",
                              .properties = "api-key=bad-key ",
                              .code = GST_RESOURCE_ERROR_NOT_AUTHORIZED,
                              .close_code = 1007},
                      Failure{.name = "no_such_model",
                              .properties = "model=nope ",
                              .code = GST_RESOURCE_ERROR_NOT_FOUND,
                              .close_code = 1008},
                      Failure{.name = "unknown_field",
                              .properties = "setup=\"{\\\"nonsense\\\":1}\" ",
                              .domain = gst_library_error_quark,
                              .code = GST_LIBRARY_ERROR_SETTINGS,
                              .close_code = 1007},
                      Failure{.name = "never_set_up",
                              .script = R"([{"when":{"on":"setup"},"do":{"withhold":true}}])",
                              .properties = "connect-timeout=300 ",
                              .code = GST_RESOURCE_ERROR_OPEN_READ_WRITE},
                      Failure{.name = "upgrade_never_answered",
                              .script = R"([{"when":{"on":"connect"},"do":{"ignore":true}}])",
                              .properties = "connect-timeout=300 ",
                              .code = GST_RESOURCE_ERROR_OPEN_READ_WRITE},
                      Failure{.name = "quota",
                              .script = close(1011, "You exceeded your current quota"),
                              .code = GST_RESOURCE_ERROR_BUSY,
                              .close_code = 1011},
                      Failure{.name = "lost",
                              .script = close(1011, "Internal error encountered."),
                              .code = GST_RESOURCE_ERROR_READ,
                              .close_code = 1011},
                      Failure{.name = "reset",
                              .script = R"([{"when":{"on":"turn"},"do":{"drop":"reset"}}])",
                              .code = GST_RESOURCE_ERROR_READ}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(Lifecycle, AfterALossTheInputIsRefusedAndTheOutputEndsWithoutAnotherError) {
  serve({}, R"([{"when":{"on":"said","ms":100},"do":{"drop":"end"}}])");
  TempFile reply{"", ".wav"};
  Pipeline pipeline("audiotestsrc is-live=true wave=silence ! gemlive name=g max-retries=0" +
                    uri() + "! wavenc ! filesink location=" + reply.path());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.reaches(GST_STATE_PLAYING));  // after PLAYING an error does not end the file
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(pipeline.count(is_error), 0);
  pipeline.set_state(GST_STATE_NULL);
  // wavenc completes the header of the file.
  EXPECT_EQ(read_file(reply.path()).size(), 44 + wav_samples(reply.path()).size());
  EXPECT_GT(wav_samples(reply.path()).size(), 0u);
}

TEST_F(Lifecycle, AMissingElementIsSaid) {
  auto *registry = gst_registry_get();
  auto *feature = gst_registry_lookup_feature(registry, "audioresample");
  ASSERT_NE(feature, nullptr);
  gst_registry_remove_feature(registry, feature);
  {
    Pipeline pipeline("gemlive uri=ws://127.0.0.1:1");
    EXPECT_FALSE(pipeline.play());
    EXPECT_TRUE(pipeline.wait("missing-plugin"));
    auto error = pipeline.wait(GST_MESSAGE_ERROR);
    ASSERT_TRUE(error);
    EXPECT_EQ(error_domain(error.get()), GST_CORE_ERROR);
    EXPECT_EQ(error_code(error.get()), GST_CORE_ERROR_MISSING_PLUGIN);
  }
  gst_registry_add_feature(registry, feature);
  gst_object_unref(feature);
}

// State changes in every phase of a connection

long open_files() {
  long count = 0;
  for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

long io_threads() {
  long count = 0;
  for (const auto &task : std::filesystem::directory_iterator("/proc/self/task"))
    count += read_file(task.path() / "comm") == "gemlive-io\n";
  return count;
}

/// A port that accepts nothing: connections hang in its backlog.
class SilentPort {
 public:
  SilentPort() : socket_(bound_local_socket()) { ::listen(socket_, 1000); }
  ~SilentPort() { ::close(socket_); }
  std::string uri() const { return "ws://127.0.0.1:" + std::to_string(local_port(socket_)); }

 private:
  int socket_;
};

class Cycles : public Lifecycle {
 protected:
#ifdef GEMLIVE_SANITIZED
  static constexpr int rounds = 50;
#else
  static constexpr int rounds = 1000;
#endif

  /// `phase` returns when the pipeline has reached the phase in which it is stopped.
  void cycle(const std::string &description, const std::function<bool(Pipeline &)> &phase) {
    round(description, phase);
    const auto files = files_at_rest();
    for (int i = 0; i < rounds; ++i)
      round(description, phase);
    EXPECT_LE(files_at_rest(), files);
  }
  void round(const std::string &description, const std::function<bool(Pipeline &)> &phase) {
    Pipeline pipeline(description);
    timed(pipeline, GST_STATE_PLAYING);
    ASSERT_TRUE(phase(pipeline));
    timed(pipeline, GST_STATE_NULL);
  }
  /// Connections take a moment to close. The next connection that starts removes their threads.
  static long files_at_rest() {
    EXPECT_TRUE(wait_until([] { return io_threads() == 0; }));
    Pipeline("gemlive uri=ws://127.0.0.1:1").play();
    EXPECT_TRUE(wait_until([] { return io_threads() == 0; }));
    return open_files();
  }
  void timed(Pipeline &pipeline, GstState state) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(pipeline.set_state(state));
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  }
  std::string live(const std::string &gemlive) {
    return "audiotestsrc is-live=true ! gemlive name=g " + gemlive + " ! fakesink name=out";
  }
};

TEST_F(Cycles, Refused) {
  cycle(live("uri=ws://127.0.0.1:1"), [](Pipeline &) { return true; });
}

TEST_F(Cycles, WhileConnecting) {
  SilentPort port;
  cycle(live("uri=" + port.uri()), [](Pipeline &) { return true; });
}

TEST_F(Cycles, WhileBeingSetUp) {
  serve({}, R"([{"when":{"on":"setup"},"do":{"withhold":true}}])");
  std::size_t setups = 0;
  cycle(live(uri()),
        [&](Pipeline &) { return simulator->wait_event("setup", setups++).has_value(); });
}

TEST_F(Cycles, WhileItAnswers) {
  serve({"--speed", "1", "--tone-duration", "5000"});
  cycle(live(uri()), [](Pipeline &pipeline) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", "go on", TRUE, &sent);
    return sent && pipeline.wait("gemlive/turn-started");
  });
}

TEST_F(Cycles, WhileTheEndIsAwaited) {
  serve({"--turn-complete", "never"},
        R"([{"when":{"on":"turn"},"do":{"answer":{"tone":200,"generation-complete":false}}}])");
  std::size_t turns = 0;
  cycle(question() + "gemlive pacing=none" + uri() + "! fakesink",
        [&](Pipeline &) { return simulator->wait_event("turn-started", turns++).has_value(); });
}

TEST_F(Cycles, WhileTheServerNoLongerReads) {
  serve({}, R"([{"when":{"on":"ready"},"do":{"stall":"both"}}])");
  cycle(live(uri()),
        [](Pipeline &pipeline) { return pipeline.wait("gemlive/connected") != nullptr; });
}

}  // namespace
}  // namespace gemlive::test
