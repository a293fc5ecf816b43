// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>
#include <gtest/gtest.h>

#include <string>

#include "read_file.hpp"

namespace gemlive::test {

/// A page of docs/.
inline std::string doc_page(const char *name) {
  const auto page = read_file(std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/../docs/" + name);
  EXPECT_FALSE(page.empty()) << name;
  return page;
}

/// The row of a table that begins with `name`; empty where there is none.
inline std::string row_of(const std::string &page, const std::string &name) {
  const auto at = page.find("\n| `" + name + "` |");
  return at == std::string::npos ? "" : page.substr(at + 1, page.find('\n', at + 1) - at - 1);
}

}  // namespace gemlive::test
