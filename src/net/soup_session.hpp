// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <chrono>
#include <string>

#include "error.hpp"
#include "glib_ptr.hpp"
#include "http.hpp"

/// Functions for everything that uses libsoup. The thread that uses the session.
namespace gemlive::soup_session {

constexpr auto uri_flags = static_cast<GUriFlags>(SOUP_HTTP_URI_FLAGS);

/// Scheme, host and port: safe to show in an error.
std::string host_of(GUri *uri);

/// Makes a session that never acts on a server's answer by itself: no cookies, and no
/// authentication except Basic for the proxy. `uri` decides about the proxy: none for this machine,
/// and none for unencrypted connections. Errors: bad_setting (tls-ca-file, proxy).
Result<ObjectPtr<SoupSession>> make_session(GUri *uri, const http::Route &route, bool direct);

/// Prepares the proxy's name and password when the connection to it is open. This replaces
/// libsoup's authentication manager, which a server can crash. Call it from a message's
/// network-event.
void authorize_proxy(SoupSession *session, GSocketClientEvent event, GIOStream *stream);

/// The error of a connection that could not be opened, because of the proxy or the server. `host`,
/// `certificate`, `setting` as in soup_errors::not_opened().
Error not_opened(SoupSession *session, const std::string &host, const GError &error,
                 GTlsCertificateFlags certificate, const char *setting = "uri");

/// The value of Retry-After (seconds or a date), at most one day. 0 if it is missing.
std::chrono::seconds retry_after(SoupMessageHeaders *headers);

}  // namespace gemlive::soup_session
