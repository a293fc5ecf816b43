// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <string>

namespace gemlive {

/// Looks up an environment variable. The result is empty if it is not set. Any thread.
using Environment = std::function<std::string(const char *name)>;
Environment process_environment();

/// Reads a switch as Google's libraries do: "true" (any case) or "1". Any thread.
bool is_true(const std::string &value);

}  // namespace gemlive
