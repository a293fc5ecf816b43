// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "environment.hpp"
#include "log.hpp"
#include "transport.hpp"

namespace gemlive {

/// The network and environment of a conversation. Tests replace it. A value: any thread.
struct Platform {
  std::function<std::unique_ptr<Transport>(Transport::Listener &, Log)> make_transport = {};
  Environment environment = {};

  /// libsoup and the process environment. Any thread.
  static Platform real();
};

}  // namespace gemlive
