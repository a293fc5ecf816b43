// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "auth_headers.hpp"

namespace gemlive::auth {

bool is_ephemeral(const Secret &token) {
  return token.reveal().starts_with("auth_tokens/");
}

Headers fixed_headers(const Identity &identity) {
  Headers headers;
  if (identity.token.empty() && !identity.key.empty())
    headers.push_back({"x-goog-api-key", identity.key});
  if (identity.credential && !identity.credential->quota_project.empty())
    headers.push_back({"x-goog-user-project", Secret(identity.credential->quota_project)});
  return headers;
}

Secret authorization(const Secret &token) {
  Secret value(is_ephemeral(token) ? "Token " : "Bearer ");
  value.append(token.reveal());
  return value;
}

}  // namespace gemlive::auth
