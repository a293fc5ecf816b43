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

/// Makes a session that never acts on a server's answer by itself: no cookies, and no
/// authentication except Basic for the proxy. `uri` decides about the proxy: none for this machine,
/// and none for unencrypted connections. Errors: bad_setting (tls-ca-file, proxy).
Result<ObjectPtr<SoupSession>> make_session(GUri *uri, const http::Route &route, bool direct);

/// Makes a message for `session` that follows no redirects and signs in to the proxy.
ObjectPtr<SoupMessage> make_message(SoupSession *session, const char *method, GUri *uri,
                                    const http::Headers &headers);

/// The error of a message whose connection could not be opened, because of the proxy or the server.
/// `host` and `setting` as in soup_errors::not_opened().
Error not_opened(SoupSession *session, SoupMessage *message, const std::string &host,
                 const GError &error, const char *setting = "uri");

/// The value of Retry-After (seconds or a date), at most one day. 0 if it is missing.
std::chrono::seconds retry_after(SoupMessageHeaders *headers);

}  // namespace gemlive::soup_session
