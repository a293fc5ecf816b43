// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus_backlog.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gemlive {
namespace {

using enum BusBacklog::Importance;

class BusBacklogTest : public testing::Test {
 protected:
  BusBacklogTest() {
    gst_init(nullptr, nullptr);
    element.reset(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("element"))));
    bus.reset(gst_bus_new());
    gst_element_set_bus(element.get(), bus.get());
    backlog.emplace(element.get(), [this](const std::string &text) { warnings.push_back(text); });
  }
  ~BusBacklogTest() override { gst_element_set_bus(element.get(), nullptr); }

  void post(BusBacklog::Importance importance, std::size_t bytes = 0, int times = 1) {
    const std::string text(bytes, 'x');
    for (; times > 0; --times)
      backlog->post(MessagePtr(gst_message_new_element(
                        GST_OBJECT(element.get()),
                        gst_structure_new("a", "text", G_TYPE_STRING, text.c_str(), nullptr))),
                    importance);
  }
  /// Reads at most that many messages. Returns how many there were.
  int read(int most = 1'000'000) {
    int count = 0;
    for (; count < most; ++count)
      if (!MessagePtr(gst_bus_pop(bus.get()))) break;
    return count;
  }

  ElementPtr element;
  Handle<GstBus, gst_object_unref> bus;
  std::optional<BusBacklog> backlog;
  std::vector<std::string> warnings;
};

TEST_F(BusBacklogTest, AnApplicationThatReadsLosesNothing) {
  for (int i = 0; i < 100; ++i) {
    post(detail, 1000, 1000);
    EXPECT_EQ(read(), 1000);
  }
  EXPECT_TRUE(warnings.empty());
}

TEST_F(BusBacklogTest, DetailsAreDroppedBeforeEssentialMessages) {
  post(detail, 0, 15'000);
  EXPECT_EQ(warnings.size(), 1u);
  post(essential, 0, 15'000);
  EXPECT_EQ(read(), 20'000);
  EXPECT_EQ(warnings.size(), 1u);
  post(detail);
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_TRUE(warnings[1].starts_with("10000 messages were dropped")) << warnings[1];
}

TEST_F(BusBacklogTest, BytesCount) {
  post(detail, 1 << 20, 100);
  EXPECT_EQ(read(), 32);
  post(detail, 100 << 20);
  EXPECT_EQ(read(), 1) << "one message of any size has room";
}

TEST_F(BusBacklogTest, DroppingEndsWhenHalfIsRead) {
  post(detail, 0, 10'001);
  EXPECT_EQ(warnings.size(), 1u);
  for (int i = 0; i < 4000; ++i) {
    EXPECT_EQ(read(1), 1);
    post(detail);
  }
  EXPECT_EQ(warnings.size(), 1u) << "it does not begin and end with each message";
  EXPECT_EQ(read(1001), 1001);
  post(detail);
  EXPECT_EQ(warnings.size(), 2u);
  EXPECT_EQ(read(), 10'000 - 5001 + 1);
}

TEST_F(BusBacklogTest, AMessageCountsUntilItIsFreed) {
  post(detail, 40 << 20);
  const MessagePtr kept(gst_bus_pop(bus.get()));
  post(detail);
  EXPECT_EQ(read(), 0);
  backlog.reset();
}

TEST_F(BusBacklogTest, WithoutABusNothingWaits) {
  gst_element_set_bus(element.get(), nullptr);
  post(detail, 1 << 20, 100);
  EXPECT_TRUE(warnings.empty());
}

}  // namespace
}  // namespace gemlive
