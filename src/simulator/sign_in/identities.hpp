// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>

#include "assertion.hpp"
#include "error.hpp"

namespace gemlive::simulator {

/// Everybody who can sign in here, and the credentials files that let them. Main thread.
struct Identities {
  AccountKey key = {};
  std::string email = "robot@gemlive-test.iam.gserviceaccount.com";
  std::string target = "target@gemlive-test.iam.gserviceaccount.com";  // to be impersonated
  std::string key_id = "gemlive-simulator";
  std::string project = "gemlive-test";
  std::string client_id = "gemlive-test.apps.googleusercontent.com";
  std::string audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p";
  // Made anew each time
  std::string client_secret = {};
  std::string refresh_token = {};
  std::string subject_token = {};

  Identities();
  /// Writes a file for each way into `folder`; `uri` is where to sign in.
  std::optional<Error> write(const std::string &folder, const std::string &uri) const;
};

}  // namespace gemlive::simulator
