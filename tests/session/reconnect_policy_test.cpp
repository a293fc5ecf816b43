// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "reconnect_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "glib_ptr.hpp"
#include "soup_errors.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t second = 1'000'000;

Error end(Retry retry, int close_code = 1011) {
  return {.kind = ErrorKind::lost, .retry = retry, .close_code = close_code};
}
Error bad_setup() {
  return {.kind = ErrorKind::bad_setting, .retry = Retry::never, .close_code = 1007};
}
int retries(ReconnectPolicy &policy, Retry retry) {
  int count = 0;
  while (count < 100 && policy.next_attempt(end(retry), 0))
    ++count;
  return count;
}

TEST(ReconnectPolicy, APlannedReconnectIsNoRetryAfterAUsefulConnection) {
  ReconnectPolicy never(0, 1);
  EXPECT_FALSE(never.next_planned_attempt(end(Retry::reconnect), 0))
      << "nor for a server that asks at once";
  ReconnectPolicy useful(0, 1);
  for (int i = 0; i < 3; ++i) {
    useful.note_connected(i * 60 * second);
    const auto attempt = useful.next_planned_attempt(end(Retry::reconnect), (i + 1) * 60 * second);
    ASSERT_TRUE(attempt) << i;
    EXPECT_EQ(attempt->number, 1u);
    EXPECT_LE(attempt->delay, 250ms);
  }
  useful.start_attempt(true);
  EXPECT_FALSE(useful.next_attempt(end(Retry::reconnect), 181 * second))
      << "what follows it is a try";
}

TEST(ReconnectPolicy, RetriesUpToTheLimit) {
  ReconnectPolicy five(5, 1), never(0, 1), always(-1, 1);
  EXPECT_EQ(retries(five, Retry::reconnect), 5);
  EXPECT_EQ(retries(never, Retry::reconnect), 0);
  EXPECT_EQ(retries(always, Retry::reconnect), 100);
}

TEST(ReconnectPolicy, HopelessErrorsAreNotRetried) {
  ReconnectPolicy policy(-1, 1);
  EXPECT_EQ(retries(policy, Retry::never), 0);
  EXPECT_EQ(retries(policy, Retry::once), 1);
}

TEST(ReconnectPolicy, AttemptsAreCounted) {
  ReconnectPolicy policy(5, 1);
  EXPECT_EQ(policy.attempt(), 1u);
  EXPECT_EQ(policy.next_attempt(end(Retry::reconnect), 0)->number, 2u);
  policy.note_connected(0);
  policy.reset();
  EXPECT_EQ(policy.next_attempt(end(Retry::reconnect), 0)->number, 1u);
}

TEST(ReconnectPolicy, OnlyAStableOrUsefulConnectionResetsTheCount) {
  ReconnectPolicy policy(5, 1);
  for (int i = 0; i < 5; ++i) {
    policy.start_attempt(false);
    policy.note_connected(0);
    EXPECT_TRUE(policy.next_attempt(end(Retry::reconnect), 9 * second))
        << "opens, and closes at once";
  }
  EXPECT_FALSE(policy.next_attempt(end(Retry::reconnect), 9 * second));

  for (int i = 0; i < 100; ++i) {
    policy.start_attempt(false);
    policy.note_connected(0);
    ASSERT_TRUE(policy.next_attempt(end(Retry::reconnect), 10 * second));
  }
}

TEST(ReconnectPolicy, DelaysGrowToALimitWithJitter) {
  std::int64_t longest[12] = {}, shortest[12] = {};
  std::fill(std::begin(shortest), std::end(shortest), 1 << 30);
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    ReconnectPolicy policy(-1, seed);
    for (int i = 0; i < 12; ++i) {
      const auto delay = policy.next_attempt(end(Retry::reconnect), 0)->delay.count();
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

TEST(ReconnectPolicy, TheSameSeedGivesTheSameDelays) {
  ReconnectPolicy a(-1, 7), b(-1, 7);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(a.next_attempt(end(Retry::reconnect), 0)->delay,
              b.next_attempt(end(Retry::reconnect), 0)->delay);
}

TEST(ReconnectPolicy, WaitsAsLongAsTheServiceRequests) {
  ReconnectPolicy policy(5, 1);
  auto busy = end(Retry::reconnect, 0);
  busy.retry_after = 30s;
  EXPECT_GE(policy.next_attempt(busy, 0)->delay, 30s);
  busy.retry_after = 301s;
  EXPECT_FALSE(policy.next_attempt(busy, 0)) << "that long nobody waits without being told";
}

TEST(ReconnectPolicy, AQuotaErrorIsRetriedOnlyAfterAConnection) {
  ReconnectPolicy policy(5, 1);
  EXPECT_FALSE(policy.next_attempt(end(Retry::after_quota), 0));
  policy.note_connected(0);
  for (const auto least : {60s, 120s, 240s, 300s, 300s}) {
    const auto attempt = policy.next_attempt(end(Retry::after_quota), 0);
    ASSERT_TRUE(attempt);
    EXPECT_GE(attempt->delay, least);
    EXPECT_LE(attempt->delay, least * 5 / 4);
  }
  ReconnectPolicy always(-1, 1);
  EXPECT_TRUE(always.next_attempt(end(Retry::after_quota), 0));
}

TEST(ReconnectPolicy, ADeadHandleIsDropped) {
  ReconnectPolicy policy(5, 1);
  policy.start_attempt(true);
  EXPECT_TRUE(policy.next_attempt(end(Retry::new_session, 1008), 0)->new_session);
}

TEST(ReconnectPolicy, AHandleThatFailsTwiceIsDropped) {
  ReconnectPolicy policy(5, 1);
  policy.start_attempt(true);
  EXPECT_FALSE(policy.next_attempt(end(Retry::reconnect), 0)->new_session);
  policy.start_attempt(true);
  EXPECT_FALSE(policy.next_attempt(end(Retry::reconnect, 0), 0)->new_session)
      << "the network's fault";
  policy.start_attempt(true);
  EXPECT_TRUE(policy.next_attempt(end(Retry::reconnect), 0)->new_session);
}

TEST(ReconnectPolicy, InvalidDataDropsTheHandleAndTheResentInput) {
  ReconnectPolicy policy(5, 1);
  policy.start_attempt(true);
  policy.note_connected(0);
  const auto attempt = policy.next_attempt(bad_setup(), second);
  ASSERT_TRUE(attempt);
  EXPECT_TRUE(attempt->new_session);
  policy.start_attempt(false);
  EXPECT_FALSE(policy.next_attempt(bad_setup(), second)) << "it was not";
}

TEST(ReconnectPolicy, ABadKeyIsNotTheHandlesFault) {
  ReconnectPolicy policy(5, 1);
  policy.start_attempt(true);
  const Error bad_key = {.kind = ErrorKind::not_authorized, .close_code = 1007};
  EXPECT_FALSE(policy.next_attempt(bad_key, 0));
}

// Refusals of the upgrade

struct Status {
  int status;
  Retry retry;
};
class RefusedUpgrade : public testing::TestWithParam<Status> {};

TEST_P(RefusedUpgrade, HasItsRetry) {
  EXPECT_EQ(soup_errors::refused("ws://host", GetParam().status, "", "").retry, GetParam().retry);
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, RefusedUpgrade,
    testing::Values(Status{200, Retry::never}, Status{302, Retry::never}, Status{400, Retry::never},
                    Status{401, Retry::never}, Status{403, Retry::never}, Status{404, Retry::never},
                    Status{407, Retry::never}, Status{408, Retry::reconnect},
                    Status{409, Retry::new_session}, Status{429, Retry::reconnect},
                    Status{500, Retry::reconnect}, Status{501, Retry::never},
                    Status{502, Retry::reconnect}, Status{503, Retry::reconnect},
                    Status{504, Retry::reconnect}, Status{505, Retry::never}));

// Other errors while connecting

struct Failure {
  const char *what;
  GQuark domain;
  int code;
  GTlsCertificateFlags certificate;
  Retry retry;
};

TEST(NotOpened, HasItsRetry) {
  const auto fine = G_TLS_CERTIFICATE_NO_FLAGS;
  const Failure failures[] = {
      {"no such host", G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, fine, Retry::reconnect},
      {"no resolver", G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, fine, Retry::reconnect},
      {"refused", G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, fine, Retry::reconnect},
      {"timeout", G_IO_ERROR, G_IO_ERROR_TIMED_OUT, fine, Retry::reconnect},
      {"no route", G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, fine, Retry::reconnect},
      {"cut off", G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, fine, Retry::reconnect},
      {"proxy down", G_IO_ERROR, G_IO_ERROR_PROXY_FAILED, fine, Retry::reconnect},
      {"proxy wants a password", G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH, fine, Retry::never},
      {"no TLS", G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, fine, Retry::once},
      {"expired", G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_EXPIRED,
       Retry::never},
      {"wrong host", G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_BAD_IDENTITY,
       Retry::never},
      {"unknown issuer", G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_UNKNOWN_CA,
       Retry::never},
      {"no WebSocket", g_quark_from_static_string("other"), 1, fine, Retry::once},
  };
  for (const auto &failure : failures) {
    GError error = {.domain = failure.domain, .code = failure.code, .message = nullptr};
    StrPtr message(g_strdup(failure.what));
    error.message = message.get();
    EXPECT_EQ(soup_errors::not_opened("ws://host", error, failure.certificate).retry, failure.retry)
        << failure.what;
  }
}

TEST(ReconnectPolicy, AHandleIsDroppedAfterFourLostSetups) {
  ReconnectPolicy policy(-1, 1);
  for (int i = 0; i < 8; ++i) {
    policy.start_attempt(true);
    policy.note_setup_sent();
    const auto attempt = policy.next_attempt(end(Retry::reconnect, i % 2 == 0 ? 0 : 1012), 0);
    EXPECT_EQ(attempt->new_session, i % 4 == 3) << i;
    EXPECT_FALSE(attempt->without_resending) << "none was sent";
  }
}

TEST(ReconnectPolicy, RepeatedFailuresDropTheHandleAndThenTheResentInput) {
  ReconnectPolicy policy(-1, 1);
  const auto fail = [&](int code) {
    policy.start_attempt(true);
    policy.note_setup_sent();
    policy.note_connected(0);
    return *policy.next_attempt(end(Retry::reconnect, code), second);
  };
  EXPECT_FALSE(fail(1008).new_session);
  EXPECT_FALSE(fail(1001).new_session) << "a server that goes away is not its fault";
  EXPECT_FALSE(fail(0).new_session) << "nor is the network";
  const auto second_time = fail(1008);
  EXPECT_TRUE(second_time.new_session);
  EXPECT_FALSE(second_time.without_resending);
  EXPECT_TRUE(fail(1011).without_resending);
  policy.note_connected(0);
  policy.reset();
  EXPECT_FALSE(fail(1011).new_session);
}

TEST(ReconnectPolicy, TheFirstDelayAfterAQuotaErrorIsAMinute) {
  ReconnectPolicy policy(-1, 1);
  policy.note_connected(0);
  for (int i = 0; i < 5; ++i)
    policy.next_attempt(end(Retry::reconnect), 0);
  EXPECT_LE(policy.next_attempt(end(Retry::after_quota), 0)->delay, 75s);
}

/// After two connections that failed with a handle.
struct AfterFailedResumptions : testing::Test {
  static Error how(Retry retry, int code = 1011) {
    return {.kind = ErrorKind::lost, .retry = retry, .close_code = code};
  }
  void fail_heirs(int times) {
    for (int i = 0; i < times; ++i) {
      policy.start_attempt(true);
      policy.note_setup_sent();
      ASSERT_TRUE(policy.next_attempt(how(Retry::reconnect), 0));
    }
  }
  ReconnectPolicy policy{-1, 1};
};
TEST_F(AfterFailedResumptions, HopelessErrorsAreNotRetried) {
  fail_heirs(2);
  policy.start_attempt(false);
  policy.note_setup_sent();
  EXPECT_FALSE(policy.next_attempt(how(Retry::never, 1008), 0)) << "the key is refused";
}
TEST_F(AfterFailedResumptions, AQuotaErrorIsRetriedLater) {
  fail_heirs(2);
  policy.start_attempt(false);
  policy.note_setup_sent();
  const auto attempt = policy.next_attempt(how(Retry::after_quota), 0);
  ASSERT_TRUE(attempt);
  EXPECT_GE(attempt->delay, 60s);
}
TEST_F(AfterFailedResumptions, AnUnknownErrorTwiceIsGivenUp) {
  fail_heirs(2);
  int tries = 0;
  for (; tries < 50; ++tries) {
    policy.start_attempt(false);
    policy.note_setup_sent();
    if (!policy.next_attempt(how(Retry::once, 1008), 0)) break;
  }
  EXPECT_LE(tries, 2);
}

}  // namespace
