// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <string_view>

/// Text from outside on its way to people. Any thread.
namespace gemlive::text {

/// Valid UTF-8 without C0 and C1 controls (but newline and tab), DEL and bidi controls, so that
/// printing it cannot drive a terminal.
std::string printable(std::string_view text);

/// The same on one line (newline and tab escaped as well), at most `limit` bytes, cut at a
/// character: for errors and logs.
std::string excerpt(std::string_view text, std::size_t limit = 512);

/// "2.5 s".
std::string seconds(std::chrono::milliseconds duration);

}  // namespace gemlive::text
