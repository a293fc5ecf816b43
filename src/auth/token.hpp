// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>

#include "secret.hpp"

namespace gemlive::auth {

/// An OAuth 2 access token from a token service. A value: one thread at a time.
struct Token {
  Secret value = {};
  std::chrono::seconds lifetime{0};
  std::string project = {};  // from the metadata server, otherwise empty
};

}  // namespace gemlive::auth
