// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "config.hpp"
#include "error.hpp"
#include "secret.hpp"

namespace gemlive {

/// Where a conversation connects to and as whom. Pure but for the environment it is handed.
struct Endpoint {
  std::string url = {};    // holds no secret
  std::string model = {};  // full resource name for setup.model
  Service service = Service::developer;
  std::vector<std::pair<std::string, Secret>> headers = {};
};

/// Looks a variable up; empty when unset.
using Environment = std::function<std::string(const char *name)>;
Environment process_environment();

/// Services, hosts and names as live-api.md 1 and 2 have them; precedence as in interface.md 3.
/// Errors: bad_setting (names the property), not_authorized (no credential and none can be done
/// without: only a `uri` on loopback goes without).
Result<Endpoint> resolve_endpoint(const Config &config, const Environment &environment);

}  // namespace gemlive
