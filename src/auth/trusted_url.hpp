// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"

/// Checks the addresses to which a credential may be sent. Pure, any thread.
namespace gemlive::auth {

/// Which addresses are trusted.
struct Trust {
  std::string universe_domain = "googleapis.com";
  bool custom_endpoints = false;  // any https://, and http:// on this machine
};

/// Returns `url` if it may be a token service: https, a host of Google or of the universe, and
/// nothing else in the authority. Errors: bad_setting, naming `field` and the origin of the URL.
Result<std::string> check_token_url(const std::string &url, const std::string &field,
                                    const Trust &trust);

/// Returns `url` if it may provide a subject token: https, or http to this machine or to a metadata
/// server. Errors: as above.
Result<std::string> check_subject_url(const std::string &url, const std::string &field,
                                      const Trust &trust);

/// Whether "host" or "host:port" may be a metadata server: this machine, or one of its known names.
bool is_metadata_host(const std::string &host);

/// Whether an OAuth token may be sent to the host of `url` without being allowed explicitly.
bool is_google_host(const std::string &url, const Trust &trust);

/// Scheme, host and port: safe to show in an error.
std::string redacted_url(const std::string &url);

}  // namespace gemlive::auth
