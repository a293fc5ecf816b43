// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"

namespace gemlive {

/// What it means that the server closed the connection, by code and reason (live-api.md 5.2): the
/// reason is the diagnosis, the code alone too coarse. Pure.
Error explain_close(int code, const std::string &reason);

}  // namespace gemlive
