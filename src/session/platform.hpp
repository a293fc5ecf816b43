// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "environment.hpp"
#include "log.hpp"
#include "transport.hpp"

namespace gemlive {

/// What a conversation needs from the machine. Tests replace it. A value: any thread.
struct Platform {
  std::function<std::unique_ptr<Transport>(Transport::Listener &, Log)> make_transport = {};
  Environment environment = {};

  static Platform real();
};

}  // namespace gemlive
