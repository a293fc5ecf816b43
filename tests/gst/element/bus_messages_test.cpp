// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus_messages.hpp"

#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "doc_page.hpp"
#include "gst_ptr.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Messages of an element on a bus.
class BusMessagesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  BusMessagesTest() { gst_element_set_bus(element.get(), bus.get()); }
  ~BusMessagesTest() override {
    gst_element_set_bus(element.get(), nullptr);
    gst_element_set_state(element.get(), GST_STATE_NULL);
  }

  /// Posts a notice and returns its ELEMENT message; null if it has none.
  const GstStructure *post(Notice notice) {
    messages.post(notice);
    fields.reset();
    while (auto *next = gst_bus_pop(bus.get())) {
      const MessagePtr message(next);
      if (GST_MESSAGE_TYPE(next) == GST_MESSAGE_ELEMENT)
        fields.reset(gst_structure_copy(gst_message_get_structure(next)));
    }
    return fields.get();
  }
  guint64 time_in(const char *field) const {
    guint64 time = 0;
    EXPECT_TRUE(gst_structure_get_uint64(fields.get(), field, &time)) << field;
    return time;
  }
  std::string text_in(const char *field) const {
    const char *text = gst_structure_get_string(fields.get(), field);
    return text ? text : "no such string";
  }
  MessagePtr pop(GstMessageType type) { return MessagePtr(gst_bus_pop_filtered(bus.get(), type)); }
  /// The types of the PROGRESS messages since the last call.
  std::vector<GstProgressType> progress() {
    std::vector<GstProgressType> types;
    while (const auto message = pop(GST_MESSAGE_PROGRESS)) {
      GstProgressType type = GST_PROGRESS_TYPE_ERROR;
      gst_message_parse_progress(message.get(), &type, nullptr, nullptr);
      types.push_back(type);
    }
    return types;
  }
  /// Gives the element a running time, which stands still.
  void stop_clock_at(std::chrono::nanoseconds now) {
    const ClockPtr clock(gst_test_clock_new_with_start_time(clock_time(now)));
    gst_element_set_base_time(element.get(), 0);
    gst_element_set_clock(element.get(), clock.get());
    gst_element_set_state(element.get(), GST_STATE_PLAYING);
  }

  ElementPtr element = ElementPtr(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("element"))));
  Handle<GstBus, gst_object_unref> bus{gst_bus_new()};
  PausedTime paused_time;
  BusMessages messages{element.get(), paused_time};
  StructurePtr fields;
};

TEST_F(BusMessagesTest, EachFieldIsInTheDocumentation) {
  const auto page = test::doc_page("messages.md");
  std::set<std::string> names;
  const std::vector<Notice::Body> bodies = {notice::Connected{},
                                            notice::Reconnecting{},
                                            notice::TurnStarted{},
                                            notice::GenerationComplete{},
                                            notice::TurnComplete{},
                                            notice::Interrupted{},
                                            notice::BacklogDropped{},
                                            notice::OutputSkipped{},
                                            Transcript{.speaker = Speaker::user},
                                            Transcript{.speaker = Speaker::model},
                                            Text{},
                                            ToolCall{},
                                            ToolCallCancelled{},
                                            Usage{},
                                            InterimTranscript{},
                                            notice::Activity{},
                                            GoAway{},
                                            ResumptionUpdate{},
                                            ServerMessage{}};
  for (const auto &body : bodies) {
    const auto *structure = post({.turn = 1, .body = body});
    ASSERT_NE(structure, nullptr) << body.index();
    const std::string name = gst_structure_get_name(structure);
    names.insert(name);
    auto row = test::row_of(page, name);
    EXPECT_NE(row, "") << name;
    if (row.find("as above") != row.npos) row = test::row_of(page, "gemlive/input-transcript");
    if (row.find("see below") != row.npos) row = page.substr(page.find("Fields of `" + name));
    row += page.substr(0, page.find("###"));  // fields of every message
    for (int i = 0; i < gst_structure_n_fields(structure); ++i) {
      const char *field = gst_structure_nth_field_name(structure, static_cast<guint>(i));
      EXPECT_NE(row.find(std::string("`") + field + '`'), row.npos) << name << ": " << field;
    }
  }
  EXPECT_EQ(names.size(), bodies.size());
}

TEST_F(BusMessagesTest, StatesWarningsAndErrorsAreNoElementMessages) {
  EXPECT_EQ(post({.body = notice::StateChanged{}}), nullptr);
  EXPECT_EQ(post({.body = notice::Warning{}}), nullptr);
  EXPECT_EQ(post({.body = notice::Failed{}}), nullptr);
}

TEST_F(BusMessagesTest, OnlyAMessageOfATurnHasItsNumber) {
  guint turn = 0;
  ASSERT_TRUE(post({.turn = 3, .body = notice::GenerationComplete{}}));
  EXPECT_TRUE(gst_structure_get_uint(fields.get(), "turn", &turn));
  EXPECT_EQ(turn, 3u);
  ASSERT_TRUE(post({.body = notice::Connected{}}));
  EXPECT_FALSE(gst_structure_has_field(fields.get(), "turn"));
}

TEST_F(BusMessagesTest, TimesAreRunningTimesOfTheElement) {
  stop_clock_at(10s);
  ASSERT_TRUE(
      post({.turn = 1,
            .body = notice::TurnComplete{
                .since_input_end = 3s, .since_first_byte = 20s, .since_first_audible = -500ms}}));
  EXPECT_EQ(time_in("running-time"), 10 * GST_SECOND);
  EXPECT_EQ(time_in("turn-end"), 10 * GST_SECOND);
  EXPECT_EQ(time_in("input-end"), 7 * GST_SECOND);
  EXPECT_EQ(time_in("first-byte"), 0u) << "before the start of the pipeline";
  EXPECT_EQ(time_in("first-audible-sample"), 10500 * GST_MSECOND) << "still to be played";
  EXPECT_EQ(time_in("generation-end"), GST_CLOCK_TIME_NONE) << "it did not happen";
}

TEST_F(BusMessagesTest, TheRunningTimeStandsStillInPaused) {
  stop_clock_at(10s);
  const std::chrono::nanoseconds now = std::chrono::microseconds(g_get_monotonic_time());
  paused_time.begin(now - 2s);
  paused_time.end(now - 1s);
  ASSERT_TRUE(post({.turn = 1, .body = notice::TurnStarted{.since_input_end = 3600s}}));
  EXPECT_EQ(time_in("input-end"), 0u);
  ASSERT_TRUE(post({.turn = 1, .body = notice::TurnStarted{.since_input_end = 3s}}));
  EXPECT_EQ(time_in("input-end"), 8 * GST_SECOND);
}

TEST_F(BusMessagesTest, OutsidePlayingTimesAreNone) {
  stop_clock_at(10s);
  gst_element_set_state(element.get(), GST_STATE_PAUSED);
  ASSERT_TRUE(post({.turn = 1, .body = notice::TurnStarted{.since_input_end = 3s}}));
  EXPECT_EQ(time_in("running-time"), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(time_in("input-end"), GST_CLOCK_TIME_NONE);
}

TEST_F(BusMessagesTest, WithoutAClockTimesAreNone) {
  ASSERT_TRUE(post({.turn = 1, .body = notice::TurnStarted{.since_input_end = 3s}}));
  EXPECT_EQ(time_in("running-time"), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(time_in("input-end"), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(time_in("first-audio-delay"), 3 * GST_SECOND) << "a duration needs no clock";
}

TEST_F(BusMessagesTest, ValuesAreThoseOfTheNotice) {
  ASSERT_TRUE(post({.body = notice::Reconnecting{.attempt = 2,
                                                 .close_code = 1011,
                                                 .close_reason = "later",
                                                 .delay = 1500ms,
                                                 .error = "Try later"}}));
  int code = 0;
  EXPECT_TRUE(gst_structure_get_int(fields.get(), "close-code", &code));
  EXPECT_EQ(code, 1011);
  EXPECT_EQ(text_in("close-reason"), "later");
  EXPECT_EQ(time_in("delay"), 1500 * GST_MSECOND);
  EXPECT_EQ(text_in("error"), "Try later");
  ASSERT_TRUE(post({.body = notice::Activity{.start = true, .running_time = 1200ms}}));
  EXPECT_EQ(text_in("type"), "start");
  EXPECT_EQ(time_in("audio-offset"), 1200 * GST_MSECOND);
  ASSERT_TRUE(post({.body = Transcript{.start_offset = 1200ms}}));
  EXPECT_EQ(time_in("start-offset"), 1200 * GST_MSECOND);
  EXPECT_EQ(time_in("end-offset"), GST_CLOCK_TIME_NONE);
  ASSERT_TRUE(post({.body = InterimTranscript{.text = "What is", .end_offset = 2s}}));
  EXPECT_STREQ(gst_structure_get_name(fields.get()), "gemlive/interim-transcript");
  EXPECT_EQ(text_in("text"), "What is");
  EXPECT_EQ(time_in("end-offset"), 2 * GST_SECOND);
  ASSERT_TRUE(post({.body = notice::Activity{.since = 1s}})) << "without a clock";
  EXPECT_EQ(text_in("type"), "end");
  EXPECT_EQ(time_in("audio-offset"), GST_CLOCK_TIME_NONE);
}

TEST_F(BusMessagesTest, WhatWasHeardIsToldOfAnInterruptedTurnOnly) {
  ASSERT_TRUE(post({.turn = 1, .body = notice::TurnComplete{}}));
  EXPECT_EQ(time_in("heard-duration"), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(text_in("heard-transcript"), "");
  ASSERT_TRUE(
      post({.turn = 1,
            .body = notice::TurnComplete{
                .interrupted = true, .heard_duration = 1500ms, .heard_transcript = "I say"}}));
  EXPECT_EQ(time_in("heard-duration"), 1500 * GST_MSECOND);
  EXPECT_EQ(text_in("heard-transcript"), "I say");
}

TEST_F(BusMessagesTest, OnlyCountsThatTheServiceGaveAreFields) {
  Usage usage{.json = "{}"};
  usage.counts[0] = 7;
  ASSERT_TRUE(post({.body = usage}));
  gint64 count = 0;
  EXPECT_TRUE(gst_structure_get_int64(fields.get(), "promptTokenCount", &count));
  EXPECT_EQ(count, 7);
  EXPECT_EQ(gst_structure_n_fields(fields.get()), 3) << "and json and running-time";
}

TEST_F(BusMessagesTest, AnErrorHasADomainACodeAndDetails) {
  for (const auto &[kind, domain, code] :
       {std::tuple{ErrorKind::not_authorized, GST_RESOURCE_ERROR,
                   int{GST_RESOURCE_ERROR_NOT_AUTHORIZED}},
        {ErrorKind::not_found, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND},
        {ErrorKind::cannot_connect, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE},
        {ErrorKind::lost, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ},
        {ErrorKind::not_sent, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE},
        {ErrorKind::busy, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY},
        {ErrorKind::bad_setting, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS},
        {ErrorKind::bad_format, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT},
        {ErrorKind::bad_data, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE}}) {
    messages.post({.body = notice::Failed{{.kind = kind,
                                           .message = "It failed",
                                           .detail = "more",
                                           .http_status = 503,
                                           .close_code = 1011,
                                           .close_reason = "later"}}});
    const auto message = pop(GST_MESSAGE_ERROR);
    ASSERT_TRUE(message);
    GError *parsed = nullptr;
    char *debug = nullptr;
    gst_message_parse_error(message.get(), &parsed, &debug);
    const ErrorPtr error(parsed);
    const StrPtr owned(debug);
    EXPECT_EQ(error->domain, domain);
    EXPECT_EQ(error->code, code);
    EXPECT_STREQ(error->message, "It failed");
    EXPECT_NE(std::string(debug).find("more"), std::string::npos);
    const GstStructure *details = nullptr;
    gst_message_parse_error_details(message.get(), &details);
    ASSERT_NE(details, nullptr);
    int status = 0, close_code = 0;
    EXPECT_TRUE(gst_structure_get_int(details, "http-status", &status));
    EXPECT_TRUE(gst_structure_get_int(details, "close-code", &close_code));
    EXPECT_EQ(status, 503);
    EXPECT_EQ(close_code, 1011);
    EXPECT_STREQ(gst_structure_get_string(details, "close-reason"), "later");
  }
}

TEST_F(BusMessagesTest, AWarningIsAWarning) {
  messages.post({.body = notice::Warning{{.kind = ErrorKind::busy, .message = "Later"}}});
  EXPECT_TRUE(pop(GST_MESSAGE_WARNING));
  EXPECT_FALSE(pop(GST_MESSAGE_ERROR));
}

TEST_F(BusMessagesTest, ProgressStartsAndEnds) {
  using Types = std::vector<GstProgressType>;
  const Notice connecting{.body = notice::StateChanged{ConnectionState::connecting}};
  messages.post(connecting);
  EXPECT_EQ(progress(), Types{GST_PROGRESS_TYPE_START});
  messages.post({.body = notice::Connected{}});
  EXPECT_EQ(progress(), Types{GST_PROGRESS_TYPE_COMPLETE});
  messages.post_error({});
  EXPECT_EQ(progress(), Types{}) << "it is not connecting";
  messages.post({.body = notice::Reconnecting{}});
  EXPECT_EQ(progress(), Types{GST_PROGRESS_TYPE_CONTINUE});
  messages.leave();
  messages.leave();
  EXPECT_EQ(progress(), Types{GST_PROGRESS_TYPE_CANCELED});
  messages.post(connecting);
  messages.post({.body = notice::Reconnecting{}});
  EXPECT_EQ(progress(), (Types{GST_PROGRESS_TYPE_START, GST_PROGRESS_TYPE_CANCELED}))
      << "the second conversation has not connected";
  messages.post(connecting);
  messages.post_error({});
  EXPECT_EQ(progress(), (Types{GST_PROGRESS_TYPE_START, GST_PROGRESS_TYPE_ERROR}));
}

}  // namespace
}  // namespace gemlive
