// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <deque>
#include <string>

#include "handle.hpp"
#include "inflow.hpp"

namespace gemlive::web {

/// Accepts TCP connections for a SoupServer, which has no limits for them. A connection brings one
/// request of some KiB within 30 s. It is a guest until it ends or is admitted as a visit. There
/// are at most 100 guests: a new one takes the place of the oldest. Main thread.
class Listener {
 public:
  explicit Listener(SoupServer *server);
  ~Listener();
  Listener(const Listener &) = delete;
  Listener &operator=(const Listener &) = delete;

  /// Starts to listen. `port` becomes the one that was chosen, if it was 0. Returns what went
  /// wrong.
  ErrorPtr listen(GInetAddress *address, unsigned &port);
  /// Null if the connection has ended.
  ObjectPtr<WebInflow> admit(GSocketAddress *peer);

 private:
  struct Guest {
    ObjectPtr<GSocketConnection> connection;
    ObjectPtr<WebInflow> inflow;
    std::string peer;
    double since;  // s
  };

  void accept(GSocketConnection *connection);
  void cut_oldest();
  void check();

  ObjectPtr<SoupServer> server_;
  ObjectPtr<GSocketService> service_;
  std::deque<Guest> guests_;  // the oldest first
  guint timer_;
};

}  // namespace gemlive::web
