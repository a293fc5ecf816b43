// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_loss_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

// Which failures drop the handle or the input to resend, and which do not.

TEST_F(Resuming, AHandleThatIsNeverConfirmedIsDropped) {
  config.connect_timeout.set(5ms);
  config.resumption_handle.set(ReadableSecret("bad"));
  start();
  for (int i = 0; i < 4; ++i) {
    server.open();
    EXPECT_TRUE(resumes_with("bad"));
    ASSERT_TRUE(tries_again());
  }
  server.open();
  EXPECT_FALSE(resumes_with("bad"));
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
}

TEST_F(Resuming, NorIsTheNetworkTheHandlesFault) {
  config.resumption_handle.set(ReadableSecret("good"));
  start();
  for (int i = 0; i < 4; ++i) {
    server.fail({.kind = ErrorKind::cannot_connect, .message = "no", .retry = Retry::reconnect});
    ASSERT_TRUE(tries_again());
  }
  let_in();
  EXPECT_TRUE(resumes_with("good"));
}

TEST_F(Resuming, AfterTwoFailedResumptionsAQuotaErrorIsRetriedLater) {
  connect();
  server.say(handle("h1"));
  speak();
  ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
  server.open();
  ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
  server.open();
  ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
  notices.clear();
  server.open();
  server.close(1011, "You exceeded your current quota");
  ASSERT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
  EXPECT_GE(notices_of<notice::Reconnecting>()[0].delay, 60s);
}

TEST_F(Resuming, AfterTwoFailedResumptionsARefusedKeyIsAnError) {
  connect();
  server.say(handle("h1"));
  speak();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
    server.open();
  }
  ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
  server.open();
  server.close(1008, "API key expired. Please renew the API key.");
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
}

TEST_F(Resuming, HandlesOfTheNewSessionDoNotBeginTheLadderAnew) {
  config.max_retries.set(-1);
  connect();
  server.say(handle("h0"));
  speak();
  ASSERT_TRUE(lose_and_reconnect(1006));
  std::string rungs;
  for (int i = 1; i < 10; ++i) {
    const bool resumes = setup_sent().find("handle") != std::string::npos;
    rungs += resumes ? (audio_messages() ? 'r' : 'q') : (audio_messages() ? 'N' : 'n');
    server.messages.clear();
    server.say(handle("h" + std::to_string(i)));
    server.close(1007, "Request contains an invalid argument.");
    if (!notices_of<notice::Failed>().empty() || !tries_again()) break;
    let_in();
  }
  EXPECT_EQ(rungs, "rqNn");
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
}

/// Each connection is cut in the middle of the answer, or replaced there.
TEST_F(Resuming, AQuestionIsNotAskedForEver) {
  config.eos_timeout.set(60s);
  for (const bool is_replaced : {false, true}) {
    SCOPED_TRACE(is_replaced);
    input_queue = std::make_shared<InputQueue>([] {});
    connect();
    server.say(handle("h0"));
    speak();
    end_input();
    int asked = 0;
    while (asked < 10 && !is_over()) {
      asked += audio_messages() > 0;
      server.messages.clear();
      now += 1'000 * ms_in_us;
      server.say(not_now);
      server.say(audio(4800));
      if (is_replaced) server.say(R"({"goAway":{"timeLeft":"10s"}})");
      now += 11'000 * ms_in_us;
      if (is_replaced)
        send_input();
      else
        server.close(1006, "");
      if (!tries_again()) break;
      let_in();
      now += 3'000 * ms_in_us;
      send_input();
    }
    EXPECT_EQ(asked, 1 + 4);
    EXPECT_TRUE(is_over());
    const auto warnings = notices_of<notice::Warning>();
    ASSERT_FALSE(warnings.empty());
    EXPECT_NE(warnings.back().error.message.find("not sent again"), std::string::npos)
        << warnings.back().error.message;
    EXPECT_TRUE(notices_of<notice::Failed>().empty());
  }
}

TEST_F(Resuming, TheHandleOfANewSessionIsKept) {
  config.max_retries.set(-1);
  connect();
  server.say(handle("bad"));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
    server.open();
  }
  ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
  let_in();
  ASSERT_FALSE(resumes_with("bad"));
  server.say(handle("good"));
  ASSERT_TRUE(lose_and_reconnect(1006));
  EXPECT_TRUE(resumes_with("good")) << setup_sent();
}

TEST_F(Resuming, InputOfANewSessionIsResent) {
  config.max_retries.set(-1);
  connect();
  server.say(handle("bad"));
  speak();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
    server.open();
  }
  ASSERT_TRUE((server.close(1011, "Internal error encountered."), tries_again()));
  let_in();
  server.messages.clear();
  for (int i = 0; i < 5; ++i)
    speak();
  ASSERT_EQ(audio_messages(), 5u);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect(1006));
  EXPECT_EQ(audio_messages(), 6u) << "nothing was wrong with these";
}

TEST_F(Resuming, ARestartingServiceDoesNotCostTheSession) {
  connect();
  server.say(handle("good"));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE((server.close(1012, "Service restart"), tries_again()));
    server.open();
  }
  ASSERT_TRUE((server.close(1012, "Service restart"), tries_again()));
  let_in();
  EXPECT_TRUE(resumes_with("good"));
}

TEST_F(Resuming, ALineThatDropsWhileSettingUpDoesNotCostTheSession) {
  connect();
  server.say(handle("good"));
  const Error reset = {.kind = ErrorKind::lost, .retry = Retry::reconnect};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE((server.fail(reset), tries_again()));
    server.open();
  }
  ASSERT_TRUE((server.fail(reset), tries_again()));
  let_in();
  EXPECT_TRUE(resumes_with("good"));
}

}  // namespace
