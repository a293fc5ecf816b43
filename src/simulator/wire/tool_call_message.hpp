// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The service's toolCall messages. Pure.
namespace gemlive::simulator::messages {

/// Without args or id if they are empty. `args` is JSON.
std::string tool_call(std::string_view name, std::string_view args, std::string_view id);

/// The same call in several messages, as a service sends it that streams arguments. The first has
/// name and id. Each of the others has one partialArg: a string of `args` comes in up to `parts`
/// parts, any other value in one. All but the last have willContinue. Empty objects and arrays in
/// `args` are lost: a partialArg cannot express them.
std::vector<std::string> partial_tool_call(std::string_view name, std::string_view args,
                                           std::string_view id, int parts);

}  // namespace gemlive::simulator::messages
