// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "scoped_variable.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

bool is_error(GstMessage *message) {
  return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
}

class ElementShell : public PipelineFixture {};

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

TEST_F(ElementShell, AfterAStartThatFailedItCanBeSetAndStarted) {
  serve();
  Pipeline pipeline("gemlivesrc name=g session=again setup={" + uri() + "! fakesink");
  EXPECT_FALSE(pipeline.play());
  ASSERT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  g_object_set(pipeline["g"], "setup", "{}", nullptr);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(pipeline.count([](GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING;
  }),
            0)
      << "the property is refused";
}

/// Elements of a conversation leave it in NULL: the next one starts another.
TEST_F(ElementShell, InReadyTheConversationIsClosedAndInNullItIsLeft) {
  serve();
  Pipeline pipeline("gemlivesrc name=g session=left" + uri() + "! fakesink");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(simulator->count("closed"), 0u);
  ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
  EXPECT_TRUE(simulator->wait_event("closed"));
  Pipeline other("gemlivesrc session=left voice=Puck" + uri() + "! fakesink");
  g_object_set(pipeline["g"], "voice", "Kore", nullptr);
  EXPECT_FALSE(other.play()) << "it is still a member, with another voice";
  ASSERT_TRUE(other.wait(GST_MESSAGE_ERROR));
  ASSERT_TRUE(other.set_state(GST_STATE_NULL));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  EXPECT_TRUE(other.play());
}

}  // namespace
}  // namespace gemlive::test
