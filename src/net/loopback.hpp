// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive {

/// Whether a host, as a URL names it, is this very machine. No name is looked up. Pure, any thread.
bool is_loopback(const char *host);

}  // namespace gemlive
