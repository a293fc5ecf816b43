// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <string>

#include "conversation_fixture.hpp"
#include "pipeline.hpp"
#include "scoped_variable.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

bool is_error(GstMessage *message) {
  return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
}

class ElementShell : public ConversationFixture {};

TEST_F(ElementShell, RunsAgainAfterItHasEnded) {
  serve();
  Pipeline pipeline(question() + "gemlive pacing=none" + uri() + "! fakesink name=out");
  for (std::size_t run = 1; run <= 3; ++run) {
    Tap tap(pipeline["out"]);
    EXPECT_EQ(pipeline.run(), "") << run;
    EXPECT_EQ(tap.bytes().size(), 9600u) << run;
    ASSERT_TRUE(pipeline.set_state(run == 2 ? GST_STATE_NULL : GST_STATE_READY));
  }
  EXPECT_TRUE(simulator->wait_event("closed", 2));
  EXPECT_EQ(simulator->count("connected"), 3u);
}

TEST_F(ElementShell, WhatCannotBeStartedFailsAtOnce) {
  const ScopedVariable no_key("GOOGLE_API_KEY", "");
  const auto fails = [](const std::string &properties, GQuark domain, int code) {
    Pipeline pipeline("gemlive " + properties);
    EXPECT_FALSE(pipeline.play());
    auto error = pipeline.wait(GST_MESSAGE_ERROR);
    ASSERT_TRUE(error);
    EXPECT_EQ(error_domain(error.get()), domain) << describe(error.get());
    EXPECT_EQ(error_code(error.get()), code) << describe(error.get());
    EXPECT_EQ(pipeline.count(is_error), 0);
  };
  fails("", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED);  // no key
  fails("uri=ws://127.0.0.1:1 setup=\"{\"", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS);
  fails("uri=ws://127.0.0.1:1 setup=@/no/such/file", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS);
}

}  // namespace
}  // namespace gemlive::test
