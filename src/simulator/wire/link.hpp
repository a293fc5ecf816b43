// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <deque>
#include <string>
#include <string_view>

#include "glib_ptr.hpp"
#include "timer.hpp"

namespace gemlive::simulator {

/// The bytes of one TCP or TLS connection. It can simulate a bad network: stop reading, stop
/// writing, or end at any point. Main thread.
class Link {
 public:
  struct Listener {
    virtual void received(std::string_view bytes) = 0;
    /// The connection has ended. Called once. The callback must not destroy the link.
    virtual void ended(const std::string &why) = 0;

   protected:
    ~Listener() = default;
  };

  /// `stream` is the connection of `socket`, or TLS over it.
  Link(ObjectPtr<GIOStream> stream, GSocket *socket, Listener &listener);
  ~Link();
  Link(const Link &) = delete;
  Link &operator=(const Link &) = delete;

  void start();
  void write(std::string bytes);
  /// Writes the queue, then shuts down sending. Ends when the peer ends, or after a timeout.
  void finish();
  /// Ends at once with a RST. The queue is lost.
  void reset();

  void hold_receiving(bool hold);
  void hold_sending(bool hold);

 private:
  static gboolean on_readable(GObject *stream, gpointer self);
  static gboolean on_writable(GObject *stream, gpointer self);
  void watch_readable();
  void read();
  void flush();
  void shut_down();
  void end(const std::string &why);
  static void stop(SourcePtr &source);

  ObjectPtr<GIOStream> stream_;
  ObjectPtr<GSocket> socket_;
  Listener &listener_;
  GPollableInputStream *in_ = nullptr;    // of stream_
  GPollableOutputStream *out_ = nullptr;  // of stream_
  SourcePtr read_source_;
  SourcePtr write_source_;
  std::deque<std::string> queue_;
  std::size_t front_sent_ = 0;  // of queue_.front()
  Timer end_timeout_;           // waiting for the peer to end
  bool receiving_held_ = false;
  bool sending_held_ = false;
  bool finishing_ = false;
  bool ended_ = false;
};

}  // namespace gemlive::simulator
