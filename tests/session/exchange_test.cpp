// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <string>

#include "exchange_script.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

struct Order {
  const char *script;
  const char *turns;            // what became of them
  bool owed;                    // at the end
  Exchange::Sequence answered;  // at the end
  End end = End::open;          // were the input to end now
  End later = End::timed_out;   // and 6 s later: complete and assumed are alike
};

std::string name(const testing::TestParamInfo<Order> &info) {
  std::string text = *info.param.script ? info.param.script : "nothing";
  for (auto &letter : text)
    if (!g_ascii_isalnum(letter)) letter = '_';
  return text;
}

class Orders : public testing::TestWithParam<Order> {};

TEST_P(Orders, AreUnderstood) {
  const auto &order = GetParam();
  ExchangeScript run;
  run.play(order.script);
  EXPECT_EQ(run.turns, order.turns);
  EXPECT_EQ(run.exchange.owed(), order.owed);
  EXPECT_EQ(run.exchange.answered_up_to(), order.answered);
  run.exchange.input_ended(run.now);
  EXPECT_EQ(run.exchange.end(run.now), order.end);
  const auto later = run.exchange.end(run.now + 6 * second);
  EXPECT_EQ(later == End::assumed ? End::complete : later, order.later);
}

constexpr auto open = End::open;
constexpr auto complete = End::complete;

INSTANTIATE_TEST_SUITE_P(
    Usual, Orders,
    testing::Values(
        Order{"ask content generated complete", "[!]", false, 1, complete, complete},
        Order{"ask content complete", "[!]", false, 1, complete, complete},
        Order{"ask heard content generated complete", "[!]", false, 1, complete, complete},
        Order{"ask", "", true, 0, open, open}, Order{"ask heard", "[", true, 0, open, open},
        Order{"ask content", "[!", true, 0, open, open},
        Order{"ask content generated", "[!", true, 0, open, complete},
        Order{"ask content generated content", "[!", true, 0, open, open},
        Order{"ask content complete ask content complete", "[!][!]", false, 2, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    NothingToAnswer, Orders,
    testing::Values(Order{"", "", false, 0, complete, complete},
                    Order{"pause", "", false, 0, open, complete},
                    Order{"noise", "", false, 0, open, open},
                    Order{"noise complete", "[]", false, 1, complete, complete},
                    Order{"speech pause waiting", "", false, 2, open, complete},
                    Order{"speech pause heard waiting", "[", false, 2, open, complete},
                    Order{"speech waiting", "", true, 0, open, open},  // the speech goes on
                    Order{"ask waiting ask", "", true, 1, open, open},
                    Order{"ask content waiting", "[!", true, 0, open, open},
                    Order{"content", "[!", true, 0, open, open},  // unasked
                    Order{"content complete", "[!]", false, 0, complete, complete},
                    Order{"noise heard", "[", true, 0, open,
                          open},  // too quiet for us, not for the service
                    Order{"noise heard content complete", "[!]", false, 1, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Interruptions, Orders,
    testing::Values(
        Order{"ask content ask interrupted complete", "[!]", true, 1, open, open},
        Order{"ask content ask interrupted complete content complete", "[!][!]", false, 2, complete,
              complete},
        // The old turn's turnComplete never comes, or comes late.
        Order{"ask content ask interrupted content", "[!][!", true, 1, open, open},
        Order{"ask content ask interrupted content generated complete", "[!][!]", false, 2,
              complete, complete},
        Order{"ask content ask interrupted answer complete", "[!][!~", true, 1, open, complete},
        Order{"ask content ask interrupted answer complete settle", "[!][!~", false, 2, complete,
              complete},
        Order{"ask content ask interrupted content complete", "[!][!~", true, 1, open, complete},
        Order{"ask content ask interrupted content complete settle", "[!][!~", false, 2, complete,
              complete},
        Order{"ask content ask interrupted content complete content complete", "[!][!~]", false, 2,
              complete, complete},
        Order{"ask content ask interrupted content complete complete", "[!][!~]", false, 2,
              complete, complete},
        Order{"ask content ask interrupted content complete generated", "[!][!~", true, 1, open,
              complete},
        Order{"ask content ask interrupted content complete interrupted complete", "[!][!~]", true,
              2, open, open},
        // Silent audio is no answer.
        Order{"ask content ask interrupted hush complete", "[!][!~", true, 1, open, open},
        // A newer question: its answer ends the turn before.
        Order{"ask content ask interrupted answer complete ask content complete", "[!][!~][!]",
              false, 3, complete, complete},
        Order{"ask content ask interrupted answer complete ask heard", "[!][!~][", true, 2, open,
              open},
        Order{"ask content ask interrupted answer ask complete content complete", "[!][!~]", true,
              2, open, open},
        // Only an answer announces another one.
        Order{"ask content ask interrupted content in-progress", "[!][!]", true, 1, open, open},
        Order{"ask content ask interrupted call complete", "[!][!~", true, 1, open, open},
        // The rest of the interrupted turn.
        Order{"ask content ask interrupted said complete", "[!']", true, 1, open, open},
        Order{"ask content ask interrupted said said complete content complete", "[!''][!]", false,
              2, complete, complete},
        Order{"ask content interrupted said", "[!'", true, 0, open, open},
        // The newest question was on its way when the answer to the one before began.
        Order{"ask ask content interrupted complete", "[!]", true, 1, open, open},
        Order{"speech pause ask content interrupted complete", "[!]", true, 2, open, open},
        Order{"speech pause speech pause content interrupted", "[!", true, 0, open, open},
        Order{"ask ask content interrupted complete content complete", "[!][!]", false, 2, complete,
              complete},
        Order{"ask ask content interrupted complete lost", "[!]x", false, 1, open, open},
        Order{"ask ask call interrupted complete", "[!]", true, 1, open, open},
        Order{"ask ask second second content interrupted complete", "[!]", true, 2, open, open},
        Order{"ask content interrupted complete", "[!]", true, 1, open, open},
        // What the user says is the next turn's.
        Order{"ask content speech interrupted heard complete", "[!][~", true, 1, open, open},
        Order{"ask content speech interrupted heard speech said", "[!]['", true, 1, open, open},
        Order{"ask content ask interrupted heard said complete", "[!]['~", true, 1, open, open},
        Order{"ask content speech interrupted heard second said", "[!][!", true, 1, open, open},
        Order{"ask content speech interrupted activity heard complete pause content complete",
              "[!][~!]", false, 3, complete, complete},
        Order{"ask content speech interrupted heard pause answer complete settle", "[!][!~", false,
              3, complete, complete},
        Order{"ask content complete interrupted heard", "[!][", true, 1, open, open},
        // The playback was cut, not the turn.
        Order{"ask content complete interrupted", "[!]", true, 1, open, open},
        Order{"ask content complete interrupted complete", "[!]~", true, 1, open, open},
        Order{"ask content in-progress interrupted complete ask content complete", "[!]~[!]", false,
              2, complete, complete},
        Order{"ask interrupted complete", "~", true, 0, open, open},
        Order{"ask heard interrupted complete content complete", "[][!]", false, 1, complete,
              complete},
        Order{"ask content complete ask interrupted content complete", "[!][!]", false, 2, complete,
              complete},
        // All of the answer had come.
        Order{"ask content generated interrupted", "[!", true, 1, open, open},
        Order{"ask content generated ask interrupted", "[!", true, 1, open, open},
        Order{"ask call generated interrupted", "[!", true, 0, open, open},
        // What was still to come for the older question is dropped.
        Order{"ask content in-progress ask interrupted", "[!]", true, 1, open, open},
        Order{"ask content in-progress ask interrupted complete", "[!]~", true, 1, open, open},
        Order{"ask call complete ask interrupted", "[!]", true, 1, open, open},
        Order{"ask content complete ask interrupted", "[!]", true, 1, open, open},
        // The service takes back the calls of a turn of which nothing could be heard.
        Order{"ask call ask cancelled content complete", "[!][!~", true, 1, open, complete},
        Order{"ask call ask cancelled content generated complete", "[!][!]", false, 2, complete,
              complete},
        Order{"ask call ask cancelled interrupted complete content complete", "[!][!]", false, 2,
              complete, complete},
        Order{"ask call cancelled complete", "[!]", true, 1, open, open},
        Order{"ask call call ask cancelled content complete", "[!]", true, 0, open, open},
        Order{"ask call call response ask cancelled content", "[!", true, 0, open, open},
        Order{"ask content call ask cancelled content complete", "[!]", true, 1, open, open},
        // The turnComplete behind generationComplete never comes, or comes late.
        Order{"ask content generated ask content generated complete", "[!][!]", false, 2, complete,
              complete},
        Order{"ask content ask generated content generated complete", "[!][!]", false, 2, complete,
              complete},
        Order{"ask content generated ask content complete content generated complete", "[!][!~]",
              false, 2, complete, complete},
        Order{"ask content generated ask call", "[!][!", true, 1, open, open},
        Order{"ask content generated ask part", "[!][!", true, 1, open, open},
        Order{"ask content ask interrupted answer complete ask call", "[!][!~][!", true, 2, open,
              open},
        Order{"ask content generated speech content", "[!", true, 0, open, open},
        Order{"ask call generated ask content", "[!", true, 0, open, open},
        // A question during an answer that goes on.
        Order{"ask content ask complete", "[!]", true, 1, open, open},
        Order{"ask content ask complete content complete", "[!][!]", false, 2, complete, complete},
        // Speech that goes on is not what is being answered.
        Order{"ask pause speech content complete", "[!]", true, 2, open, open},
        Order{"speech pause content complete", "[!]", false, 2, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    EmptyTurns, Orders,
    testing::Values(Order{"ask complete", "[]", true, 0, open, open},
                    Order{"speech pause complete", "[]", true, 0, open, open},
                    Order{"ask heard complete", "[]", true, 0, open, open},
                    Order{"noise heard complete", "[]", true, 0, open, open},
                    Order{"ask complete complete", "[][]", false, 1, complete, complete},
                    Order{"ask complete content complete", "[][!]", false, 1, complete, complete},
                    Order{"ask complete content", "[][!", true, 0, open, open},
                    Order{"ask complete ask complete", "[][]", true, 0, open, open},
                    Order{"ask complete lost", "[]x", false, 0, open, open},
                    Order{"ask complete waiting", "[]", false, 1, open, complete},
                    Order{"ask complete given-up", "[]", false, 1, complete, complete},
                    Order{"ask content ask interrupted complete complete", "[!][]", true, 1, open,
                          open},
                    Order{"ask content ask interrupted complete complete content complete",
                          "[!][][!]", false, 2, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Late, Orders,
    testing::Values(
        Order{"ask content complete said", "[!]'", false, 1, complete, complete},
        // The user speaks already, so an answer cannot have begun.
        Order{"ask content complete speech said", "[!]'", true, 1, open, open},
        Order{"ask content complete speech heard speech said", "[!]['", true, 1, open, open},
        Order{"ask content speech interrupted complete speech said", "[!]'", true, 1, open, open},
        Order{"ask content complete speech pause said", "[!][!", true, 1, open, open},
        // More of the answer is to come: its transcript may precede its audio.
        Order{"ask content in-progress said", "[!]'", true, 0, open, open},
        Order{"ask content in-progress second said", "[!][!", true, 0, open, open},
        Order{"ask in-progress said generated complete", "[][!]", false, 1, complete, complete},
        Order{"ask call complete response said", "[!][!", true, 0, open, open},
        Order{"ask content call complete response said", "[!]'", true, 0, open, open},
        Order{"ask content call complete second response said", "[!][!", true, 0, open, open},
        Order{"ask content ask interrupted complete pause second said", "[!][!", true, 1, open,
              open},
        Order{"ask content interrupted complete second said", "[!]'", true, 1, open, open},
        Order{"ask content complete second interrupted said", "[!]'", true, 1, open, open},
        Order{"ask content complete heard", "[!]'", false, 1, complete, complete},
        Order{"ask content complete heard said", "[!]''", false, 1, complete, complete},
        Order{"ask content complete ask heard", "[!][", true, 1, open, open},
        Order{"ask content complete ask said", "[!][!", true, 1, open, open},
        Order{"ask content turn-given-up complete", "[!~", false, 1, complete, complete},
        Order{"ask content turn-given-up ask complete content complete", "[!~[!]", false, 2,
              complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    MoreToCome, Orders,
    testing::Values(
        Order{"ask content in-progress", "[!]", true, 0, open, open},
        Order{"ask content in-progress content complete", "[!][!]", false, 1, complete, complete},
        Order{"ask content in-progress lost", "[!]x", false, 0, open, open},
        Order{"ask content in-progress complete", "[!][]", false, 1, complete, complete},
        // No interim answer.
        Order{"ask in-progress", "[]", true, 0, open, open},
        Order{"ask in-progress content complete", "[][!]", false, 1, complete, complete},
        Order{"ask heard in-progress content complete", "[][!]", false, 1, complete, complete},
        Order{"ask in-progress complete", "[][]", true, 0, open, open},
        Order{"ask in-progress idle", "[][]", true, 0, open, open},
        Order{"ask in-progress ask content complete", "[][!]", true, 1, open, complete},
        // A newer question waits behind the announced answer.
        Order{"ask content in-progress ask content complete", "[!][!]", true, 1, open, complete},
        Order{"ask content in-progress ask content complete settle", "[!][!]", false, 2, complete,
              complete},
        Order{"ask content in-progress ask content complete content complete", "[!][!][!]", false,
              2, complete, complete},
        Order{"ask content in-progress ask content complete lost", "[!][!]x", false, 1, open, open},
        Order{"ask content in-progress ask content complete ask", "[!][!]", true, 1, open, open},
        Order{"ask content ask in-progress content complete", "[!][!]", true, 1, open, complete},
        // The service says that there is no other one, or an interruption has ended it.
        Order{"ask content in-progress ask content idle", "[!][!]", false, 2, complete, complete},
        Order{"ask content in-progress ask interrupted content complete", "[!][!]", false, 2,
              complete, complete},
        Order{"ask content idle", "[!]", false, 1, complete, complete},
        Order{"ask call", "[!", true, 0, open, open},
        Order{"ask call complete", "[!]", true, 0, open, open},
        Order{"ask call response", "[!", true, 0, open, open},
        // The turnComplete was on its way, or the model says nothing to the response.
        Order{"ask call response complete", "[!~", true, 0, open, complete},
        Order{"ask call response generated complete", "[!~", true, 0, open, complete},
        Order{"ask call response complete settle", "[!~", false, 1, complete, complete},
        Order{"ask call response complete complete", "[!~]", false, 1, complete, complete},
        Order{"ask call response complete content complete", "[!~]", false, 1, complete, complete},
        Order{"ask answer call response complete lost", "[!~x", false, 0, open, open},
        Order{"ask call call response complete response", "[!~", true, 0, open, open},
        Order{"ask call response idle", "[!]", false, 1, complete, complete},
        Order{"ask call response content complete", "[!]", false, 1, complete, complete},
        // A newer question: what follows the response may answer both.
        Order{"ask call response ask content complete", "[!]", true, 1, open, complete},
        Order{"ask call response ask content complete settle", "[!]", false, 2, complete, complete},
        Order{"ask call response ask content complete content complete", "[!][!]", false, 2,
              complete, complete},
        Order{"ask call response ask content complete lost", "[!]x", false, 1, open, open},
        Order{"ask call complete response", "[!]", true, 0, open, open},
        Order{"ask call complete response content complete", "[!][!]", false, 1, complete,
              complete},
        // The user speaks again: the empty turn answers only the first question.
        Order{"ask call complete response speech complete", "[!][]", true, 1, open, open},
        Order{"ask call complete silent-response", "[!]", false, 1, complete, complete},
        Order{"ask call generated response", "[!", true, 0, open, open},
        // The rest of a call belongs to the answer, though the service has ended the turn.
        Order{"ask part", "[!", true, 0, open, open},
        Order{"ask part generated", "[!", true, 0, open, open},
        Order{"ask part generated lost", "[!x", false, 0, open, open},
        Order{"ask part generated last-part response content complete", "[!]", false, 1, complete,
              complete},
        Order{"ask part complete", "[!]", true, 0, open, open},
        Order{"ask part complete last-part response content complete", "[!][!]", false, 1, complete,
              complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    GivenUp, Orders,
    testing::Values(
        Order{"ask given-up", "", false, 1, complete, complete},
        Order{"ask given-up ask", "", true, 1, open, open},
        // Only an interim answer arrived.
        Order{"ask content in-progress given-up", "[!]", false, 1, complete, complete},
        Order{"ask call complete response given-up", "[!]", false, 1, complete, complete},
        Order{"ask part complete given-up", "[!]", false, 1, complete, complete},
        // The interrupted turn does not end.
        Order{"ask content ask interrupted given-up", "[!", false, 2, complete, complete},
        Order{"ask content ask interrupted given-up complete", "[!~", false, 2, complete, complete},
        Order{"ask content turn-given-up", "[!", false, 1, complete, complete},
        Order{"ask content ask turn-given-up", "[!", true, 1, open, open},
        Order{"ask call response turn-given-up", "[!", false, 1, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Losses, Orders,
    testing::Values(
        Order{"ask lost", "x", false, 0, open, open},
        Order{"ask content lost", "[!x", false, 0, open, open},
        Order{"ask content generated lost", "[!*", false, 1, complete, complete},
        Order{"ask content complete lost", "[!]x", false, 1, complete, complete},
        Order{"ask content interrupted lost", "[!x", false, 0, open, open},
        Order{"ask content generated interrupted lost", "[!x", false, 1, complete, complete},
        Order{"ask content interrupted complete lost", "[!]x", false, 1, complete, complete},
        Order{"ask content complete interrupted lost", "[!]x", false, 1, complete, complete},
        Order{"ask content in-progress ask interrupted lost", "[!]x", false, 1, open, open},
        Order{"ask content ask interrupted lost", "[!x", false, 1, open, open},
        Order{"ask ask content interrupted lost", "[!x", false, 1, open, open},
        Order{"ask content ask interrupted answer complete lost", "[!][!~*", false, 2, complete,
              complete},
        // It may have been on its way at the interruption.
        Order{"ask content ask interrupted content complete lost", "[!][!~x", false, 1, open, open},
        Order{"ask content ask interrupted said complete lost", "[!']x", false, 1, open, open},
        Order{"ask lost ask content complete", "x[!]", false, 2, complete, complete},
        // The user does not want the rest of it.
        Order{"ask content dismissed", "[!", true, 0, open, open},
        Order{"ask content dismissed lost", "[!x", false, 1, complete, complete},
        Order{"ask content dismissed ask lost", "[!x", false, 1, open, open},
        Order{"ask dismissed lost", "x", false, 0, open, open},
        Order{"ask content ask complete content lost", "[!][!x", false, 1, open, open},
        // Nothing of it is sent again, so nothing more of it comes.
        Order{"ask content complete content lost", "[!][!x", false, 1, complete, complete},
        Order{"speech pause waiting content lost", "[!x", false, 2, complete, complete},
        Order{"ask content generated settle", "[!", false, 1, complete, complete},
        Order{"ask content generated settle complete", "[!~", false, 1, complete, complete}),
    name);

}  // namespace
