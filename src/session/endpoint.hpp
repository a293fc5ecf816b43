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

/// Address and identity of a conversation. A value: any thread.
struct Endpoint {
  std::string url = {};        // holds no secret
  std::string model = {};      // full resource name for setup.model
  bool lacks_project = false;  // the metadata server knows it; the model holds "projects/-/"
  Service service = Service::developer;
  Headers headers = {};                                     // with the API key, without a token
  Secret access_token = {};                                 // set by the application
  std::shared_ptr<const auth::Credential> credential = {};  // for fetching tokens
};

/// Services, hosts and names as in docs/protocol.md; precedence as in docs/properties.md. Reads the
/// environment and, if needed, the credentials file, but uses no network. Any thread. Errors:
/// bad_setting (the text names the property); not_authorized (no credential; only a `uri` on
/// loopback works without).
Result<Endpoint> resolve_endpoint(const Config &config, const Environment &environment);

}  // namespace gemlive
