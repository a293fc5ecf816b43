// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <string>

#include "error.hpp"

/// Translates errors of libsoup and GIO into texts that say what to do. `host` is scheme, host and
/// port only, because paths and queries may contain secrets. Pure, any thread.
namespace gemlive::soup_errors {

/// The server answered the upgrade with a status other than 101.
Error refused(const std::string &host, int status, const std::string &phrase,
              const std::string &redirect_host);

/// The proxy answered CONNECT with this status.
Error refused_by_proxy(const std::string &host, int status);

/// The proxy answered CONNECT with interim responses without end.
Error flooded_by_proxy(const std::string &host);

/// The connection could not be opened. `certificate` says why the server's certificate was
/// rejected. `setting` names the setting to check.
Error not_opened(const std::string &host, const GError &error, GTlsCertificateFlags certificate,
                 const char *setting = "uri");

/// An open connection broke.
Error broken(const std::string &host, const GError &error);

/// The server violated the WebSocket protocol. `how` is a text from FrameError.
Error misbehaved(const std::string &host, const char *how);

/// The connection was closed because the server sent too much data. `flood` describes it.
Error flooded(const std::string &host, const char *flood);

}  // namespace gemlive::soup_errors
