// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>

namespace gemlive::web {

/// What the model can call: property `tools` of gemlive.
inline constexpr char tool_declarations[] = R"([{"functionDeclarations": [
  {"name": "local_time", "description": "Tells the date and the time of day"}]}])";

/// Calls a function. Returns its result, a JSON object.
std::string call_tool(std::string_view name);

}  // namespace gemlive::web
