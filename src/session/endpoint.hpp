// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string>

#include "config.hpp"
#include "environment.hpp"
#include "error.hpp"
#include "secret.hpp"

namespace gemlive {

namespace auth {
struct Credential;
}

/// Where a conversation connects to and as whom. Pure but for the environment it is handed, and the
/// credentials file.
struct Endpoint {
  std::string url = {};        // holds no secret
  std::string model = {};      // full resource name for setup.model
  bool lacks_project = false;  // until the metadata server has told: the model holds "projects/-/"
  Service service = Service::developer;
  Headers headers = {};                                     // with a key, without a token
  Secret access_token = {};                                 // what the application gave
  std::shared_ptr<const auth::Credential> credential = {};  // to get a token for
};

/// Services, hosts and names as docs/protocol.md has them; precedence as in docs/properties.md.
/// Reads the credentials file where one is needed, asks no network. Any thread. Errors: bad_setting
/// (names the property), not_authorized (no credential, and only a `uri` on loopback does without).
Result<Endpoint> resolve_endpoint(const Config &config, const Environment &environment);

}  // namespace gemlive
