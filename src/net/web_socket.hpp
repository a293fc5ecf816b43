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

/// The client's side of an open WebSocket, from the upgrade to the end of TCP. It belongs to the
/// thread that makes it, and to the main context that is that thread's default.
class WebSocket {
 public:
  /// What it talks over.
  struct Link {
    ObjectPtr<GObject> owner = {};  // of the stream, which closes it when it is dropped
    GIOStream *stream = nullptr;
    bool records = false;  // the stream gives one record at a time (TLS)
    std::unique_ptr<SocketGuard> guard = {};
  };

  /// closed() or failed() comes at most once and last; the socket is to be left then.
  class Listener {
   public:
    virtual void message(GBytes *payload) = 0;
    /// can_send() was false and is true again.
    virtual void writable() = 0;
    /// The server ended it: `code` 0 where TCP ended without a close frame.
    virtual void closed(int code, const std::string &reason) = 0;
    virtual void failed(const Error &error) = 0;

   protected:
    ~Listener() = default;
  };

  /// `host` is for errors. Nothing is called back from within any function here. `listener` may be
  /// null, `keepalive` is the time between pings, 0 for none.
  WebSocket(Link, std::string host, Listener *, std::chrono::milliseconds keepalive);
  /// At once, without a word: see leave().
  ~WebSocket();
  WebSocket(const WebSocket &) = delete;

  /// Says `code` unless it is 0, waits 200 ms at most for the server's part, then ends the
  /// connection. Returns at once; the main context does the rest. The listener hears nothing any
  /// more. May be called by the listener.
  static void leave(std::unique_ptr<WebSocket> socket, int code, const std::string &reason);

  /// False as long as something that was sent is still here; writable() follows then, once.
  bool can_send();
  /// A text message.
  void send(std::string_view text);

 private:
  struct Source;

  static gboolean dispatch(GSource *source, GSourceFunc, gpointer);
  void read();
  void take(std::string_view bytes);
  void take(const Incoming &incoming);
  void server_closed(std::string_view payload);
  void server_erred(const FrameFault &fault);
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
  Listener *listener_;  // null once it has heard the end
  const std::chrono::milliseconds keepalive_;
  SourcePtr source_;               // until the stream has ended
  gpointer descriptor_ = nullptr;  // how source_ knows it
  bool watches_output_ = false;

  FrameParser reader_{FrameParser::Side::client};
  MessagePool pool_;
  bool deaf_ = false;  // what is read is not looked at any more

  std::string out_;  // whole frames; what is beyond sent_ waits for room in the kernel
  std::size_t sent_ = 0;
  std::string pong_;  // the newest, which waits behind out_
  bool owes_pong_ = false;
  bool said_close_ = false;  // nothing is written behind that
  bool asked_ = false;       // can_send() said no
  bool left_ = false;
  ErrorPtr write_error_;
  Timer ping_;
  Timer check_;
  Timer end_;
};

}  // namespace gemlive
