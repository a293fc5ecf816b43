// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "log.hpp"

namespace gemlive {

/// Writes the core's log lines to the debug categories gemlive-session, gemlive-net and
/// gemlive-protocol, one for each topic. The first call registers them. Any thread.
Log core_log();

}  // namespace gemlive
