// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gemlive {

/// Reads JSON from a server in one pass from left to right, with simdjson. simdjson's on-demand API
/// does not validate values that are not read. Here, every value must be passed to exactly one of
/// the functions, and each of them validates the whole value. A function returns false if the text
/// is malformed; stop reading then. A value of an unexpected type is validated and skipped. A
/// surrogate without its other half becomes U+FFFD. The memory is reused for the next text. Any
/// thread, one at a time.
class JsonReader {
 public:
  using Value = simdjson::ondemand::value;
  struct Field {
    std::string_view name = {};
    Value value = {};
    const char *start = nullptr;  // the opening quote of the name
  };
  static constexpr int max_depth = 64;

  /// Reads a text that is exactly one object. `visit` takes each Field & and returns whether to
  /// continue. Views are valid until the next read(). They point into a copy of `text` (see
  /// offset_of), except strings with escapes.
  template <typename Visit>
  bool read(std::string_view text, Visit &&visit);
  /// The same for a text that is exactly one array. `visit` takes each Value.
  template <typename Visit>
  bool read_array(std::string_view text, Visit &&visit);

  template <typename Visit>
  bool object(Value value, Visit &&visit);
  /// `visit` takes each Value and returns whether to continue.
  template <typename Visit>
  bool array(Value value, Visit &&visit);
  bool string(Value value, std::string_view &result);
  bool boolean(Value value, bool &result);
  bool skip(Value value);
  /// The JSON source of a value of any type.
  bool source(Value value, std::string_view &result);

  static const char *start_of(Value value) { return value.raw_json_token().data(); }
  /// The text from `start` to the end of `last`, the object or array that was read last.
  bool source_since(const char *start, Value last, std::string_view &result);
  /// Offset of `view` in the text that is being read. At least the text's size() if `view` points
  /// elsewhere.
  std::size_t offset_of(std::string_view view) const;

  /// Why a function returned false.
  const char *problem() const { return problem_; }

 private:
  bool fail(const char *problem) {
    problem_ = problem;
    return false;
  }
  bool fail(simdjson::error_code code) { return fail(simdjson::error_message(code)); }
  bool start(std::string_view text);
  bool finish();
  template <typename Visit>
  bool fields(simdjson::ondemand::object object, Visit &&visit);
  template <typename Visit>
  bool items(simdjson::ondemand::array array, Visit &&visit);
  static std::size_t length(const char *string);
  bool unescape(std::string_view source, std::string_view &result);

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::vector<char> padded_;
  std::string unescaped_;  // has room for all strings of a text, so that views stay valid
  std::size_t size_ = 0;
  int depth_ = 0;
  const char *problem_ = "";
};

template <typename Visit>
bool JsonReader::read(std::string_view text, Visit &&visit) {
  if (!start(text)) return false;
  simdjson::ondemand::object root;
  if (const auto error = document_.get_object().get(root)) return fail(error);
  return fields(root, visit) && finish();
}

template <typename Visit>
bool JsonReader::read_array(std::string_view text, Visit &&visit) {
  if (!start(text)) return false;
  simdjson::ondemand::array root;
  if (const auto error = document_.get_array().get(root)) return fail(error);
  return items(root, visit) && finish();
}

template <typename Visit>
bool JsonReader::fields(simdjson::ondemand::object object, Visit &&visit) {
  if (++depth_ > max_depth) return fail("nested deeper than 64 levels");
  for (auto next : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(next).get(field)) return fail(error);
    const char *name = field.key().raw();
    Field found{.value = field.value(), .start = name - 1};
    if (!unescape({name, length(name)}, found.name)) return false;
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
  return items(array, visit);
}

template <typename Visit>
bool JsonReader::items(simdjson::ondemand::array array, Visit &&visit) {
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
