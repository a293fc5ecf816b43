// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_value.hpp"

#include <glib.h>

#include <algorithm>
#include <utility>

#include "json_string.hpp"

namespace gemlive::json {

namespace {

class Parser {
 public:
  Parser(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<SyntaxError> run(Value &result) {
    if (const char *bad; !text_.empty() && !g_utf8_validate_len(text_.data(), text_.size(), &bad)) {
      at_ = static_cast<std::size_t>(bad - text_.data());
      return fail("UTF-8 text");
    }
    if (!value(0, result)) return fail(expected_);
    skip_space();
    if (at_ != text_.size()) return fail("end of text");
    return std::nullopt;
  }

 private:
  bool value(std::size_t depth, Value &result) {
    skip_space();
    expected_ = "a value";
    const bool is_object = peek() == '{';
    if (is_object || peek() == '[') {
      result.kind = is_object ? Value::Kind::object : Value::Kind::array;
      return nested(depth, is_object ? '}' : ']', [&] {
        auto &next = result.inner.emplace_back();
        return is_object ? member(depth + 1, next) : value(depth + 1, next);
      });
    }
    const std::size_t first = at_;
    const bool is_complete = peek() == '"' ? string() : word() || number();
    result.text = text_.substr(first, at_ - first);
    return is_complete;
  }

  template <typename Item>
  bool nested(std::size_t depth, char closing, Item &&item) {
    expected_ = "less nesting";
    if (depth >= max_depth_) return false;
    ++at_;
    skip_space();
    if (take(closing)) return true;
    for (;;) {
      if (!item()) return false;
      skip_space();
      if (take(closing)) return true;
      expected_ = closing == '}' ? "',' or '}'" : "',' or ']'";
      if (!take(',')) return false;
    }
  }

  bool member(std::size_t depth, Value &result) {
    skip_space();
    const std::size_t first = at_;
    expected_ = "a field name in double quotes";
    if (peek() != '"' || !string()) return false;
    result.name = text_.substr(first, at_ - first);
    skip_space();
    expected_ = "':'";
    return take(':') && value(depth, result);
  }

  bool string() {
    expected_ = "a string";
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (take('\\') ? !escape() : (++at_, false)) return false;
    }
    return take('"');
  }

  bool escape() {
    expected_ = "an escape such as \\n";
    if (take('u')) {
      const std::size_t first = at_;
      while (at_ < first + 4 && g_ascii_isxdigit(peek()))
        ++at_;
      expected_ = "four hexadecimal digits";
      return at_ == first + 4;
    }
    if (std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    return true;
  }

  bool digits() {
    const std::size_t first = at_;
    while (g_ascii_isdigit(peek()))
      ++at_;
    return at_ > first;
  }

  bool word() {
    for (const std::string_view literal : {"true", "false", "null"}) {
      if (!text_.substr(at_).starts_with(literal)) continue;
      at_ += literal.size();
      return true;
    }
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  SyntaxError fail(const char *expected) const {
    SyntaxError error{.expected = expected};
    for (const char c : text_.substr(0, at_)) {
      const bool starts_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      error.line += c == '\n';
      error.column = c == '\n' ? 1 : error.column + starts_character;
    }
    return error;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  const char *expected_ = "a value";
};

}  // namespace

std::string Value::plain_name() const {
  return Value{.text = name}.string().value_or("");
}

std::optional<std::string> Value::string() const {
  if (!text.starts_with('"')) return std::nullopt;
  std::string value;
  append_unescaped(std::string_view(text).substr(1, text.size() - 2), value);
  return value;
}

Value *Value::find(std::string_view name) {
  return const_cast<Value *>(std::as_const(*this).find(name));
}

const Value *Value::find(std::string_view name) const {
  if (!is_object()) return nullptr;
  const auto found = std::find_if(inner.rbegin(), inner.rend(),
                                  [&](const Value &member) { return member.plain_name() == name; });
  return found == inner.rend() ? nullptr : &*found;
}

void Value::append_to(std::string &out) const {
  if (kind == Kind::scalar) {
    out += text;
    return;
  }
  out += is_object() ? '{' : '[';
  for (const auto &next : inner) {
    if (&next != &inner.front()) out += ',';
    if (is_object()) out += next.name + ':';
    next.append_to(out);
  }
  out += is_object() ? '}' : ']';
}

std::optional<SyntaxError> parse(std::string_view text, Value &result, std::size_t max_depth) {
  result = {};
  return Parser(text, max_depth).run(result);
}

}  // namespace gemlive::json
