// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>

#include "assertion.hpp"
#include "error.hpp"

namespace gemlive::simulator {

/// The simulated accounts, and their credentials files. Main thread.
struct Identities {
  AccountKey key = {};
  std::string email = "robot@gemlive-test.iam.gserviceaccount.com";
  std::string target = "target@gemlive-test.iam.gserviceaccount.com";  // account to impersonate
  std::string key_id = "gemlive-simulator";
  std::string project = "gemlive-test";
  std::string client_id = "gemlive-test.apps.googleusercontent.com";
  std::string audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p";
  // Random in each process
  std::string client_secret = {};
  std::string refresh_token = {};
  std::string subject_token = {};

  Identities();
  /// Writes one credentials file for each way to sign in into `folder`. `uri` is the sign-in
  /// server.
  std::optional<Error> write(const std::string &folder, const std::string &uri) const;
};

}  // namespace gemlive::simulator
