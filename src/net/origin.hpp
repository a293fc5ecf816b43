// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <string>

namespace gemlive {

/// Scheme, host and port of a URL. Safe to show in an error, because paths and queries may contain
/// secrets. Pure, any thread.
std::string origin_of(GUri *uri);

}  // namespace gemlive
