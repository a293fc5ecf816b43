// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <optional>

#include "config.hpp"
#include "credential.hpp"
#include "environment.hpp"
#include "error.hpp"

namespace gemlive::auth {

/// The key, token or Application Default Credentials to sign in with. They are looked up as in
/// Google's libraries (docs/signing-in.md). A value: one thread at a time.
struct Identity {
  Secret key = {};
  Secret token = {};
  std::shared_ptr<const Credential> credential = {};
  bool key_was_set = false;  // by the property, not by the environment

  /// Reads key and token from properties and environment. Reads no file. Errors: bad_setting.
  static Result<Identity> find(const Config &config, const Environment &environment);
  bool empty() const { return key.empty() && token.empty() && !credential; }
  bool is_ephemeral() const;
  /// Whether the metadata server provides the token.
  bool uses_metadata_server() const;
  /// Whether there is neither key nor token, so find_default() must be called.
  bool needs_default_credential() const { return key.empty() && token.empty(); }
  /// Sets `credential` from Application Default Credentials if a token may be sent to the property
  /// uri. It stays null if there are none. Reads files.
  std::optional<Error> find_default(const Config &config, const Environment &environment);
};

}  // namespace gemlive::auth
