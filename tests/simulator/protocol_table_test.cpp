// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// docs/protocol.md agrees with the simulator: its table of all fields, and its examples of setups.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "checker.hpp"
#include "read_file.hpp"
#include "schema.hpp"

namespace gemlive::simulator {
namespace {

std::string protocol_page() {
  const char *const folder = std::getenv("GEMLIVE_DOCS");
  return folder ? test::read_file(std::string(folder) + "/protocol.md") : "";
}

/// The cells of a row of a table, without white space around them.
std::vector<std::string> cells(const std::string &line) {
  std::vector<std::string> result;
  std::istringstream row(line);
  for (std::string cell; std::getline(row, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    result.push_back(
        first == cell.npos ? "" : cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
  }
  if (!result.empty()) result.erase(result.begin());  // before the first bar
  return result;
}

/// The names in backticks.
std::vector<std::string> names(const std::string &cell) {
  std::vector<std::string> result;
  for (std::size_t at = 0; (at = cell.find('`', at)) != cell.npos;) {
    const auto end = cell.find('`', at + 1);
    result.push_back(cell.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return result;
}

/// "Message.field" -> "service release".
using Fields = std::map<std::string, std::string>;

Fields documented(const std::string &page) {
  Fields fields;
  std::istringstream lines(page.substr(page.find("## Every field")));
  for (std::string line; std::getline(lines, line) && !line.starts_with("## Music");) {
    const auto row = cells(line);
    if (row.size() != 5 || !row[0].starts_with('`')) continue;
    EXPECT_FALSE(row[4].empty()) << line;
    for (const auto &message : names(row[0]))
      for (const auto &field : names(row[1]))
        EXPECT_TRUE(fields.try_emplace(message + '.' + field, row[2] + ' ' + row[3]).second)
            << message << '.' << field << " occurs twice";
  }
  return fields;
}

TEST(ProtocolTable, HasEveryFieldOfTheSchemaAndNoOther) {
  const auto page = protocol_page();
  ASSERT_NE(page.find("## Every field"), page.npos);
  Fields expected;
  for (const auto &[message, content] : schema().messages()) {
    for (const auto &field : content.fields)
      expected[std::string(message) + '.' + std::string(field.name)] =
          std::string(field.only ? name(*field.only) : "both") + ' ' + std::string(field.since);
  }
  const auto found = documented(page);
  for (const auto &[field, value] : expected) {
    const auto row = found.find(field);
    EXPECT_EQ(row == found.end() ? "absent" : row->second, value) << field;
  }
  for (const auto &[field, value] : found)
    EXPECT_TRUE(expected.contains(field)) << field << " is not in messages.txt";
  EXPECT_GT(found.size(), 250u);
}

/// The values of `setup='...'` in the page.
std::vector<std::string> examples(const std::string &page) {
  std::vector<std::string> result;
  const std::string key = "setup='";
  for (std::size_t at = 0; (at = page.find(key, at)) != page.npos;) {
    at += key.size();
    result.push_back(page.substr(at, page.find('\'', at) - at));
  }
  return result;
}

TEST(ProtocolTable, ExamplesOfSetupsAreAccepted) {
  const auto all = examples(protocol_page());
  EXPECT_GE(all.size(), 5u);
  for (const auto &example : all) {
    ASSERT_TRUE(example.starts_with('{')) << example;
    const simdjson::padded_string json(R"({"setup":{"model":"models/m",)" + example.substr(1) +
                                       '}');
    for (const auto service : {Service::developer, Service::vertex}) {
      simdjson::dom::parser parser;
      simdjson::dom::element message;
      ASSERT_FALSE(parser.parse(json).get(message)) << example;
      const auto refusal = check(message, service);
      EXPECT_FALSE(refusal) << example << ": " << refusal->reason;
    }
  }
}

}  // namespace
}  // namespace gemlive::simulator
