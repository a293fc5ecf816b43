// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <string>

#include "handle.hpp"

namespace web {

/// Whether the environment says which service to use (docs/signing-in.md).
bool service_is_configured();

/// gemlive-simulator, the local service, as a process that ends with this one.
class LocalService {
 public:
  LocalService() = default;
  ~LocalService();
  LocalService(const LocalService &) = delete;
  LocalService &operator=(const LocalService &) = delete;

  /// Returns its address, for GEMLIVE_URI. Empty: it could not be started.
  std::string start();

 private:
  ObjectPtr<GSubprocess> process_;
};

}  // namespace web
