// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "client.hpp"
#include "context.hpp"
#include "error.hpp"
#include "glib_ptr.hpp"
#include "timer.hpp"

namespace gemlive::simulator {

/// Listens and owns the clients. Main thread.
class Server {
 public:
  explicit Server(Context &context);
  ~Server();
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  std::optional<Error> listen();
  std::string uri() const;
  /// Closes every client with code 1001. Calls `stopped` when all have ended, or after a timeout.
  void stop(std::function<void()> stopped);

 private:
  static gboolean on_incoming(GSocketService *, GSocketConnection *connection, GObject *,
                              gpointer self);
  void accept(GSocketConnection *connection);
  void retire(Client *client);
  void delete_ended();

  Context &context_;
  ObjectPtr<GSocketService> service_;
  ObjectPtr<GTlsCertificate> certificate_;
  int port_ = 0;
  std::list<std::unique_ptr<Client>> clients_;
  std::list<std::unique_ptr<Client>> ended_clients_;  // deleted later: they may be on the stack
  Timer cleanup_;
  Timer stop_timeout_;
  std::function<void()> stopped_;
};

}  // namespace gemlive::simulator
