// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>

#include "json_value.hpp"

namespace gemlive::wire {

/// Gives the API's fields in JSON that a user wrote their camelCase names. The API accepts
/// snake_case as well, but the rest of this library knows one name for each field. The user's own
/// names stay: the arguments of functions, names of parameters, labels, headers (a table in
/// api_names.cpp). If an object has a field twice, the last one counts. `field` is the API's field
/// that holds `value`: "setup", "tools". Nothing else decides which names are the API's. Pure, any
/// thread.
void use_api_names(json::Value &value, std::string_view field);

}  // namespace gemlive::wire
