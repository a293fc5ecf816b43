// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "api_names.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json_string.hpp"

namespace gemlive::wire {
namespace {

enum class Extent {
  everything,  // names and values, on all levels
  names,       // the names of the members; their values are the API's again
};

/// Where the user's own data begins.
struct UserData {
  std::string_view inside;  // the field that holds the object; empty: any
  std::string_view field;
  Extent extent;
};

constexpr std::array user_data = {
    // Calls of functions and their results
    UserData{"functionCall", "args", Extent::everything},
    UserData{"functionResponse", "response", Extent::everything},
    UserData{"functionResponses", "response", Extent::everything},
    UserData{"toolCall", "args", Extent::everything},
    UserData{"toolResponse", "response", Extent::everything},
    // Schemas, of functions (FunctionDeclaration.response is one as well) and of answers
    UserData{"", "properties", Extent::names},
    UserData{"", "defs", Extent::names},
    UserData{"", "$defs", Extent::names},
    UserData{"", "default", Extent::everything},
    UserData{"", "example", Extent::everything},
    UserData{"", "enum", Extent::everything},
    UserData{"", "parametersJsonSchema", Extent::everything},
    UserData{"", "responseJsonSchema", Extent::everything},
    UserData{"", "schema", Extent::everything},
    // Maps
    UserData{"", "labels", Extent::everything},
    UserData{"", "headers", Extent::everything},
    UserData{"", "partMetadata", Extent::everything},
    UserData{"", "customConfigs", Extent::everything},
};

std::optional<Extent> users_extent(std::string_view inside, std::string_view field) {
  const auto found = std::ranges::find_if(user_data, [&](const UserData &row) {
    return row.field == field && (row.inside.empty() || row.inside == inside);
  });
  if (found == user_data.end()) return std::nullopt;
  return found->extent;
}

/// protobuf's lowerCamelCase of a name such as "top_k". Empty for any other name.
std::string to_camel_case(std::string_view name) {
  std::string result;
  bool begins_word = false, is_snake_case = false;
  for (const char c : name) {
    const bool is_first = result.empty();
    if (c == '_') {
      if (is_first || begins_word) return {};
      begins_word = is_snake_case = true;
    } else if (g_ascii_islower(c) || (g_ascii_isdigit(c) && !is_first)) {
      result += begins_word ? g_ascii_toupper(c) : c;
      begins_word = false;
    } else {
      return {};
    }
  }
  return is_snake_case && !begins_word ? result : std::string();
}

/// `names` has the plain name of each member.
void drop_earlier_twins(std::vector<json::Value> &members, const std::vector<std::string> &names) {
  std::vector<json::Value> kept;
  std::set<std::string_view> seen;
  for (auto i = members.size(); i > 0; --i)
    if (seen.insert(names[i - 1]).second) kept.push_back(std::move(members[i - 1]));
  std::ranges::reverse(kept);
  members = std::move(kept);
}

void visit(json::Value &value, std::string_view field);

void visit_member(json::Value &member, std::string &name, std::string_view inside) {
  if (auto camel_case = to_camel_case(name); !camel_case.empty()) {
    name = std::move(camel_case);
    member.name = json::quoted(name);
  }
  const auto extent = users_extent(inside, name);
  if (extent == Extent::everything) return;
  if (extent != Extent::names || !member.is_object()) return visit(member, name);
  for (auto &of_user : member.inner)
    visit(of_user, "");
}

void visit(json::Value &value, std::string_view field) {
  if (value.is_array())
    for (auto &item : value.inner)
      visit(item, field);
  if (!value.is_object()) return;
  std::vector<std::string> names;
  for (auto &member : value.inner)
    visit_member(member, names.emplace_back(member.plain_name()), field);
  if (std::set<std::string_view>(names.begin(), names.end()).size() < names.size())
    drop_earlier_twins(value.inner, names);
}

}  // namespace

void use_api_names(json::Value &value, std::string_view field) {
  visit(value, field);
}

}  // namespace gemlive::wire
