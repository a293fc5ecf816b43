// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string>

#include "config.hpp"
#include "credential.hpp"
#include "environment.hpp"
#include "error.hpp"

namespace gemlive::auth {

/// The property universe-domain, GOOGLE_CLOUD_UNIVERSE_DOMAIN or googleapis.com. Any thread.
std::string universe_domain(const Config &config, const Environment &environment);

/// Finds Application Default Credentials in Google's order: the property credentials-file,
/// GOOGLE_APPLICATION_CREDENTIALS, gcloud's well-known file, the metadata server. A named file must
/// exist and be valid. Reads files, but does not use the network or contact the metadata server.
/// Null if there is no file and NO_GCE_CHECK excludes the metadata server. Errors: bad_setting. Any
/// thread.
Result<std::shared_ptr<const Credential>> find_default_credential(const Config &config,
                                                                  const Environment &environment);

}  // namespace gemlive::auth
