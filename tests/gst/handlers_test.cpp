// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What an application may do in sync bus handlers and notify handlers.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "pipeline.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

/// True if it ends in time. A deadlock ends the program.
bool ends(const std::function<void()> &work) {
  auto done = std::async(std::launch::async, work);
  if (done.wait_for(deadline) == std::future_status::ready) return true;
  ADD_FAILURE() << "deadlock";
  std::_Exit(1);
}

class Handlers : public ::testing::Test {
 protected:
  explicit Handlers(std::string_view script = {})
      : simulator({"--voice", "tone", "--speed", "0"}, script) {}
  std::string pair() const {
    return "audiotestsrc is-live=true ! gemlivesink name=s session=handlers access-token=one uri=" +
           simulator.uri() + " gemlivesrc session=handlers ! fakesink";
  }

  SimulatorProcess simulator;
};

void set_another_token(GObject *element, GParamSpec *, gpointer) {
  g_object_set(element, "access-token", "another", nullptr);
}

TEST_F(Handlers, OfTheConnectionsStateMaySetAProperty) {
  Pipeline pipeline(pair());
  g_signal_connect(pipeline["s"], "notify::connection-state", G_CALLBACK(set_another_token),
                   nullptr);
  EXPECT_TRUE(ends([&] { EXPECT_TRUE(pipeline.play()); }));
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_TRUE(ends([&] { pipeline.set_state(GST_STATE_NULL); }));
}

TEST_F(Handlers, OfAnErrorMaySetAProperty) {
  Pipeline pipeline("audiotestsrc is-live=true ! gemlivesink session=handlers voice=Puck uri=" +
                    simulator.uri() + " gemlivesrc session=handlers voice=Kore ! fakesink");
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline.get()));
  gst_bus_set_sync_handler(
      bus.get(),
      +[](GstBus *, GstMessage *message, gpointer) {
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
          g_object_set(GST_MESSAGE_SRC(message), "voice", "Puck", nullptr);
        return GST_BUS_PASS;
      },
      nullptr, nullptr);
  EXPECT_TRUE(ends([&] { EXPECT_FALSE(pipeline.play()); }));
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
}

/// Two seconds in the handler, while 30 s of answer arrive at once, end no connection.
TEST_F(Handlers, MayBeSlowWhileAnAnswerArrives) {
  const SimulatorProcess fast(
      {"--voice", "tone", "--tone-duration", "30000", "--speed", "0", "--turn-complete", "now"});
  Pipeline pipeline("audiotestsrc num-buffers=50 ! gemlive name=g max-turns=2 uri=" + fast.uri() +
                    " ! fakesink");
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline.get()));
  gst_bus_set_sync_handler(
      bus.get(),
      +[](GstBus *, GstMessage *message, gpointer) {
        if (gst_message_has_name(message, "gemlive/turn-started"))
          std::this_thread::sleep_for(std::chrono::seconds(2));
        return GST_BUS_PASS;
      },
      nullptr, nullptr);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_FALSE(pipeline.count([](GstMessage *message) {
    return gst_message_has_name(message, "gemlive/reconnecting") ||
           GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING;
  }));
}

struct Losing : Handlers {
  Losing() : Handlers(R"([{"when":{"on":"ready","after":100},"do":{"drop":"end"}}])") {}
};

TEST_F(Losing, ATokenMayBeRenewedWhileThePipelineStops) {
  struct Renewal {
    GstElement *element;
    std::atomic<bool> begun = false;
  };
  Pipeline pipeline(pair());
  Renewal renewal{pipeline["s"]};
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline.get()));
  gst_bus_set_sync_handler(
      bus.get(),
      +[](GstBus *, GstMessage *message, gpointer data) {
        auto *self = static_cast<Renewal *>(data);
        if (!gst_message_has_name(message, "gemlive/reconnecting")) return GST_BUS_PASS;
        self->begun = true;
        PadPtr pad(gst_element_get_static_pad(self->element, "sink"));
        wait_until([&] { return !gst_pad_is_active(pad.get()); });  // the pipeline stops
        g_object_set(self->element, "access-token", "fresh", nullptr);
        return GST_BUS_PASS;
      },
      &renewal, nullptr);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_until([&] { return renewal.begun.load(); }));
  EXPECT_TRUE(ends([&] { pipeline.set_state(GST_STATE_NULL); }));
}

}  // namespace
}  // namespace gemlive::test
