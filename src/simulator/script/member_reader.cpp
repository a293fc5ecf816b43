// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "member_reader.hpp"

#include <algorithm>
#include <utility>

namespace gemlive::simulator {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

void MemberReader::fail(std::string what) {
  if (fault_.empty()) fault_ = std::move(what);
}

void MemberReader::read(element value, const std::string &where,
                        const std::vector<Member> &members) {
  object fields;
  if (value.get(fields)) return fail(where + " must be an object");
  for (const auto &[name, item] : fields) {
    const auto member = std::ranges::find(members, name, &Member::name);
    if (member == members.end())
      fail(where + " has an unknown member \"" + std::string(name) + '"');
    else
      member->take(item);
  }
}

MemberReader::Member MemberReader::text(std::string_view name, std::string &out) {
  return {name, [this, name, &out](element value) {
            std::string_view text;
            if (value.get(text)) return fail('"' + std::string(name) + "\" must be a string");
            out = text;
          }};
}

MemberReader::Member MemberReader::flag(std::string_view name, bool &out) {
  return {name, [this, name, &out](element value) {
            if (value.get(out)) fail('"' + std::string(name) + "\" must be true or false");
          }};
}

std::int64_t MemberReader::whole_number(std::string_view name, element value) {
  std::int64_t number = 0;
  if (!value.get(number) && number >= 0 && number <= largest) return number;
  fail('"' + std::string(name) + "\" must be a whole number from 0 to 1000000000");
  return 0;
}

std::string compact(element value) {
  return simdjson::minify(value);
}

}  // namespace gemlive::simulator
