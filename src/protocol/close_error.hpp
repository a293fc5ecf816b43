// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"

namespace gemlive {

/// Returns the error for a connection that the server closed, from its close code (0: TCP ended
/// without a close frame) and reason. The code alone is not enough: 1011 is used for outages and
/// for used-up credit. Error::retry only considers the service. ReconnectPolicy also considers
/// whether resumed or resent data caused the close. Pure, any thread.
Error close_error(int code, const std::string &reason);

}  // namespace gemlive
