// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <memory>
#include <string>

#include "glib_ptr.hpp"
#include "socket_guard.hpp"

namespace gemlive {

/// An open WebSocket of libsoup, with all that must live as long as it does. One thread only.
struct SoupSocket {
  ObjectPtr<SoupSession> session = {};
  /// What libsoup made of the upgrade. Silent when there is `governed`, which then speaks.
  ObjectPtr<SoupWebsocketConnection> upgraded = {};
  ObjectPtr<SoupWebsocketConnection> governed = {};
  std::unique_ptr<SocketGuard> guard = {};

  SoupWebsocketConnection *get() const { return governed ? governed.get() : upgraded.get(); }
  GPollableOutputStream *output() const;
  /// Why no more is read from the server, or null: it sends what nobody should read.
  const char *flood() const;
};

/// Limits what can come in, before anything has come in.
void govern(SoupSocket &socket);

/// Takes leave of a socket whose owner is gone: says `code` unless it is 0, lets libsoup do its
/// half of the close handshake for 200 ms, then ends the connection, and frees everything when it
/// has ended. Never waits; the thread's main context drives it.
void say_farewell(SoupSocket socket, int code, const std::string &reason);

}  // namespace gemlive
