// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "partial_args.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "json_string.hpp"
#include "json_value.hpp"

namespace gemlive::wire {
namespace {

using json::Value;

constexpr std::size_t max_depth = 64;
/// What a value without text counts. It also limits the time for finding a member.
constexpr std::size_t cost_of_value = 256;

using Step = std::variant<std::string, std::size_t>;  // a member's name, or an item's place
using Path = std::vector<Step>;

/// Reads `'name'` or `"name"`.
std::optional<std::string> take_quoted(std::string_view &text) {
  const char quote = text.front();
  std::string source;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == quote) {
      text.remove_prefix(at + 1);
      std::string name;
      if (!json::append_unescaped(source, name)) return std::nullopt;
      return name;
    }
    if (text[at] == '\\' && ++at < text.size() && text[at] != '\'') source += '\\';
    if (at < text.size()) source += text[at];
  }
  return std::nullopt;
}

void skip_space(std::string_view &text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

std::optional<Step> take_bracket(std::string_view &text) {
  text.remove_prefix(1);
  skip_space(text);
  Step step;
  if (text.starts_with('\'') || text.starts_with('"')) {
    auto name = take_quoted(text);
    if (!name) return std::nullopt;
    step = std::move(*name);
  } else {
    std::size_t index = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), index);
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    if (parsed.ec != std::errc{}) return std::nullopt;
    step = index;
  }
  skip_space(text);
  if (!text.starts_with(']')) return std::nullopt;
  text.remove_prefix(1);
  return step;
}

std::optional<Step> take_name(std::string_view &text) {
  text.remove_prefix(1);
  const auto name = text.substr(0, text.find_first_of(".["));
  text.remove_prefix(name.size());
  if (name.empty() || name == "*") return std::nullopt;
  return Step(std::string(name));
}

/// nullopt: not a path to one value inside the object.
std::optional<Path> parse_path(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  Path path;
  while (!text.empty()) {
    std::optional<Step> step;
    if (text.starts_with('.')) step = take_name(text);
    if (text.starts_with('[') && !step) step = take_bracket(text);
    if (!step || path.size() == max_depth - 1) return std::nullopt;
    path.push_back(std::move(*step));
  }
  if (path.empty() || !std::holds_alternative<std::string>(path[0])) return std::nullopt;
  return path;
}

void become(Value &value, Value::Kind kind) {
  if (value.kind == kind) return;
  value.kind = kind;
  value.text.clear();
  value.inner.clear();
}

}  // namespace

struct PartialArgs::Tree {
  Value root = Value::object();
  std::set<std::string> open_strings = {};  // paths of strings that go on
  std::size_t bytes = 0;
  bool has_bad_path = false;

  bool is_too_large() const { return bytes > max_bytes; }
  /// False: it is too large now. Everything is dropped.
  bool count(std::size_t more);
  Value *member(Value &object, const std::string &name);
  Value *item(Value &array, std::size_t index);
  Value *reach(const Path &path);
};

bool PartialArgs::Tree::count(std::size_t more) {
  bytes += std::min(more, 2 * max_bytes);
  if (!is_too_large()) return true;
  root = Value::object();
  open_strings.clear();
  return false;
}

/// Null: too large.
Value *PartialArgs::Tree::member(Value &object, const std::string &name) {
  become(object, Value::Kind::object);
  const auto quoted = json::quoted(name);
  const auto found = std::ranges::find(object.inner, quoted, &Value::name);
  if (found != object.inner.end()) return &*found;
  if (!count(cost_of_value)) return nullptr;
  auto &added = object.inner.emplace_back(Value::scalar("null"));
  added.name = quoted;
  return &added;
}

/// Items that are missing before it are null.
Value *PartialArgs::Tree::item(Value &array, std::size_t index) {
  become(array, Value::Kind::array);
  const auto size = array.inner.size();
  if (index >= size) {
    const auto missing = std::min(index - size, max_bytes) + 1;
    if (!count(missing * cost_of_value)) return nullptr;
    array.inner.resize(size + missing, Value::scalar("null"));
  }
  return &array.inner[index];
}

Value *PartialArgs::Tree::reach(const Path &path) {
  auto *value = &root;
  for (const auto &step : path) {
    const auto *name = std::get_if<std::string>(&step);
    value = name ? member(*value, *name) : item(*value, std::get<std::size_t>(step));
    if (!value) return nullptr;
  }
  return value;
}

PartialArgs::PartialArgs() : tree_(std::make_unique<Tree>()) {}
PartialArgs::~PartialArgs() = default;
PartialArgs::PartialArgs(PartialArgs &&) noexcept = default;
PartialArgs &PartialArgs::operator=(PartialArgs &&) noexcept = default;

PartialArgs::Fault PartialArgs::fault() const {
  if (tree_->is_too_large()) return Fault::too_large;
  return tree_->has_bad_path ? Fault::bad_path : Fault::none;
}

void PartialArgs::set(std::string_view args) {
  if (tree_->is_too_large() || !tree_->count(args.size())) return;
  Value value;
  if (json::parse(args, value) || !value.is_object()) return;
  tree_->open_strings.clear();
  tree_->root = std::move(value);
}

void PartialArgs::add(const PartialArg &arg) {
  if (tree_->is_too_large() || !tree_->count(arg.path.size() + arg.value.size())) return;
  const auto path = parse_path(arg.path);
  tree_->has_bad_path |= !path;
  auto *value = path ? tree_->reach(*path) : nullptr;
  if (!value) return;
  const bool goes_on = tree_->open_strings.erase(arg.path) > 0 && value->text.ends_with('"');
  become(*value, Value::Kind::scalar);
  const auto text = arg.is_string ? json::quoted(arg.value) : arg.value;
  if (arg.is_string && goes_on)
    value->text.replace(value->text.size() - 1, 1, text, 1);
  else
    value->text = text;
  if (arg.will_continue) tree_->open_strings.insert(arg.path);
}

std::string PartialArgs::text() const {
  std::string text;
  tree_->root.append_to(text);
  return text;
}

}  // namespace gemlive::wire
