// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "service_messages.hpp"

#include <gtest/gtest.h>

namespace gemlive::simulator {
namespace {

TEST(ServiceMessages, AreFormattedAsTheServiceDoes) {
  EXPECT_EQ(messages::pretty(messages::setup_complete("")), "{\n  \"setupComplete\": {}\n}\n");
  EXPECT_EQ(messages::pretty(R"({"a":[1,{"b\"{":"x,:\\"}],"c":[],"d":true})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\\\"{\": \"x,:\\\\\"\n    }\n  ],\n  \"c\": "
            "[],\n  \"d\": true\n}\n");
}

}  // namespace
}  // namespace gemlive::simulator
