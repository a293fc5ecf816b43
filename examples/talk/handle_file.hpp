// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

namespace gemlive::talk {

/// The file of --resume. Its content is a secret. Throws Problem if the file is there and cannot be
/// read, or if it could not be written later.
std::string read_handle(const std::string &file);

/// Replaces the content at once, and only the owner can read it. Throws Problem.
void keep_handle(const std::string &file, const std::string &handle);

}  // namespace gemlive::talk
