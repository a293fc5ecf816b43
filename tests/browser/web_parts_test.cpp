// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The parts of gemlive-web (examples/browser) that decide, without a browser.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "conversations.hpp"
#include "handle.hpp"
#include "inflow.hpp"
#include "json.hpp"
#include "origin.hpp"
#include "pipeline.hpp"
#include "rate_limit.hpp"

namespace gemlive::web {
namespace {

TEST(RateLimit, AllowsABurstAndThenTheRate) {
  RateLimit limit(10, 2);
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(limit.take(1, 100)) << i;
  EXPECT_FALSE(limit.take(1, 100));
  EXPECT_FALSE(limit.take(1, 100.4));
  EXPECT_TRUE(limit.take(1, 100.6));
  EXPECT_FALSE(limit.take(1, 100.6));
}

TEST(RateLimit, APauseGivesNoMoreThanTheBurst) {
  RateLimit limit(10, 2);
  EXPECT_TRUE(limit.take(10, 0));
  EXPECT_FALSE(limit.take(11, 1000));
  EXPECT_TRUE(limit.take(10, 1000));
}

/// A connection with 100 bytes from its peer, of which 64 can be read before a delivery.
class Inflow : public testing::Test {
 protected:
  void SetUp() override {
    int sockets[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    peer_ = sockets[1];
    const ObjectPtr<GSocket> socket(g_socket_new_from_fd(sockets[0], nullptr));
    connection_.reset(G_IO_STREAM(g_socket_connection_factory_create_connection(socket.get())));
    inflow_.reset(inflow_new(connection_.get(), 64));
    ASSERT_EQ(write(peer_, std::string(100, 'x').data(), 100), 100);
  }
  void TearDown() override { close(peer_); }

  GPollableInputStream *stream() { return G_POLLABLE_INPUT_STREAM(inflow_.get()); }
  /// The number of bytes, or minus the code of the error.
  gssize read() {
    std::array<char, 1000> buffer;
    GError *raw = nullptr;
    const gssize count = g_pollable_input_stream_read_nonblocking(stream(), buffer.data(),
                                                                  buffer.size(), nullptr, &raw);
    const ErrorPtr error(raw);
    return error ? -error->code : count;
  }
  /// Whether a main loop calls who waits for something to read.
  bool wakes() {
    bool has_woken = false;
    const Handle<GMainContext, g_main_context_unref> loop(g_main_context_new());
    const Handle<GSource, g_source_unref> source(
        g_pollable_input_stream_create_source(stream(), nullptr));
    const auto wake = [](GObject *, gpointer woken) -> gboolean {
      *static_cast<bool *>(woken) = true;
      return G_SOURCE_REMOVE;
    };
    g_source_set_callback(source.get(), G_SOURCE_FUNC(+wake), &has_woken, nullptr);
    g_source_attach(source.get(), loop.get());
    while (g_main_context_iteration(loop.get(), FALSE)) {
    }
    g_source_destroy(source.get());
    return has_woken;
  }
  /// Sends until the peer has to read.
  gsize fill() {
    const std::string bytes(4096, 'x');
    auto *output = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(connection_.get()));
    gsize sent = 0;
    for (gssize count = 0; count >= 0; sent += static_cast<gsize>(count > 0 ? count : 0))
      count = g_pollable_output_stream_write_nonblocking(output, bytes.data(), bytes.size(),
                                                         nullptr, nullptr);
    return sent;
  }

  int peer_ = -1;
  ObjectPtr<GIOStream> connection_;
  ObjectPtr<WebInflow> inflow_;
};

TEST_F(Inflow, FailsAtTheLimit) {
  EXPECT_EQ(read(), 64);
  EXPECT_TRUE(wakes());
  EXPECT_EQ(read(), -G_IO_ERROR_MESSAGE_TOO_LARGE);
}

TEST_F(Inflow, GoesOnAfterADelivery) {
  EXPECT_EQ(read(), 64);
  inflow_deliver(inflow_.get(), 16);
  EXPECT_EQ(read(), 30) << "a message of 16 bytes and its header";
  EXPECT_EQ(read(), -G_IO_ERROR_MESSAGE_TOO_LARGE);
}

TEST_F(Inflow, ADeliveryAllowsNoMoreThanTheLimit) {
  inflow_deliver(inflow_.get(), 1000);
  EXPECT_EQ(read(), 64);
  EXPECT_EQ(read(), -G_IO_ERROR_MESSAGE_TOO_LARGE);
}

TEST_F(Inflow, HasNothingToReadAfterTheLastByte) {
  inflow_set_limit(inflow_.get(), 1000);
  EXPECT_EQ(read(), 100);
  EXPECT_EQ(read(), -G_IO_ERROR_WOULD_BLOCK);
  EXPECT_FALSE(wakes());
}

TEST_F(Inflow, WaitsWhileThePeerDoesNotRead) {
  std::string bytes(fill(), '\0');
  EXPECT_FALSE(g_pollable_input_stream_is_readable(stream()));
  EXPECT_EQ(read(), -G_IO_ERROR_WOULD_BLOCK);
  EXPECT_FALSE(wakes());
  for (gsize left = bytes.size(); left > 0;) {
    const auto count = ::read(peer_, bytes.data(), left);
    ASSERT_GT(count, 0);
    left -= static_cast<gsize>(count);
  }
  EXPECT_TRUE(wakes());
  EXPECT_EQ(read(), 64);
}

TEST_F(Inflow, ClosesTheConnection) {
  EXPECT_TRUE(g_input_stream_close(G_INPUT_STREAM(inflow_.get()), nullptr, nullptr));
  EXPECT_TRUE(g_io_stream_is_closed(connection_.get()));
}

TEST(Conversations, GiveAHandleOnce) {
  Conversations conversations;
  conversations.put("a", "handle", 0);
  EXPECT_EQ(conversations.take("b", 1), "");
  EXPECT_EQ(conversations.take("a", 1), "handle");
  EXPECT_EQ(conversations.take("a", 1), "");
}

TEST(Conversations, KeepTheNewestHandleOfAVisitor) {
  Conversations conversations;
  conversations.put("a", "old", 0);
  conversations.put("a", "new", 1);
  EXPECT_EQ(conversations.size(), 1u);
  EXPECT_EQ(conversations.take("a", 2), "new");
}

TEST(Conversations, AVisitWithoutAHandleForgetsTheOldOne) {
  Conversations conversations;
  conversations.put("a", "old", 0);
  conversations.put("a", "", 1);
  EXPECT_EQ(conversations.size(), 0u);
}

TEST(Conversations, AreForgottenAfterTwoHours) {
  Conversations conversations;
  conversations.put("a", "handle", 0);
  conversations.put("b", "handle", 10);
  EXPECT_EQ(conversations.take("a", 7201), "");
  EXPECT_EQ(conversations.take("b", 7201), "handle");
}

TEST(Conversations, AreBoundedInNumber) {
  Conversations conversations;
  for (int i = 0; i < 1001; ++i)
    conversations.put(std::to_string(i), "handle", 0);
  EXPECT_EQ(conversations.size(), 1000u);
  EXPECT_EQ(conversations.take("0", 1), "") << "the oldest";
  EXPECT_EQ(conversations.take("1000", 1), "handle");
}

TEST(Origin, IsTakenAsBrowsersSendIt) {
  for (const char *origin : {"https://talk.example.org", "http://localhost:8080",
                             "https://talk.example.org:8443", "http://[::1]:8080"})
    EXPECT_EQ(check_origin(origin), "") << origin;
}

TEST(Origin, AnotherFormIsRefusedWithWhatToWrite) {
  const std::pair<const char *, const char *> origins[] = {
      {"https://talk.example.org/", "Write https://talk.example.org."},
      {"https://talk.example.org/page?a#b", "Write https://talk.example.org."},
      {"HTTPS://Talk.Example.org", "Write https://talk.example.org."},
      {"https://talk.example.org:443", "Write https://talk.example.org."},
      {"http://talk.example.org:80", "Write http://talk.example.org."},
      {"https://user@talk.example.org", "Write https://talk.example.org."},
      {"talk.example.org", "Write it with https://"},
      {"talk.example.org/", "Write it with https://"},
      {"talk.example.org:8080", "Write it with https://"},
      {"ftp://talk.example.org", "Write it with https://"},
      {"https://", "Write it with https://"},
      {"", "Write it with https://"},
      {"*", "Write it with https://"},
  };
  for (const auto &[origin, advice] : origins)
    EXPECT_NE(check_origin(origin).find(advice), std::string::npos)
        << origin << ": " << check_origin(origin);
}

TEST(Origin, IsWhereTheServerListens) {
  using Origins = std::vector<std::string>;
  EXPECT_EQ(local_origins("127.0.0.1", 80), (Origins{"http://localhost", "http://127.0.0.1"}));
  EXPECT_EQ(local_origins("0.0.0.0", 8080).front(), "http://localhost:8080");
  EXPECT_EQ(local_origins("::1", 8080)[1], "http://[::1]:8080");
  EXPECT_EQ(local_origins("192.0.2.7", 8080), Origins{"http://192.0.2.7:8080"});
}

TEST(Json, WritesAnObject) {
  EXPECT_EQ(to_json({{"text", "\"\n\x1f"}, {"number", 2.5}, {"flag", true}}),
            R"({"text":"\"\n\u001f","number":2.5,"flag":true})");
}

TEST(Json, ReadsOnlyObjects) {
  for (const char *text : {"", "7", "[]", "null", "{", "{}x", "nonsense"})
    EXPECT_FALSE(Request::parse(text)) << text;
}

TEST(Json, MembersOfAnotherTypeAreEmpty) {
  const auto request = Request::parse(R"({"text": 7, "list": []})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->text("text"), "");
  EXPECT_EQ(request->text("list"), "");
  EXPECT_EQ(request->text("nothing"), "");
}

void unref_message(GstMessage *message) {
  gst_message_unref(message);
}

/// Why the call cannot go on. Empty: it can.
std::string failure(GstElement *pipeline) {
  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline));
  const Handle<GstMessage, unref_message> message(
      gst_bus_pop_filtered(bus.get(), GST_MESSAGE_APPLICATION));
  if (!message || !gst_message_has_name(message.get(), "web/failed")) return {};
  return gst_structure_get_string(gst_message_get_structure(message.get()), "why");
}

TEST(Pipeline, APageHasFewStreams) {
  gst_init(nullptr, nullptr);
  if (!GstPtr<GstElementFactory>(gst_element_factory_find("nicesink")))
    GTEST_SKIP() << "gstreamer1.0-nice is not installed";
  const auto pipeline = make_pipeline("streams", "127.0.0.1");
  const auto rtpbin = find(pipeline.get(), "rtpbin");
  const auto add = [&](guint ssrc) { g_signal_emit_by_name(rtpbin.get(), "on-new-ssrc", 0, ssrc); };
  for (guint ssrc = 1; ssrc < 20; ++ssrc)
    add(ssrc);
  EXPECT_EQ(failure(pipeline.get()), "");
  add(20);
  EXPECT_EQ(failure(pipeline.get()), "The page sends too many streams.");
}

}  // namespace
}  // namespace gemlive::web
