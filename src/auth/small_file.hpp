// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"
#include "secret.hpp"

namespace gemlive::auth {

/// All of a regular file of at most 64 KiB; a device, pipe or folder is not read and never waited
/// for. `what` names it in errors ("property credentials-file"). Errors: bad_setting. Any thread.
Result<Secret> read_small_file(const std::string &path, const std::string &what);

/// Others than its owner may read it.
bool is_open_to_others(const std::string &path);

}  // namespace gemlive::auth
