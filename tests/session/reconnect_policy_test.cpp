// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "reconnect_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t second = 1'000'000;

Error lost(int code = 0, Retry retry = Retry::reconnect) {
  return {.kind = ErrorKind::lost, .retry = retry, .close_code = code};
}
Error bad_setup() {
  return {.kind = ErrorKind::bad_setting, .retry = Retry::never, .close_code = 1007};
}
Error refused_token() {
  return {.kind = ErrorKind::not_authorized, .retry = Retry::never, .close_code = 1008};
}
Error reported(ErrorKind kind, Retry retry) {
  return {.kind = kind, .retry = retry, .close_reason = "in a message"};
}
Error refused_handle() {
  return lost(1008, Retry::new_session);
}

// The ladder

constexpr bool confirmed = true;
constexpr bool with_handle = true;

/// One attempt and how it ends.
struct Failure {
  Error how;
  bool confirmed = false;
  bool gives_handle = false;
};

struct Climb {
  const char *name;
  std::vector<Failure> failures;
  const char
      *rungs;  // of the attempts behind them: r resume and resend, q resume, resend nothing,
               // N new session, resend, n new session, resend nothing, t renewed token, . over
};

class Ladder : public testing::TestWithParam<Climb> {};

TEST_P(Ladder, IsClimbedAsFarAsFailuresWeigh) {
  ReconnectPolicy policy(20, 1);
  bool handle = true, resends = true;
  std::string rungs;
  for (const auto &failure : GetParam().failures) {
    policy.begin({.handle = handle, .resends = resends, .renewable_token = true});
    policy.setup_sent();
    if (failure.confirmed) policy.setup_confirmed(0);
    if (failure.gives_handle) handle = true;
    const auto attempt = policy.failed(failure.how, second);
    if (!attempt) {
      rungs += ".";
      break;
    }
    if (attempt->new_session) handle = false;
    resends = !attempt->without_resending;
    rungs += attempt->renew_token ? "t"
             : handle             ? (attempt->without_resending ? "q" : "r")
                                  : (attempt->without_resending ? "n" : "N");
  }
  EXPECT_EQ(rungs, GetParam().rungs);
}

INSTANTIATE_TEST_SUITE_P(
    ReconnectPolicy, Ladder,
    testing::Values(
        Climb{"TheNetwork",
              {{lost(), confirmed}, {lost(1006), confirmed}, {lost(1001), confirmed}},
              "rrr"},
        Climb{"TheNetworkBeforeTheSetupIsConfirmed",
              {{lost()}, {lost()}, {lost()}, {lost()}, {lost()}},
              "rrrNN"},
        Climb{"AServiceThatStatesAFault",
              {{lost(1011), confirmed},
               {lost(1011), confirmed},
               {lost(1011), confirmed},
               {lost(1011), confirmed},
               {lost(1011), confirmed},
               {lost(1011), confirmed},
               {lost(1011), confirmed}},
              "rqqNNnn"},
        Climb{"AServiceThatStatesAFaultBeforeTheSetupIsConfirmed",
              {{lost(1011)}, {lost(1011)}},
              "rN"},
        // One retry on each rung, if the rung may be the cause.
        Climb{"AnUnknownReason",
              {{lost(1008, Retry::once), confirmed},
               {lost(1008, Retry::once), confirmed},
               {lost(1008, Retry::once), confirmed}},
              "rq."},
        Climb{"AnUnknownReasonBeforeTheSetupIsConfirmed",
              {{lost(1008, Retry::once)}, {lost(1008, Retry::once)}, {lost(1008, Retry::once)}},
              "rN."},
        Climb{"ARefusedHandle", {{refused_handle()}}, "N"},
        Climb{"SomethingThatIsNotUnderstood",
              {{bad_setup(), confirmed},
               {bad_setup(), confirmed},
               {bad_setup(), confirmed},
               {bad_setup(), confirmed}},
              "qNn."},
        // Handles of the new session do not begin the ladder anew.
        Climb{"SomethingThatIsNotUnderstoodWithAHandleEachTime",
              {{bad_setup(), confirmed, with_handle},
               {bad_setup(), confirmed, with_handle},
               {bad_setup(), confirmed, with_handle},
               {bad_setup(), confirmed, with_handle}},
              "qNn."},
        Climb{"AHandleOfTheNewSessionThatIsNotUnderstood",
              {{bad_setup()},
               {lost(), confirmed, with_handle},
               {bad_setup()},
               {lost(), confirmed, with_handle},
               {bad_setup()}},
              "Nrnq."},
        Climb{"AServiceThatStatesAFaultWithAHandleEachTime",
              {{lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle},
               {lost(1011), confirmed, with_handle}},
              "rqqNrnqqn"},
        Climb{"TheNetworkOnTheNewSession",
              {{refused_handle(), confirmed},
               {lost(), confirmed, with_handle},
               {lost(), confirmed, with_handle},
               {lost(), confirmed, with_handle}},
              "Nrrr"},
        Climb{"EveryHandleIsRefused",
              {{refused_handle()},
               {lost(), confirmed, with_handle},
               {refused_handle()},
               {lost(), confirmed, with_handle},
               {refused_handle()},
               {lost(), confirmed, with_handle},
               {refused_handle()}},
              "NrNrnqn"},
        Climb{"ASetupThatIsNotUnderstood", {{bad_setup()}, {bad_setup()}}, "N."},
        Climb{"AReportedFault",
              {{reported(ErrorKind::lost, Retry::reconnect), confirmed},
               {reported(ErrorKind::lost, Retry::reconnect), confirmed}},
              "rq"},
        Climb{"AReportedFaultOfTheRequest",
              {{reported(ErrorKind::bad_setting, Retry::never), confirmed},
               {reported(ErrorKind::bad_setting, Retry::never), confirmed},
               {reported(ErrorKind::bad_setting, Retry::never), confirmed},
               {reported(ErrorKind::bad_setting, Retry::never), confirmed}},
              "qNn."},
        Climb{"ARefusedToken", {{refused_token()}, {refused_token()}}, "t."},
        Climb{"ATokenThatIsRefusedBehindTheSetup",
              {{refused_token(), confirmed}, {refused_token(), confirmed}},
              "t."}),
    [](const auto &info) { return std::string(info.param.name); });

// What leads back

TEST(ReconnectPolicy, AConfirmedSetupAloneForgivesNothing) {
  ReconnectPolicy policy(5, 1);
  for (int i = 0; i < 5; ++i) {
    policy.begin({});
    policy.setup_confirmed(0);
    EXPECT_TRUE(policy.failed(lost(), 9 * second));
  }
  EXPECT_FALSE(policy.failed(lost(), 9 * second));
}

TEST(ReconnectPolicy, ACompletedTurnForgivesAll) {
  ReconnectPolicy policy(2, 1);
  for (int i = 0; i < 100; ++i) {
    policy.begin({.handle = true, .renewable_token = true});
    policy.setup_confirmed(0);
    policy.turn_completed();
    ASSERT_TRUE(policy.failed(refused_token(), second)) << i;
    const auto attempt = policy.failed(lost(), second);
    ASSERT_TRUE(attempt) << i;
    EXPECT_EQ(attempt->number, 2u);
  }
}

TEST(ReconnectPolicy, SoDoesAConnectionThatLastedAndIsCutByTheNetwork) {
  ReconnectPolicy policy(1, 1);
  for (int i = 0; i < 100; ++i) {
    policy.begin({});
    policy.setup_confirmed(0);
    ASSERT_TRUE(policy.failed(lost(), 10 * second)) << i;
  }
}

TEST(ReconnectPolicy, ARungStaysReachedUntilATurnOrALastingConnection) {
  struct Case {
    bool completes_turn;
    std::int64_t lasts;
    bool leads_back;
  };
  for (const auto &[completes_turn, lasts, leads_back] :
       {Case{false, 9 * second, false}, Case{true, second, true}, Case{false, 10 * second, true}}) {
    ReconnectPolicy policy(-1, 1);
    policy.begin({.handle = true, .resends = true});
    policy.setup_confirmed(0);
    ASSERT_TRUE(policy.failed(bad_setup(), second)->without_resending);
    policy.begin({.handle = true});
    policy.setup_confirmed(0);
    if (completes_turn) policy.turn_completed();
    EXPECT_EQ(policy.failed(lost(), lasts)->without_resending, !leads_back) << lasts;
  }
}

/// Each connection lasts, and is cut or replaced before the question is answered.
TEST(ReconnectPolicy, AQuestionIsNotAskedForEver) {
  for (const bool is_replaced : {false, true}) {
    for (const int most : {1, -1}) {
      SCOPED_TRACE(testing::Message() << is_replaced << ' ' << most);
      ReconnectPolicy policy(most, 1);
      std::string rungs;
      bool resends = true;
      for (int i = 0; i < 6; ++i) {
        policy.begin({.handle = true, .resends = resends, .asks_again = resends});
        policy.setup_confirmed(0);
        const auto attempt =
            is_replaced ? policy.replaced(lost(), 11 * second) : policy.failed(lost(), 11 * second);
        ASSERT_TRUE(attempt) << i;
        EXPECT_FALSE(attempt->new_session);
        resends = !attempt->without_resending;
        rungs += resends ? 'r' : 'q';
      }
      EXPECT_EQ(rungs, "rrrqrr") << "behind it there is nothing to ask";
    }
  }
}

/// Each asks for a replacement at once, and gets it when there are retries, or after ten seconds.
TEST(ReconnectPolicy, NorByAServerThatAsksForReplacements) {
  for (const int most : {0, 2, 20}) {
    SCOPED_TRACE(most);
    ReconnectPolicy policy(most, 1);
    std::int64_t now = 0;
    int asked = 0;
    for (bool resends = true; resends && asked < 10; ++asked) {
      policy.begin({.handle = true, .resends = true, .asks_again = true});
      policy.setup_confirmed(now);
      auto attempt = policy.replaced(lost(), now += second);
      while (!attempt)
        attempt = policy.replaced(lost(), now += second);
      resends = !attempt->without_resending;
    }
    EXPECT_EQ(asked, 4);
  }
}

TEST(ReconnectPolicy, AnAnswerForgivesWhatWasAskedAgain) {
  for (const bool is_replaced : {false, true}) {
    ReconnectPolicy policy(2, 1);
    for (int i = 0; i < 10; ++i) {
      policy.begin({.handle = true, .resends = true, .asks_again = true});
      policy.setup_confirmed(0);
      if (i % 3 == 2) policy.turn_completed();
      const auto attempt =
          is_replaced ? policy.replaced(lost(), 11 * second) : policy.failed(lost(), 11 * second);
      ASSERT_TRUE(attempt);
      EXPECT_FALSE(attempt->without_resending) << i;
    }
  }
}

TEST(ReconnectPolicy, NotWhenTheServiceStatesAFault) {
  ReconnectPolicy policy(1, 1);
  policy.begin({.renewable_token = true});
  policy.setup_confirmed(0);
  EXPECT_TRUE(policy.failed(refused_token(), 60 * second));
  policy.begin({.renewable_token = true});
  policy.setup_confirmed(60 * second);
  EXPECT_FALSE(policy.failed(refused_token(), 120 * second));
}

// How often

TEST(ReconnectPolicy, RetriesAsOftenAsItMay) {
  for (const int most : {0, 1, 5}) {
    ReconnectPolicy policy(most, 1);
    for (int i = 0; i < most; ++i)
      EXPECT_TRUE(policy.failed(lost(), 0));
    EXPECT_FALSE(policy.failed(lost(), 0));
  }
  ReconnectPolicy always(-1, 1);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(always.failed(lost(), 0));
}

TEST(ReconnectPolicy, ARenewedTokenCountsAsARetry) {
  ReconnectPolicy policy(1, 1);
  policy.begin({.renewable_token = true});
  EXPECT_TRUE(policy.failed(refused_token(), 0)->renew_token);
  EXPECT_FALSE(policy.failed(lost(), 0));
  ReconnectPolicy never(0, 1);
  never.begin({.renewable_token = true});
  EXPECT_FALSE(never.failed(refused_token(), 0));
}

TEST(ReconnectPolicy, WhatCannotSucceedIsNotRetried) {
  ReconnectPolicy policy(-1, 1);
  policy.begin({.handle = true, .resends = true});
  EXPECT_FALSE(policy.failed(lost(1008, Retry::never), 0));
  policy.begin({});
  EXPECT_TRUE(policy.failed(lost(1008, Retry::once), 0));
  EXPECT_FALSE(policy.failed(lost(1008, Retry::once), 0));
}

TEST(ReconnectPolicy, AttemptsAreCounted) {
  ReconnectPolicy policy(5, 1);
  EXPECT_EQ(policy.attempt(), 1u);
  EXPECT_EQ(policy.failed(lost(), 0)->number, 2u);
  policy.turn_completed();
  EXPECT_EQ(policy.failed(lost(), 0)->number, 1u);
}

TEST(ReconnectPolicy, AReplacementIsNoRetryWhereTheConnectionWasOfUse) {
  ReconnectPolicy never(0, 1);
  EXPECT_FALSE(never.replaced(lost(), 0)) << "a server that asks for it at once";
  ReconnectPolicy useful(0, 1);
  for (int i = 0; i < 3; ++i) {
    useful.setup_confirmed(i * 60 * second);
    const auto attempt = useful.replaced(lost(), (i + 1) * 60 * second);
    ASSERT_TRUE(attempt) << i;
    EXPECT_EQ(attempt->number, 1u);
    EXPECT_LE(attempt->delay, 250ms);
  }
  useful.begin({.handle = true});
  EXPECT_FALSE(useful.failed(lost(), 181 * second)) << "what follows it is a retry";
}

TEST(ReconnectPolicy, ARefusedReplacementIsPossibleLater) {
  struct Case {
    bool completes_turn;
    std::int64_t at;
    bool succeeds;
  };
  for (const int most : {0, 2}) {
    for (const auto &[completes_turn, at, succeeds] :
         {Case{false, 2 * second, false}, Case{false, 9'999'999, false}, Case{true, second, true},
          Case{false, 10 * second, true}}) {
      ReconnectPolicy policy(most, 1);
      for (int i = 0; i < most; ++i) {
        policy.begin({});
        ASSERT_TRUE(policy.failed(lost(), 0));
      }
      policy.begin({});
      EXPECT_FALSE(policy.stable_from());
      policy.setup_confirmed(0);
      EXPECT_EQ(policy.stable_from(), 10 * second);
      for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(policy.replaced(lost(), second)) << "asking changes nothing";
      if (completes_turn) policy.turn_completed();
      const auto attempt = policy.replaced(lost(), at);
      ASSERT_EQ(attempt.has_value(), succeeds) << most << ' ' << at;
      if (attempt) {
        EXPECT_EQ(attempt->number, 1u);
      }
    }
  }
}

TEST(ReconnectPolicy, AServerThatAsksForAReplacementAtOnceGetsNoNewRetries) {
  ReconnectPolicy policy(2, 1);
  std::int64_t now = 0;
  int replaced = 0;
  for (; now < 60 * second; now += second / 10) {
    if (!policy.stable_from()) policy.setup_confirmed(now);
    if (!policy.replaced(lost(), now)) continue;
    ++replaced;
    policy.begin({.handle = true});
  }
  EXPECT_EQ(replaced, 2 + 5) << "all retries, then one connection in ten seconds";
  policy.turn_completed();
  EXPECT_TRUE(policy.failed(lost(), now));
}

TEST(ReconnectPolicy, APlannedReplacementDoesNotAllowAnotherRenewalOfTheToken) {
  ReconnectPolicy policy(5, 1);
  policy.begin({.renewable_token = true});
  ASSERT_TRUE(policy.failed(refused_token(), 0)->renew_token);
  policy.begin({.renewable_token = true});
  policy.setup_confirmed(0);
  ASSERT_TRUE(policy.replaced(lost(), 10 * second));
  policy.begin({.renewable_token = true});
  EXPECT_FALSE(policy.failed(refused_token(), 11 * second));
}

// How long it waits

TEST(ReconnectPolicy, DelaysGrowUpToALimitAndAreJittered) {
  std::int64_t longest[12] = {}, shortest[12] = {};
  std::fill(std::begin(shortest), std::end(shortest), 1 << 30);
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    ReconnectPolicy policy(-1, seed);
    for (int i = 0; i < 12; ++i) {
      const auto delay = policy.failed(lost(), 0)->delay.count();
      longest[i] = std::max<std::int64_t>(longest[i], delay);
      shortest[i] = std::min<std::int64_t>(shortest[i], delay);
    }
  }
  for (int i = 0; i < 12; ++i) {
    const auto limit = std::min(250 << i, 8000);
    EXPECT_LE(longest[i], limit) << i;
    EXPECT_GT(longest[i], limit * 9 / 10) << i;
    EXPECT_LT(shortest[i], limit / 10) << i;
  }
}

// How often in the long run

/// Connections of one minute, in the long run. Each lasts for `lifetime`, completes a turn if it is
/// useful, and is then lost or replaced.
struct Rhythm {
  const char *name;
  std::vector<bool> is_useful;  // one after the other
  bool is_replaced;
  std::chrono::seconds lifetime;
  int most;  // connections in any minute of the second five
};

class LongRun : public testing::TestWithParam<Rhythm> {};

TEST_P(LongRun, ConnectionsAreBounded) {
  const auto &rhythm = GetParam();
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    ReconnectPolicy policy(-1, seed);
    std::vector<std::int64_t> begun;
    std::int64_t now = 0;
    for (std::size_t i = 0; now < 600 * second; ++i) {
      begun.push_back(now);
      policy.begin({});
      policy.setup_confirmed(now);
      if (rhythm.is_useful[i % rhythm.is_useful.size()]) policy.turn_completed();
      now += rhythm.lifetime / 1us;
      const auto attempt =
          rhythm.is_replaced ? policy.replaced(lost(), now) : policy.failed(lost(), now);
      ASSERT_TRUE(attempt);
      if (i < 3) {
        EXPECT_LE(attempt->delay, 1s) << "the first ones are quick";
      }
      now += attempt->delay / 1us;
    }
    for (auto first = std::ranges::lower_bound(begun, 300 * second); first != begun.end();
         ++first) {
      const auto minute = std::lower_bound(first, begun.end(), *first + 60 * second) - first;
      EXPECT_LE(minute, rhythm.most) << seed;
    }
    EXPECT_LE(std::ranges::lower_bound(begun, 60 * second) - begun.begin(), 25)
        << "the first minute";
  }
}

INSTANTIATE_TEST_SUITE_P(ReconnectPolicy, LongRun,
                         testing::Values(Rhythm{"OneTurnEach", {true}, false, 0s, 14},
                                         Rhythm{"OneTurnOfSeconds", {true}, false, 4s, 8},
                                         Rhythm{"ATurnOnEverySecond", {true, false}, false, 0s, 14},
                                         Rhythm{"OneTurnAndGoAway", {true}, true, 0s, 14},
                                         Rhythm{"StableOnes", {true}, false, 10s, 6}),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(ReconnectPolicy, AStableConnectionMakesTheNextRetriesQuickAgain) {
  ReconnectPolicy policy(5, 1);
  for (int i = 0; i < 20; ++i) {
    policy.setup_confirmed(0);
    policy.turn_completed();
    ASSERT_TRUE(policy.failed(lost(), second));
    policy.begin({});
  }
  policy.setup_confirmed(0);
  EXPECT_LE(policy.failed(lost(), 10 * second)->delay, 250ms);
}

TEST(ReconnectPolicy, TheSameSeedIsTheSameDelays) {
  ReconnectPolicy a(-1, 7), b(-1, 7);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(a.failed(lost(), 0)->delay, b.failed(lost(), 0)->delay);
}

TEST(ReconnectPolicy, WaitsAsLongAsTheServiceAsks) {
  ReconnectPolicy policy(5, 1);
  auto busy = lost();
  busy.retry_after = 30s;
  const auto delay = policy.failed(busy, 0)->delay;
  EXPECT_GE(delay, 30s);
  EXPECT_LE(delay, 30s * 5 / 4) << "not all clients at once";
  busy.retry_after = 301s;
  EXPECT_FALSE(policy.failed(busy, 0)) << "too long";
}

TEST(ReconnectPolicy, AQuotaIsWaitedForOnlyInTheMiddleOfAConversation) {
  ReconnectPolicy policy(5, 1);
  EXPECT_FALSE(policy.failed(lost(1011, Retry::after_quota), 0));
  policy.setup_confirmed(0);
  for (const auto least : {60s, 120s, 240s, 300s, 300s}) {
    const auto attempt = policy.failed(lost(1011, Retry::after_quota), 0);
    ASSERT_TRUE(attempt);
    EXPECT_GE(attempt->delay, least);
    EXPECT_LE(attempt->delay, least * 5 / 4);
  }
  ReconnectPolicy always(-1, 1);
  EXPECT_TRUE(always.failed(lost(1011, Retry::after_quota), 0));
}

TEST(ReconnectPolicy, AQuotaIsWaitedForAMinuteFirstWhateverWasBefore) {
  ReconnectPolicy policy(-1, 1);
  policy.setup_confirmed(0);
  for (int i = 0; i < 5; ++i)
    policy.failed(lost(1011), 0);
  EXPECT_LE(policy.failed(lost(1011, Retry::after_quota), 0)->delay, 75s);
}

}  // namespace
