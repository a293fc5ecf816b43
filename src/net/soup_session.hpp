// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <chrono>
#include <string>

#include "error.hpp"
#include "glib_ptr.hpp"
#include "http.hpp"

/// What every use of libsoup here has in common. One thread each.
namespace gemlive::soup_session {

constexpr auto uri_flags = static_cast<GUriFlags>(SOUP_HTTP_URI_FLAGS);

/// Scheme, host and port: what may be said in an error.
std::string host_of(GUri *uri);

/// A session that does nothing by itself on a server's word: no redirect of a message that is
/// flagged so, no authentication but the proxy's Basic, no cookies. `uri`, whose path does not
/// matter, decides about the proxy: to this machine, and where nothing is encrypted, there is none.
/// Errors: bad_setting (tls-ca-file, proxy).
Result<ObjectPtr<SoupSession>> make_session(GUri *uri, const http::Route &route, bool direct);

/// Tells the proxy, once the connection to it is there, who we are: without libsoup's own manager,
/// which a server can crash. To be called from a message's network-event.
void authorize_proxy(SoupSession *session, GSocketClientEvent event, GIOStream *stream);

/// Why no connection came about: the proxy's fault or the server's. `host`, `certificate`,
/// `setting` as soup_errors::not_opened().
Error not_opened(SoupSession *session, const std::string &host, const GError &error,
                 GTlsCertificateFlags certificate, const char *setting = "uri");

/// Given as seconds, or as a date; a day at most.
std::chrono::seconds retry_after(SoupMessageHeaders *headers);

}  // namespace gemlive::soup_session
