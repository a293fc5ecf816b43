// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gemlive::simulator {

/// Reads the JSON objects of a script and keeps the first error. An unknown member is an error.
class MemberReader {
 public:
  /// One member of an object, and the function that stores its value.
  struct Member {
    std::string_view name = {};
    std::function<void(simdjson::dom::element)> take = {};
  };
  static constexpr std::int64_t largest = 1'000'000'000;

  void read(simdjson::dom::element value, const std::string &where,
            const std::vector<Member> &members);
  Member text(std::string_view name, std::string &out);
  Member flag(std::string_view name, bool &out);
  template <typename Number>
  Member number(std::string_view name, Number &out) {
    return {name, [this, name, &out](simdjson::dom::element value) {
              out = static_cast<Number>(whole_number(name, value));
            }};
  }

  void fail(std::string what);
  /// The first error, empty if there is none.
  const std::string &fault() const { return fault_; }

 private:
  std::int64_t whole_number(std::string_view name, simdjson::dom::element value);

  std::string fault_;
};

std::string compact(simdjson::dom::element value);

}  // namespace gemlive::simulator
