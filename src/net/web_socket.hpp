// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "error.hpp"
#include "frame_parser.hpp"
#include "glib_ptr.hpp"
#include "message_pool.hpp"
#include "socket_guard.hpp"
#include "timer.hpp"

namespace gemlive {

/// The client side of an open WebSocket, from the upgrade to the end of TCP. All calls are on the
/// thread that makes it. Callbacks run in that thread's default main context.
class WebSocket {
 public:
  /// The connection after the upgrade.
  struct Link {
    ObjectPtr<GObject> owner = {};  // owns the stream and closes it on destruction
    GIOStream *stream = nullptr;
    bool records = false;  // a read returns at most one record (TLS)
    std::unique_ptr<SocketGuard> guard = {};
  };

  /// closed() or failed() is last and called at most once. Call leave() then.
  class Listener {
   public:
    virtual void message(GBytes *payload) = 0;
    /// can_send() returned false before and now returns true.
    virtual void writable() = 0;
    /// The server closed the connection. `code` is 0 if TCP ended without a close frame.
    virtual void closed(int code, const std::string &reason) = 0;
    virtual void failed(const Error &error) = 0;

   protected:
    ~Listener() = default;
  };

  /// `host` is for error texts. `keepalive` is the interval between pings (0: no pings). The
  /// listener may be null. It is only called from the main context, never inside a function of this
  /// class.
  WebSocket(Link, std::string host, Listener *, std::chrono::milliseconds keepalive);
  /// Ends the connection at once, without a close frame. See leave().
  ~WebSocket();
  WebSocket(const WebSocket &) = delete;

  /// Sends a close frame (unless `code` is 0), waits at most 200 ms for the server's, and ends the
  /// connection. Returns at once; the main context does this in the background. The listener is not
  /// called any more. May be called inside a callback.
  static void leave(std::unique_ptr<WebSocket> socket, int code, const std::string &reason);

  /// False while a sent message is still buffered here. writable() is then called once later.
  bool can_send();
  /// Sends a text message.
  void send(std::string_view text);

 private:
  struct Source;

  static gboolean dispatch(GSource *source, GSourceFunc, gpointer);
  void read();
  void take(std::string_view bytes);
  void take(const Incoming &incoming);
  void server_closed(std::string_view payload);
  void server_erred(const FrameError &fault);
  void stream_ended(const GError *error);
  void say_close(int code, std::string_view reason);
  void ping_later();
  void check_later();
  void write(Opcode opcode, std::string_view payload);
  void flush();
  bool prepare_output();
  void watch(bool output);
  void end_within(std::chrono::milliseconds patience);

  const Link link_;
  const std::string host_;
  Listener *listener_;  // null after closed(), failed() or leave()
  const std::chrono::milliseconds keepalive_;
  SourcePtr source_;               // until the stream has ended
  gpointer descriptor_ = nullptr;  // the file descriptor's tag in source_
  bool watches_output_ = false;

  FrameParser reader_{FrameParser::Side::client};
  MessagePool pool_;
  bool deaf_ = false;  // received bytes are discarded

  std::string out_;  // complete frames; bytes from sent_ on are not written yet
  std::size_t sent_ = 0;
  std::string pong_;  // payload of the latest ping, sent after out_
  bool owes_pong_ = false;
  bool said_close_ = false;  // nothing is written after the close frame
  bool asked_ = false;       // can_send() returned false
  bool left_ = false;
  ErrorPtr write_error_;
  Timer ping_;
  Timer check_;
  Timer end_;
};

}  // namespace gemlive
