// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace gemlive::simulator {

/// What the sign-in does wrong, once, to the next request whose path holds `path`
/// (docs/simulator.md).
struct SignInFault {
  std::string path = {};
  int status = 0;          // 0: as it is
  std::string error = {};  // OAuth's code
  std::string description = {};
  std::string body = {};
  std::string redirect = {};
  int lifetime = -1;          // s of the token; -1: as usual
  bool revoke = false;        // the token at once
  bool stall = false;         // no answer ever
  bool wrong_flavor = false;  // of a metadata server: it does not say that it is one
};

Result<std::vector<SignInFault>> parse_sign_in_faults(std::string_view json);

}  // namespace gemlive::simulator
