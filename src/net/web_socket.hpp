// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "frame_parser.hpp"
#include "glib_ptr.hpp"
#include "masking_keys.hpp"
#include "message_pool.hpp"
#include "socket_guard.hpp"
#include "timer.hpp"
#include "transport.hpp"

namespace gemlive {

/// The client side of an open WebSocket, from the upgrade to the end of TCP. All calls are on the
/// thread that makes it, can_send() and send() also on one that has borrowed it. Callbacks run in
/// its default main context.
class WebSocket {
 public:
  /// The connection after the upgrade.
  struct UpgradedStream {
    ObjectPtr<GObject> owner = {};  // owns the stream and closes it on destruction
    GIOStream *stream = nullptr;
    bool is_tls = false;
    std::unique_ptr<SocketGuard> guard = {};
  };

  /// `host` is for error texts. `keepalive` is the interval between pings (0: no pings). The
  /// listener may be null. It is only called from the main context, never inside a function of this
  /// class.
  WebSocket(UpgradedStream, std::string host, Transport::Listener *,
            std::chrono::milliseconds keepalive);
  /// Ends the connection at once, without a close frame. See close().
  ~WebSocket();
  WebSocket(const WebSocket &) = delete;

  /// Sends a close frame (unless `code` is 0), waits at most 200 ms for the server's, and ends the
  /// connection. Returns at once; the main context does this in the background. The listener is not
  /// called any more. May be called inside a callback.
  static void close(std::unique_ptr<WebSocket> socket, int code, const std::string &reason);

  /// False while a sent message is still buffered here. writable() is then called once later.
  bool can_send();
  /// Sends a text message.
  void send(std::string_view text);

 private:
  struct Source;

  static gboolean dispatch(GSource *source, GSourceFunc, gpointer);
  void read();
  void parse(std::string_view bytes);
  void handle(const Incoming &incoming);
  void handle_close(std::string_view payload);
  void fail(const FrameError &error);
  void end(const GError *error);
  void send_close(int code, std::string_view reason);
  void ping_later();
  void check_later();
  void write(Opcode opcode, std::string_view payload);
  void flush();
  bool prepare_output();
  void watch(bool output);
  void end_within(std::chrono::milliseconds patience);

  const UpgradedStream upgraded_;
  const std::string host_;
  Transport::Listener *listener_;  // null after closed(), failed() or close()
  bool opened_ = false;            // opened() was called
  const std::chrono::milliseconds keepalive_;
  SourcePtr source_;               // until the stream has ended
  gpointer descriptor_ = nullptr;  // the file descriptor's tag in source_
  bool watches_output_ = false;

  FrameParser parser_{FrameParser::Side::client};
  MessagePool pool_;
  bool discards_input_ = false;

  MaskingKeys masking_keys_;
  std::string out_;  // complete frames; bytes from sent_ on are not written yet
  std::size_t sent_ = 0;
  std::string pong_;  // payload of the latest ping, sent after out_
  bool pong_pending_ = false;
  bool close_sent_ = false;    // nothing is written after the close frame
  bool send_refused_ = false;  // can_send() returned false
  bool closing_ = false;       // after close()
  ErrorPtr write_error_;
  Timer ping_timer_;
  Timer check_timer_;
  Timer end_timer_;
};

}  // namespace gemlive
