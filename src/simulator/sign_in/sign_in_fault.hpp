// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace gemlive::simulator {

/// A fault of the simulated sign-in. It applies once, to the next request whose path contains
/// `path` (docs/simulator.md).
struct SignInFault {
  std::string path = {};
  int status = 0;          // HTTP status; 0: unchanged
  std::string error = {};  // OAuth error code
  std::string description = {};
  std::string body = {};
  std::string redirect = {};
  int lifetime = -1;          // of the issued token in s; -1: default
  bool revoke = false;        // the issued token is not valid
  bool stall = false;         // no answer, ever
  bool wrong_flavor = false;  // the metadata server sends no Metadata-Flavor
};

Result<std::vector<SignInFault>> parse_sign_in_faults(std::string_view json);

}  // namespace gemlive::simulator
