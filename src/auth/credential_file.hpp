// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "credential.hpp"
#include "error.hpp"
#include "secret.hpp"
#include "trusted_url.hpp"

namespace gemlive::auth {

/// What a credentials file may contain.
struct FileRules {
  Trust trust = {};
  bool executables = false;  // both the property and Google's variable allow programs
};

/// Parses a credentials file in one of Google's formats. `name` names the source in errors. Every
/// address in the file is checked. Errors: bad_setting, naming the file and the field, without
/// secret values. Any thread.
Result<Credential> parse_credential(const Secret &content, const std::string &name,
                                    const FileRules &rules);

}  // namespace gemlive::auth
