// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recipe_page.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "doc_page.hpp"

namespace gemlive::test {
namespace {

bool replace_all(std::string &text, const std::string &from, const std::string &to) {
  bool found = false;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    found = true;
  }
  return found;
}

}  // namespace

std::string replaced(std::string text, const Replacements &replacements) {
  for (const auto &[from, to] : replacements)
    EXPECT_TRUE(replace_all(text, from, to)) << from << " is not in the recipe:\n" << text;
  return text;
}

std::string replaced_where_found(std::string text, const Replacements &replacements) {
  for (const auto &[from, to] : replacements)
    replace_all(text, from, to);
  return text;
}

RecipePage::RecipePage() {
  std::istringstream page(doc_page("recipes.md"));
  std::string heading;
  bool is_inside = false;
  for (std::string line; std::getline(page, line);) {
    const bool is_fence = line.starts_with("```");
    if (is_fence) {
      is_inside = !is_inside;
      if (is_inside) blocks_[heading].emplace_back();
    } else if (is_inside) {
      blocks_[heading].back() += line + '\n';
    } else if (line.starts_with("## ") || line.starts_with("### ")) {
      heading = line.substr(line.find(' ') + 1);
    }
  }
}

std::string RecipePage::block(const std::string &heading, std::size_t number) const {
  const auto found = blocks_.find(heading);
  if (found != blocks_.end() && number < found->second.size()) return found->second[number];
  ADD_FAILURE() << "no block " << number << " under \"" << heading << '"';
  return "";
}

std::map<std::string, std::size_t> RecipePage::counts() const {
  std::map<std::string, std::size_t> counts;
  for (const auto &[heading, blocks] : blocks_)
    counts[heading] = blocks.size();
  return counts;
}

}  // namespace gemlive::test
