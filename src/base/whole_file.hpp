// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace gemlive {

/// Whether there is a file at this path that replace_file() does not replace: a folder, a device, a
/// pipe. Follows links. Any thread.
bool is_irregular_file(const std::string &path);

/// Puts a new file in place of the old one, if there is one: a reader sees the old content or the
/// new one, never a part. A link stays, and its target is replaced. Returns why it failed, empty if
/// it did not. Any thread.
std::string replace_file(const std::string &path, std::string_view content, mode_t mode);

/// Why replace_file() would fail now, empty if it would not. Any thread.
std::string problem_of_replacing(const std::string &path);

}  // namespace gemlive
