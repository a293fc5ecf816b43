// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_socket.hpp"

#include <chrono>

#include "governed_stream.hpp"
#include "io_thread.hpp"
#include "timer.hpp"

namespace gemlive {

using namespace std::chrono_literals;

namespace {

constexpr auto kCloseHandshake = 200ms;
constexpr auto kLastResort = 500ms;
constexpr std::size_t kMaxReason = 123;  // of a close frame, RFC 6455 5.5

/// libsoup accepts only codes that a client may send.
gushort sendable(int code) {
  bool own_range = code >= 3000 && code < 5000;
  bool known = code >= 1000 && code <= 1010 && code != 1004 && code != 1006;
  return static_cast<gushort>(own_range || known ? code : SOUP_WEBSOCKET_CLOSE_NORMAL);
}

std::string sendable(std::string reason) {
  const char *end = nullptr;
  if (reason.size() > kMaxReason) reason.resize(kMaxReason);
  // Not in the middle of a character.
  g_utf8_validate_len(reason.data(), reason.size(), &end);
  reason.resize(static_cast<std::size_t>(end - reason.data()));
  return reason;
}

/// Owns itself until the connection has ended.
class Farewell {
 public:
  explicit Farewell(SoupSocket socket) : socket_(std::move(socket)) {
    g_signal_connect_swapped(socket_.get(), "closed", G_CALLBACK(&Farewell::done), this);
  }

  void start(int code, const std::string &reason) {
    if (code != 0 && state() == SOUP_WEBSOCKET_STATE_OPEN) {
      soup_websocket_connection_close(socket_.get(), sendable(code), sendable(reason).c_str());
    }
    timer_.start(socket_.flood() ? 0ms : kCloseHandshake, [this] { cut(); });
  }

 private:
  SoupWebsocketState state() const { return soup_websocket_connection_get_state(socket_.get()); }

  void cut() {
    if (socket_.guard) socket_.guard->shut_down();
    timer_.start(kLastResort, [this] {
      g_io_stream_close(soup_websocket_connection_get_io_stream(socket_.get()), nullptr, nullptr);
      done(this);
    });
  }

  static void done(Farewell *self) {
    g_signal_handlers_disconnect_by_data(self->socket_.get(), self);
    delete self;
  }

  IoThread::Errand errand_;
  SoupSocket socket_;
  Timer timer_;
};

}  // namespace

GPollableOutputStream *SoupSocket::output() const {
  auto *stream = soup_websocket_connection_get_io_stream(get());
  return G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream));
}

const char *SoupSocket::flood() const {
  auto verdict = guard ? guard->verdict() : Watchdog::Verdict::none;
  if (verdict == Watchdog::Verdict::starved_the_loop) return "more data than can be handled";
  if (verdict == Watchdog::Verdict::no_message) return "a message without end";
  if (!governed) return nullptr;
  switch (governed_stream_verdict(soup_websocket_connection_get_io_stream(governed.get()))) {
    case FrameGuard::Verdict::message_too_long:
      return "a message of more than 16 MiB";
    case FrameGuard::Verdict::too_many_frames:
      return "more than 5,000 messages per second";
    case FrameGuard::Verdict::fine:
      break;
  }
  return nullptr;
}

/// libsoup 3.2 reads until the server pauses before it looks at what it has read, and then in
/// quadratic time; its limit is one of frames, not of messages. So the connection that speaks is
/// one of our own on a stream that limits all of that. The one that libsoup has made is kept, with
/// its input source removed, since it owns the stream. Should a later libsoup hide that source, its
/// own connection speaks, and the watchdog is what stands between a flood and the main loop.
void govern(SoupSocket &socket) {
  auto *upgraded = socket.upgraded.get();
  auto *context = g_main_context_get_thread_default();
  if (auto *input = g_main_context_find_source_by_user_data(context, upgraded)) {
    g_source_destroy(input);
    auto *uri = soup_websocket_connection_get_uri(upgraded);
    bool tls = g_str_equal(g_uri_get_scheme(uri), "wss");
    auto stream = make_governed_stream(soup_websocket_connection_get_io_stream(upgraded), tls);
    socket.governed.reset(soup_websocket_connection_new(
        stream.get(), uri, SOUP_WEBSOCKET_CONNECTION_CLIENT, nullptr, nullptr, nullptr));
  }
  // Never 0: that is no limit, and ten bytes crash libsoup then.
  soup_websocket_connection_set_max_incoming_payload_size(socket.get(), FrameGuard::kMaxMessage);
}

void say_farewell(SoupSocket socket, int code, const std::string &reason) {
  if (g_io_stream_is_closed(soup_websocket_connection_get_io_stream(socket.get()))) return;
  (new Farewell(std::move(socket)))->start(code, reason);
}

}  // namespace gemlive
