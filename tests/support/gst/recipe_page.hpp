// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gemlive::test {

using Replacements = std::vector<std::pair<std::string, std::string>>;

/// All occurrences, in the order of `replacements`. A text that does not occur fails the test, so
/// that a stand-in does not miss its element.
std::string replaced(std::string text, const Replacements &replacements);
/// The same, for texts that need not occur.
std::string replaced_where_found(std::string text, const Replacements &replacements);

/// The fenced blocks of docs/recipes.md.
class RecipePage {
 public:
  RecipePage();

  /// Block `number`, from 0, under a heading; fails the test if there is none.
  std::string block(const std::string &heading, std::size_t number) const;
  /// The number of blocks under each heading.
  std::map<std::string, std::size_t> counts() const;

 private:
  std::map<std::string, std::vector<std::string>> blocks_;
};

}  // namespace gemlive::test
