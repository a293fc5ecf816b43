// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "config.hpp"
#include "identity.hpp"
#include "secret.hpp"

/// The HTTP headers that sign in to the service. Any thread.
namespace gemlive::auth {

/// The headers that stay the same for all connections: an API key, a quota project.
Headers fixed_headers(const Identity &identity);
/// The value of the Authorization header. Ephemeral tokens have their own scheme.
Secret authorization(const Secret &token);
/// Whether a token is an ephemeral token.
bool is_ephemeral(const Secret &token);

}  // namespace gemlive::auth
