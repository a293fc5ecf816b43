// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline_util.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

class PipelineUtil : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  static ElementPtr parse(const char *description) {
    auto *pipeline = gst_parse_launch(description, nullptr);
    return ElementPtr(GST_ELEMENT(gst_object_ref_sink(pipeline)));
  }
  static ElementPtr find(const ElementPtr &pipeline, const char *name) {
    return ElementPtr(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
  }
};

TEST_F(PipelineUtil, TheTopIsThePipelineAlsoFromInsideBins) {
  const auto pipeline = parse("fakesrc name=a ! ( identity name=b ) ! fakesink");
  EXPECT_EQ(top_parent(find(pipeline, "a").get()), pipeline.get());
  EXPECT_EQ(top_parent(find(pipeline, "b").get()), pipeline.get());
}

TEST_F(PipelineUtil, FindsElementsByFactoryAlsoInsideBins) {
  const auto pipeline = parse("fakesrc name=a ! identity ! ( identity ) ! fakesink");
  EXPECT_EQ(find_elements(find(pipeline, "a").get(), "identity").size(), 2u);
  EXPECT_EQ(find_elements(find(pipeline, "a").get(), "queue").size(), 0u);
}

TEST_F(PipelineUtil, KnowsTheFactoryOfAnElement) {
  const auto pipeline = parse("identity name=a");
  EXPECT_TRUE(is_made_by(pipeline.get(), "identity"));
  EXPECT_FALSE(is_made_by(pipeline.get(), "queue"));
  const PadPtr pad(gst_element_get_static_pad(pipeline.get(), "sink"));
  EXPECT_FALSE(is_made_by(pad.get(), "identity"));
  EXPECT_FALSE(is_made_by(nullptr, "identity"));
}

TEST_F(PipelineUtil, NamesTheInputAsTheUserDoes) {
  const auto pipeline = parse("( identity name=a )");
  EXPECT_EQ(input_name(find(pipeline, "a").get()), "a:sink");
}

TEST_F(PipelineUtil, FollowsLinksIntoAndOutOfBins) {
  const auto leads = [](const char *description, bool expected) {
    const auto pipeline = parse(description);
    EXPECT_EQ(leads_to(find(pipeline, "a").get(), find(pipeline, "z").get()), expected)
        << description;
  };
  leads("fakesrc ! identity name=a ! identity ! fakesink name=z", true);
  leads("fakesrc ! identity name=z ! identity name=a ! fakesink", false);
  leads("fakesrc ! tee name=a ! fakesink a. ! queue ! fakesink name=z", true);
  leads("fakesrc ! identity name=a ! ( identity ! identity ) ! fakesink name=z", true);
  leads("fakesrc ! ( identity ! identity name=a ) ! fakesink name=z", true);
  leads("fakesrc ! identity name=a ! fakesink fakesrc ! fakesink name=z", false);
}

TEST_F(PipelineUtil, ALoopLeadsBack) {
  const auto pipeline = parse("funnel name=f ! identity name=a ! ( identity ) ! f.");
  const auto element = find(pipeline, "a");
  EXPECT_TRUE(leads_to(element.get(), element.get()));
}

}  // namespace
}  // namespace gemlive
