// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include "handle.hpp"
#include "rate_limit.hpp"

namespace web {

/// Cuts a TCP connection on which too much arrives. libsoup limits a frame, but not the parts of a
/// message that never ends, nor pings. Main thread.
class Inflow {
 public:
  explicit Inflow(GSocket *socket);
  ~Inflow();
  Inflow(const Inflow &) = delete;
  Inflow &operator=(const Inflow &) = delete;

 private:
  void check();

  ObjectPtr<GSocket> socket_;
  RateLimit limit_;  // of bytes
  guint64 received_;
  guint timer_;
};

}  // namespace web
