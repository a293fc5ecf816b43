// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"

/// Which addresses a credential may be taken to. Pure. Any thread.
namespace gemlive::auth {

struct Trust {
  std::string universe_domain = "googleapis.com";
  bool custom_endpoints = false;  // any https://, and http:// on this machine
};

/// For what Google's token services are asked: https, a host of Google's (or of the universe),
/// nothing else in the authority. Errors: bad_setting, naming `field` and the URL without what may
/// be a secret in it.
Result<std::string> token_url(const std::string &url, const std::string &field, const Trust &trust);

/// For where a subject token lies: https, or plain http on this machine or to a metadata server.
Result<std::string> subject_url(const std::string &url, const std::string &field,
                                const Trust &trust);

/// "host" or "host:port" of a metadata server: this machine, link-local, or Google's own name.
bool is_metadata_host(const std::string &host);

/// Whether an OAuth token may go to the host of `url` by itself.
bool is_google_host(const std::string &url, const Trust &trust);

/// Scheme, host and port: what may be said of it.
std::string redacted_url(const std::string &url);

}  // namespace gemlive::auth
