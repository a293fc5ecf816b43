// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

/// gemlive-simulator as the service, if the environment names no other. The destructor stops it.
class Simulator {
 public:
  /// Sets GEMLIVE_URI. Throws std::runtime_error if the simulator is needed and cannot start.
  Simulator();
  ~Simulator();
  Simulator(const Simulator &) = delete;
  Simulator &operator=(const Simulator &) = delete;

 private:
  GSubprocess *process_ = nullptr;
};
