// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <string>

namespace gemlive {

/// Looks a variable up; empty when unset. Any thread.
using Environment = std::function<std::string(const char *name)>;
Environment process_environment();

/// As Google's libraries read switches: "true" in any case, or "1".
bool is_true(const std::string &value);

}  // namespace gemlive
