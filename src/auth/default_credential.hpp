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

/// The property, GOOGLE_CLOUD_UNIVERSE_DOMAIN, or googleapis.com.
std::string universe_domain(const Config &config, const Environment &environment);

/// Finds Application Default Credentials in Google's order: the property credentials-file,
/// GOOGLE_APPLICATION_CREDENTIALS, gcloud's well-known file, the metadata server (which is not
/// asked whether it is there). What is named has to be there and good. Reads files, no network; any
/// thread. Errors: bad_setting. Null where there is none and NO_GCE_CHECK rules the last out.
Result<std::shared_ptr<const Credential>> find_default_credential(const Config &config,
                                                                  const Environment &environment);

}  // namespace gemlive::auth
