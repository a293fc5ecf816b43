// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"
#include "secret.hpp"

namespace gemlive::auth {

/// Reads a regular file of at most 64 KiB. Devices, pipes and folders are refused without waiting.
/// `what` names the file in errors ("property credentials-file"). Errors: bad_setting. Any thread.
Result<Secret> read_small_file(const std::string &path, const std::string &what);

/// Whether users other than the owner can read the file. Any thread.
bool is_open_to_others(const std::string &path);

}  // namespace gemlive::auth
