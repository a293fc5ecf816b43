// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stats_structure.hpp"

#include <gtest/gtest.h>

#include "gst_ptr.hpp"

namespace gemlive {
namespace {

TEST(StatsStructure, HasTheSumsOfInputAndOutput) {
  gst_init(nullptr, nullptr);
  Stats stats = {.state = ConnectionState::connected, .session_id = "s-1", .turns = 7};
  stats.input.pushed = 1;
  stats.output.came = std::uint64_t{1} << 40;
  const Handle<GstStructure, gst_structure_free> structure(to_structure(stats));
  EXPECT_TRUE(gst_structure_has_name(structure.get(), "gemlive/stats"));
  EXPECT_STREQ(gst_structure_get_string(structure.get(), "session-id"), "s-1");
  guint64 pushed = 0, came = 0;
  guint turns = 0;
  EXPECT_TRUE(gst_structure_get_uint64(structure.get(), "input-pushed", &pushed));
  EXPECT_TRUE(gst_structure_get_uint64(structure.get(), "output-came", &came));
  EXPECT_TRUE(gst_structure_get_uint(structure.get(), "turns", &turns));
  EXPECT_EQ(pushed, 1u);
  EXPECT_EQ(came, std::uint64_t{1} << 40);
  EXPECT_EQ(turns, 7u);
}

TEST(StatsStructure, CanBePrinted) {
  gst_init(nullptr, nullptr);
  const Handle<GstStructure, gst_structure_free> structure(to_structure({}));
  const StrPtr text(gst_structure_to_string(structure.get()));
  EXPECT_NE(std::string(text.get()).find("connection-state"), std::string::npos);
}

}  // namespace
}  // namespace gemlive
