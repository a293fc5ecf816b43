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

/// Whom to present as: a key, a token, or Application Default Credentials, found as Google's
/// libraries find them (docs/signing-in.md). Any thread.
struct Identity {
  Secret key = {};
  Secret token = {};
  std::shared_ptr<const Credential> credential = {};
  bool key_was_set = false;  // by the property, not the environment

  /// What the properties and the environment hold; no file is read. Errors: bad_setting.
  static Result<Identity> find(const Config &config, const Environment &environment);
  bool empty() const { return key.empty() && token.empty() && !credential; }
  bool is_ephemeral() const;
  /// Its metadata server signs in.
  bool is_machine() const;
  bool needs_default() const { return key.empty() && token.empty(); }
  /// Application Default Credentials, where they may go to the `uri` that is set; there may be
  /// none.
  std::optional<Error> find_default(const Config &config, const Environment &environment);
};

}  // namespace gemlive::auth
