// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_difference.hpp"

#include <glib.h>

#include <algorithm>
#include <utility>

#include "json_string.hpp"

namespace gemlive::simulator {
namespace {

using json::Value;

std::string text(const Value *value) {
  std::string json;
  if (value) value->append_to(json);
  return json;
}

const Value *find_member(const Value &object, const std::string &name) {
  const auto found = std::ranges::find_if(object.inner, [&](const Value &member) {
    const auto other = member.plain_name();
    return json::is_named(other, name) || json::is_named(name, other);
  });
  return found == object.inner.end() ? nullptr : &*found;
}

bool is_number(const Value &value) {
  return !value.text.empty() && (value.text[0] == '-' || g_ascii_isdigit(value.text[0]));
}

bool is_same_scalar(const Value &a, const Value &b) {
  if (a.text == b.text) return true;
  if (const auto string = a.string()) return string == b.string();
  // Longer numbers have digits that a double does not keep.
  constexpr std::size_t exact = 15;
  return is_number(a) && is_number(b) && std::max(a.text.size(), b.text.size()) <= exact &&
         g_ascii_strtod(a.text.c_str(), nullptr) == g_ascii_strtod(b.text.c_str(), nullptr);
}

class Search {
 public:
  bool is_same(const Value *expected, const Value *actual, const std::string &path) {
    if (!expected || !actual || expected->kind != actual->kind) return fail(expected, actual, path);
    if (expected->is_object()) return is_same_object(*expected, *actual, path);
    if (expected->is_array()) return is_same_array(*expected, *actual, path);
    return is_same_scalar(*expected, *actual) || fail(expected, actual, path);
  }

  std::optional<JsonDifference> found = {};

 private:
  bool fail(const Value *expected, const Value *actual, const std::string &path) {
    found = JsonDifference{.path = path, .expected = text(expected), .actual = text(actual)};
    return false;
  }
  bool is_same_object(const Value &expected, const Value &actual, const std::string &path) {
    const auto inside = [&](const std::string &name) {
      return path.empty() ? name : path + '.' + name;
    };
    for (const auto &member : expected.inner) {
      const auto name = member.plain_name();
      if (!is_same(&member, find_member(actual, name), inside(name))) return false;
    }
    for (const auto &member : actual.inner) {
      const auto name = member.plain_name();
      if (!find_member(expected, name)) return fail(nullptr, &member, inside(name));
    }
    return true;
  }
  bool is_same_array(const Value &expected, const Value &actual, const std::string &path) {
    const auto at = [](const Value &array, std::size_t i) {
      return i < array.inner.size() ? &array.inner[i] : nullptr;
    };
    for (std::size_t i = 0; i < std::max(expected.inner.size(), actual.inner.size()); ++i) {
      if (!is_same(at(expected, i), at(actual, i), path + '[' + std::to_string(i) + ']'))
        return false;
    }
    return true;
  }
};

}  // namespace

std::optional<JsonDifference> first_difference(const Value &expected, const Value &actual) {
  Search search;
  search.is_same(&expected, &actual, "");
  return std::move(search.found);
}

}  // namespace gemlive::simulator
