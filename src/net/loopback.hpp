// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive {

/// Whether the host of a URL is this machine. No name is resolved. Pure, any thread.
bool is_loopback(const char *host);

}  // namespace gemlive
