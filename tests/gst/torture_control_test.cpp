// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Things that an application should not do to elements (docs/reliability.md, "The torture list").

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <clocale>
#include <string>
#include <thread>
#include <vector>

#include "pipeline.hpp"
#include "rude_peer.hpp"
#include "simulator_process.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class TortureControl : public ::testing::Test {
 protected:
  std::string live(const std::string &more = "") const {
    return "audiotestsrc is-live=true ! gemlive name=g uri=" + simulator.uri() + ' ' + more +
           " ! fakesink name=out async=false";
  }
  static bool ask(Pipeline &pipeline, const char *text = "go on") {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, TRUE, &sent);
    return sent;
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "2000", "--turn-complete", "now"}};
};

TEST_F(TortureControl, PausingOftenKeepsOneSession) {
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(pipeline.set_state(i % 2 == 0 ? GST_STATE_PAUSED : GST_STATE_PLAYING));
  EXPECT_TRUE(ask(pipeline));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(simulator.count("connected"), 1u);
}

TEST_F(TortureControl, TextIsSentWhileThePipelineRestarts) {
  Pipeline pipeline(live());
  std::atomic<bool> over = false;
  std::vector<std::thread> writers;
  for (int i = 0; i < 2; ++i) {
    writers.emplace_back([&] {
      while (!over)
        ask(pipeline);
    });
  }
  for (int i = 0; i < 300; ++i) {
    EXPECT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
    EXPECT_TRUE(pipeline.set_state(GST_STATE_READY));
  }
  over = true;
  for (auto &writer : writers)
    writer.join();
}

TEST_F(TortureControl, AStateChangeFromTheThreadThatTells) {
  Pipeline pipeline(live());
  std::atomic<bool> stopped = false;
  struct Handler {
    GstElement *pipeline;
    std::atomic<bool> &stopped;
  } handler{pipeline.get(), stopped};
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline.get()));
  gst_bus_set_sync_handler(
      bus.get(),
      [](GstBus *, GstMessage *message, gpointer data) {
        auto *self = static_cast<Handler *>(data);
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT &&
            gst_message_has_name(message, "gemlive/connected")) {
          gst_element_set_state(self->pipeline, GST_STATE_NULL);
          self->stopped = true;
        }
        return GST_BUS_PASS;
      },
      &handler, nullptr);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(wait_until([&] { return stopped.load(); }));
  gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
}

TEST_F(TortureControl, StateChangesFromTwoThreads) {
  Pipeline pipeline(live());
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round)
        gst_element_set_state(pipeline.get(), round % 3 == 0   ? GST_STATE_PLAYING
                                              : round % 3 == 1 ? GST_STATE_NULL
                                                               : GST_STATE_PAUSED);
    });
  for (auto &thread : threads)
    thread.join();
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
}

TEST_F(TortureControl, EventsFromDownstreamOfEveryKind) {
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  const auto send = [&](GstEvent *event) {
    const PadPtr pad(gst_element_get_static_pad(pipeline["out"], "sink"));
    return gst_pad_push_event(pad.get(), event);
  };
  for (const auto flags :
       {GST_SEEK_FLAG_NONE, GST_SEEK_FLAG_FLUSH, GST_SEEK_FLAG_SEGMENT, GST_SEEK_FLAG_TRICKMODE})
    send(gst_event_new_seek(1.0, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE,
                            -1));
  send(gst_event_new_step(GST_FORMAT_BUFFERS, 1, 1.0, TRUE, FALSE));
  send(gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 0.1, 1000, 0));
  send(gst_event_new_reconfigure());
  send(gst_event_new_navigation(gst_structure_new_empty("application/x-gst-navigation")));
  for (int i = 0; i < 1000; ++i)
    send(gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, gst_structure_new_empty("some/thing")));
  EXPECT_TRUE(ask(pipeline));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

TEST_F(TortureControl, QueriesInEveryState) {
  RudePeer silent([](RudePeer::Connection &connection) { connection.wait_for_end(); });
  Pipeline pipeline("audiotestsrc is-live=true ! gemlive name=g uri=" + silent.url("") +
                    " ! fakesink name=out async=false");
  const auto ask_all = [&] {
    for (const char *name : {"src", "sink"}) {
      const PadPtr pad(gst_element_get_static_pad(pipeline["g"], name));
      GstQuery *queries[] = {gst_query_new_latency(),
                             gst_query_new_position(GST_FORMAT_TIME),
                             gst_query_new_duration(GST_FORMAT_TIME),
                             gst_query_new_seeking(GST_FORMAT_TIME),
                             gst_query_new_scheduling(),
                             gst_query_new_caps(nullptr),
                             gst_query_new_allocation(nullptr, TRUE)};
      for (auto *query : queries) {
        gst_pad_query(pad.get(), query);
        gst_query_unref(query);
      }
    }
  };
  const auto begun = std::chrono::steady_clock::now();
  for (const auto state : {GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING}) {
    ASSERT_TRUE(pipeline.set_state(state));
    ask_all();
    std::thread(ask_all).join();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s)
      << "a state change waited for the network";
  GstQuery *latency = gst_query_new_latency();
  const PadPtr pad(gst_element_get_static_pad(pipeline["g"], "src"));
  EXPECT_TRUE(gst_pad_query(pad.get(), latency));
  gboolean is_live = FALSE;
  gst_query_parse_latency(latency, &is_live, nullptr, nullptr);
  EXPECT_TRUE(is_live);
  gst_query_unref(latency);
}

class Refusing : public TortureControl, public ::testing::WithParamInterface<GstFlowReturn> {};

TEST_P(Refusing, IsSaidOnceAndNothingSpins) {
  Pipeline pipeline("audiotestsrc is-live=true wave=silence ! gemlive name=g pacing=none uri=" +
                    simulator.uri() + " ! identity name=id ! fakesink async=false");
  const PadPtr pad(gst_element_get_static_pad(pipeline["id"], "sink"));
  struct State {
    std::atomic<int> buffers = 0;
    GstFlowReturn flow;
  } state{.flow = GetParam()};
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad *, GstPadProbeInfo *info, gpointer data) {
        auto *self = static_cast<State *>(data);
        if (++self->buffers < 5) return GST_PAD_PROBE_OK;
        GST_PAD_PROBE_INFO_FLOW_RETURN(info) = self->flow;
        gst_buffer_unref(GST_PAD_PROBE_INFO_BUFFER(info));
        return GST_PAD_PROBE_HANDLED;
      },
      &state, nullptr);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_TRUE(ask(pipeline));
  const bool is_error = GetParam() < GST_FLOW_EOS;
  if (is_error) {
    EXPECT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
  }
  ASSERT_TRUE(wait_until([&] { return state.buffers >= 5; }));
  // Nothing downstream takes the audio of the next turn. The source must not try in a busy loop.
  ask(pipeline);
  EXPECT_TRUE(simulator.wait_event("turn-complete", is_error ? 0 : 1));
  EXPECT_EQ(state.buffers, 5);
  EXPECT_EQ(pipeline.count([](GstMessage *m) { return GST_MESSAGE_TYPE(m) == GST_MESSAGE_ERROR; }),
            0);
}

INSTANTIATE_TEST_SUITE_P(Downstream, Refusing,
                         ::testing::Values(GST_FLOW_EOS, GST_FLOW_FLUSHING, GST_FLOW_ERROR,
                                           GST_FLOW_NOT_NEGOTIATED, GST_FLOW_NOT_SUPPORTED,
                                           GST_FLOW_CUSTOM_ERROR),
                         [](const auto &info) {
                           std::string name = gst_flow_get_name(info.param);
                           for (auto &c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

TEST_F(TortureControl, TakenOutOfARunningPipelineAndPutIntoAnother) {
  ElementPtr gemlive(
      GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("gemlive", "moved"))));
  g_object_set(gemlive.get(), "uri", simulator.uri().c_str(), nullptr);
  for (std::size_t round = 0; round < 3; ++round) {
    Pipeline pipeline("audiotestsrc is-live=true name=tone  fakesink name=out async=false");
    gst_bin_add(GST_BIN(pipeline.get()), gemlive.get());
    ASSERT_TRUE(gst_element_link_many(pipeline["tone"], gemlive.get(), pipeline["out"], nullptr));
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(pipeline.wait("gemlive/connected"));
    gst_element_set_locked_state(gemlive.get(), TRUE);
    ASSERT_NE(gst_element_set_state(gemlive.get(), GST_STATE_NULL), GST_STATE_CHANGE_FAILURE);
    gst_element_unlink_many(pipeline["tone"], gemlive.get(), pipeline["out"], nullptr);
    ASSERT_TRUE(gst_bin_remove(GST_BIN(pipeline.get()), gemlive.get()));
    gst_element_set_locked_state(gemlive.get(), FALSE);
    EXPECT_TRUE(simulator.wait_event("closed", round));
  }
}

TEST_F(TortureControl, ManyAtOnceDoNotDisturbEachOther) {
  constexpr int count = 32;
  std::vector<std::unique_ptr<Pipeline>> pipelines;
  for (int i = 0; i < count; ++i) {
    // Every fourth conversation has no server.
    const auto uri = i % 4 == 3 ? "ws://127.0.0.1:1" : simulator.uri();
    pipelines.push_back(std::make_unique<Pipeline>(
        "appsrc name=in caps=text/x-raw,format=utf8 ! g.text  gemlive name=g max-retries=0 uri=" +
        uri + " ! fakesink async=false"));
    ASSERT_TRUE(pipelines.back()->play());
  }
  for (int i = 0; i < count; ++i) {
    if (i % 4 == 3) {
      EXPECT_TRUE(pipelines[i]->wait(GST_MESSAGE_ERROR)) << i;
      continue;
    }
    ASSERT_TRUE(pipelines[i]->wait("gemlive/connected")) << i;
    EXPECT_TRUE(ask(*pipelines[i], ("I am " + std::to_string(i)).c_str())) << i;
  }
  for (int i = 0; i < count; ++i) {
    if (i % 4 == 3) continue;
    const auto turn = pipelines[i]->wait("gemlive/turn-complete");
    ASSERT_TRUE(turn) << i;
    const auto *said = gst_structure_get_string(gst_message_get_structure(turn.get()), "text");
    EXPECT_NE(said, nullptr) << i;
  }
}

TEST_F(TortureControl, PropertiesFromFourThreads) {
  Pipeline pipeline(live("access-token=first project=p"));
  ASSERT_TRUE(pipeline.play());
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; !done; ++round) {
        GstStructure *stats = nullptr;
        char *voice = nullptr, *handle = nullptr;
        int state = 0;
        g_object_get(pipeline["g"], "stats", &stats, "voice", &voice, "resumption-handle", &handle,
                     "connection-state", &state, nullptr);
        gst_structure_free(stats);
        g_free(voice);
        g_free(handle);
        if (round % 16 == 0)
          g_object_set(pipeline["g"], "access-token", i % 2 == 0 ? "second" : "third", nullptr);
      }
    });
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_TRUE(ask(pipeline));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
  pipeline.set_state(GST_STATE_NULL);
  pipeline.play();
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  done = true;
  for (auto &thread : threads)
    thread.join();
}

TEST_F(TortureControl, AForkAfterUseEndsInPeace) {
  Pipeline pipeline(live());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  const pid_t child = fork();
  if (child == 0) _exit(0);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(ask(pipeline));
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

TEST_F(TortureControl, NumbersDoNotKnowTheLocale) {
  const char *locale = setlocale(LC_ALL, "de_DE.UTF-8");
  if (!locale) locale = setlocale(LC_NUMERIC, "de_DE");
  g_setenv("LC_NUMERIC", "de_DE.UTF-8", TRUE);
  {
    Pipeline pipeline(live("temperature=0.5 setup={\"generationConfig\":{\"topP\":0.25}}"));
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(pipeline.wait("gemlive/connected"));
    const auto setup = simulator.wait_event("setup");
    EXPECT_EQ(setup->json_at("/setup/generationConfig/temperature"), "0.5");
    EXPECT_EQ(setup->json_at("/setup/generationConfig/topP"), "0.25");
  }
  setlocale(LC_ALL, "C");
}

TEST_F(TortureControl, NoDescriptorsLeftIsAnErrorAndNothingWorse) {
  Pipeline pipeline(live("max-retries=0 connect-timeout=3000"));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // Keep some descriptors for threads and clocks that start now.
  std::vector<int> taken;
  const rlimit few = {.rlim_cur = 64, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  for (int file = dup(0); file >= 0; file = dup(0))
    taken.push_back(file);
  for (int i = 0; i < 5 && !taken.empty(); ++i) {
    close(taken.back());
    taken.pop_back();
  }
  pipeline.play();
  // Not before: GLib ends the process when it finds no descriptor for a new main context.
  EXPECT_TRUE(pipeline.wait([](GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR ||
           gst_message_has_name(message, "gemlive/connected");
  }));
  std::vector<int> more;
  for (int file = dup(0); file >= 0; file = dup(0))
    more.push_back(file);
  pipeline.set_state(GST_STATE_NULL);
  for (const int file : taken)
    close(file);
  for (const int file : more)
    close(file);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/connected")) << "does not connect with free descriptors";
}

}  // namespace
}  // namespace gemlive::test
