// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <string_view>

/// Makes text from outside safe to show. Any thread.
namespace gemlive::text {

/// Returns valid UTF-8 without DEL, bidi controls and C0 and C1 controls (except newline and tab),
/// so that printing it cannot control a terminal.
std::string printable(std::string_view text);

/// Returns one printable line for errors and logs, with newline and tab escaped as well. Cut to at
/// most `limit` bytes at a character boundary.
std::string excerpt(std::string_view text, std::size_t limit = 512);

/// Formats a duration as "2.5 s".
std::string seconds(std::chrono::milliseconds duration);

}  // namespace gemlive::text
