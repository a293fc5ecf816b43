// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <string>

#include "error.hpp"

/// What libsoup and GIO report, in words that say what to do next. `host` is scheme, host and port:
/// paths and queries may hold what is nobody's business. Pure, any thread.
namespace gemlive::soup_errors {

/// The server answered the upgrade with something else than 101.
Error refused(const std::string &host, int status, const std::string &phrase,
              const std::string &redirect_host);

/// The proxy on the way to the server answered CONNECT so.
Error refused_by_proxy(const std::string &host, int status);

/// The connection could not be opened. `certificate` is what was wrong with the server's, `setting`
/// what the user has set to get there.
Error not_opened(const std::string &host, const GError &error, GTlsCertificateFlags certificate,
                 const char *setting = "uri");

/// An open connection broke.
Error broken(const std::string &host, const GError &error);

/// The server broke the rules of WebSocket; `how` is ours.
Error misbehaved(const std::string &host, const char *how);

/// An open connection was cut since the server sent `flood`.
Error flooded(const std::string &host, const char *flood);

}  // namespace gemlive::soup_errors
