// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "credential.hpp"
#include "error.hpp"
#include "secret.hpp"
#include "trusted_url.hpp"

namespace gemlive::auth {

struct FileRules {
  Trust trust = {};
  bool executables = false;  // the application's switch and Google's
};

/// Reads a credentials file of Google's formats; `name` says where it came from. Every address in
/// it is checked before it is ever used. Errors: bad_setting, naming the file and the field, never
/// a value that is secret. Any thread.
Result<Credential> parse_credential(const Secret &content, const std::string &name,
                                    const FileRules &rules);

}  // namespace gemlive::auth
