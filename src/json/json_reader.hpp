// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace gemlive {

/// Reads JSON that a server sent, once and from left to right: the simdjson door. Stricter than
/// simdjson's on-demand front end, which never looks at what nobody asks for: every value is to be
/// handed to exactly one of the functions here, and each checks all of it. A function that says
/// false has found the text malformed; stop then. A value of another type than asked for is checked
/// and left out. Keeps its memory for the next text. Any thread, one at a time.
class JsonReader {
 public:
  using Value = simdjson::ondemand::value;
  struct Field {
    std::string_view name = {};
    Value value = {};
    const char *start = nullptr;  // of the name's opening quote
  };
  static constexpr int max_depth = 64;

  /// Reads an object and nothing else; `visit` takes each Field & and says whether to go on. Views
  /// live until the next read(); they lie in a copy of `text` (see offset_of), those of strings
  /// with escapes somewhere else.
  template <typename Visit>
  bool read(std::string_view text, Visit &&visit);

  template <typename Visit>
  bool object(Value value, Visit &&visit);
  /// `visit` takes each Value.
  template <typename Visit>
  bool array(Value value, Visit &&visit);
  bool string(Value value, std::string_view &result);
  bool boolean(Value value, bool &result);
  bool skip(Value value);
  /// The source text of a value of any type.
  bool source(Value value, std::string_view &result);

  static const char *start_of(Value value) { return value.raw_json_token().data(); }
  /// The text from `start` to the end of `last`, an object or array that was read just now.
  bool source_since(const char *start, Value last, std::string_view &result);
  /// Where in the text that is being read `view` begins; its size() or more when it lies elsewhere.
  std::size_t offset_of(std::string_view view) const;

  const char *problem() const { return problem_; }

 private:
  bool fail(const char *problem) {
    problem_ = problem;
    return false;
  }
  bool fail(simdjson::error_code code) { return fail(simdjson::error_message(code)); }
  bool start(std::string_view text, simdjson::ondemand::object &root);
  bool finish();
  template <typename Visit>
  bool fields(simdjson::ondemand::object object, Visit &&visit);

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::vector<char> padded_;
  std::size_t size_ = 0;
  int depth_ = 0;
  const char *problem_ = "";
};

template <typename Visit>
bool JsonReader::read(std::string_view text, Visit &&visit) {
  simdjson::ondemand::object root;
  return start(text, root) && fields(root, visit) && finish();
}

template <typename Visit>
bool JsonReader::fields(simdjson::ondemand::object object, Visit &&visit) {
  if (++depth_ > max_depth) return fail("nested deeper than 64 levels");
  for (auto next : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(next).get(field)) return fail(error);
    Field found{.value = field.value(), .start = field.key().raw() - 1};
    if (const auto error = field.unescaped_key().get(found.name)) return fail(error);
    if (!visit(found)) return false;
  }
  --depth_;
  return true;
}

template <typename Visit>
bool JsonReader::object(Value value, Visit &&visit) {
  if (*start_of(value) != '{') return skip(value);
  simdjson::ondemand::object object;
  if (const auto error = value.get_object().get(object)) return fail(error);
  return fields(object, visit);
}

template <typename Visit>
bool JsonReader::array(Value value, Visit &&visit) {
  if (*start_of(value) != '[') return skip(value);
  simdjson::ondemand::array array;
  if (const auto error = value.get_array().get(array)) return fail(error);
  if (++depth_ > max_depth) return fail("nested deeper than 64 levels");
  for (auto next : array) {
    Value item;
    if (const auto error = std::move(next).get(item)) return fail(error);
    if (!visit(item)) return false;
  }
  --depth_;
  return true;
}

}  // namespace gemlive
