// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <vector>

#include "action.hpp"
#include "member_reader.hpp"

namespace gemlive::simulator {

/// Reads one action of a script and appends it to `actions`. `reader` keeps the first error.
void read_action(MemberReader &reader, simdjson::dom::element action, std::vector<Action> &actions);

}  // namespace gemlive::simulator
