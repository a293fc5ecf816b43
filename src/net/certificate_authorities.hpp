// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <string>

#include "error.hpp"
#include "glib_ptr.hpp"

/// The certificate authorities that connections trust. They are large: the system's bundle takes
/// 3.5 MB and 14 ms of CPU for each time that it is read. Any thread.
namespace gemlive::certificate_authorities {

/// The authorities in a PEM file (tls-ca-file). A file is read once, and again after it has
/// changed: the newest few are kept for later connections. Error: bad_setting.
Result<ObjectPtr<GTlsDatabase>> from_file(const std::string &file);

/// Frees what a TLS connection keeps to verify its peer. Only after its handshake, on its thread. A
/// later handshake on it would be refused.
void release(GTlsConnection *connection);

}  // namespace gemlive::certificate_authorities
