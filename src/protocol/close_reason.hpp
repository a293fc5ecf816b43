// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"

namespace gemlive {

/// Why a server closed a connection that nobody asked it to close, from its close code (0: TCP
/// ended without one) and reason. The code alone is too coarse: 1011 stands for outages and for
/// used up credit. Its retry is the service's and not this connection's: what was resumed or
/// replayed may be at fault as well (ReconnectPolicy). Pure, any thread.
Error close_error(int code, const std::string &reason);

}  // namespace gemlive
