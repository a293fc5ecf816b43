// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// examples/phone: calls, and how they begin and end.

#include <csignal>

#include "no_service.hpp"
#include "phone_fixture.hpp"
#include "samples.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Phone : public PhoneFixture {};

TEST_F(Phone, TalksWithTheModelUntilTheCallerHangsUp) {
  start({"--calls", "1"});
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  EXPECT_NE(telephone.sip.answer().find("RTP/AVP 0 101\r\n"), std::string::npos);
  EXPECT_EQ(service->wait_event("setup")->json_at("/setup/contextWindowCompression"),
            R"({"slidingWindow":{}})")
      << "a call may last longer than 15 minutes";
  telephone.rtp.say(loud(600ms, 8000));
  EXPECT_GE(telephone.rtp.wait_for(true), 0);
  EXPECT_EQ(telephone.sip.bye(), 200);
  EXPECT_TRUE(service->wait_event("closed"));

  Telephone next(port);
  EXPECT_EQ(next.call(), 200) << "the line is free again";
}

TEST_F(Phone, TheModelHangsUpWithATool) {
  serve(R"([{"when":{"on":"turn"},"do":{"tool-call":"hang_up","args":{},"id":"1"}}])");
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  telephone.rtp.say(loud(600ms, 8000));
  EXPECT_TRUE(telephone.sip.is_hung_up());
  EXPECT_GE(telephone.rtp.wait_for(true), 0) << "the goodbye behind the call of the tool";
  EXPECT_TRUE(service->wait_event("closed"));
}

TEST_F(Phone, HangsUpWhenTheServiceEndsTheConversation) {
  serve(R"([{"when":{"on":"turn"},"do":{"close":1008,"reason":"Operation is not implemented."}}])");
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  telephone.rtp.say(loud(600ms, 8000));
  EXPECT_TRUE(telephone.sip.is_hung_up());
}

TEST_F(Phone, HangsUpWhenItIsStopped) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  phone->send_signal(SIGTERM);
  EXPECT_TRUE(telephone.sip.is_hung_up());
  EXPECT_EQ(phone->status(), 0);
  EXPECT_TRUE(service->wait_event("closed"));
}

TEST_F(Phone, StartsTheSimulatorWithoutAnAccount) {
  port = unused_port();
  Program alone({example_program("phone/gemlive-phone"), "--port", std::to_string(port)},
                no_service());
  ASSERT_TRUE(alone.prints("Call sip:"));
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  telephone.rtp.say(loud(600ms, 8000));
  EXPECT_GE(telephone.rtp.wait_for(true), 0);
  EXPECT_EQ(telephone.sip.bye(), 200);
  alone.send_signal(SIGTERM);
  EXPECT_EQ(alone.status(), 0);
}

TEST_F(Phone, SaysWhatIsMissing) {
  start();
  Program second({example_program("phone/gemlive-phone"), "--port", std::to_string(port)},
                 {{"GEMLIVE_URI", service->uri()}});
  EXPECT_EQ(second.status(), 1) << "the port is taken";
  Program alone({example_program("phone/gemlive-phone")},
                {{"GEMLIVE_URI", ""}, {"GOOGLE_API_KEY", ""}, {"PATH", ""}});
  EXPECT_EQ(alone.status(), 1) << "there is no service";
}

TEST_F(Phone, RefusesOptionsThatNobodyCanCall) {
  const std::vector<std::vector<std::string>> cases = {
      {"--port", "0"},          {"--port", "65536"},      {"--calls", "0"},
      {"--address", "0.0.0.0"}, {"--address", "nowhere"}, {"5060"}};
  for (const auto &options : cases) {
    std::vector<std::string> command{example_program("phone/gemlive-phone")};
    command.insert(command.end(), options.begin(), options.end());
    EXPECT_EQ(Program(command, {{"GEMLIVE_URI", "ws://127.0.0.1:1"}}).status(), 1)
        << options.back();
  }
}

TEST_F(Phone, SaysThatTheAddressIsOfAnotherMachine) {
  Program wrong(
      {"sh", "-c", "exec \"$0\" --address 192.0.2.1 2>&1", example_program("phone/gemlive-phone")},
      {{"GEMLIVE_URI", "ws://127.0.0.1:1"}});
  const auto output = wrong.output();
  EXPECT_NE(output.find("--address must be"), std::string::npos) << output;
  EXPECT_EQ(wrong.status(), 1);
}

TEST_F(Phone, RefusesACallWithoutAService) {
  serve(R"([{"when":{"on":"connect"},"do":{"refuse":403}}])");
  start();
  EXPECT_EQ(Telephone(port).call(), 503);
}

TEST_F(Phone, IsBusyAboveItsLimit) {
  start({"--calls", "2"});
  Telephone first(port), second(port), third(port);
  EXPECT_EQ(first.call(), 200);
  EXPECT_EQ(second.call(), 200);
  EXPECT_EQ(third.call(), 486);
  EXPECT_EQ(first.sip.bye(), 200);
  EXPECT_EQ(Telephone(port).call(), 200);
}

TEST_F(Phone, RefusesMediaThatDoNotFit) {
  start();
  const struct {
    const char *name;
    std::string offer;
  } cases[] = {
      {"G.722 and G.729", SipCaller::offer(4000, "9 18 101")},
      {"SRTP", SipCaller::offer(4000, "0 8", "RTP/SAVP")},
      {"a refused line", SipCaller::offer(0, "0 8")},
      {"an offer of video",
       "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
       "m=video 4000 RTP/AVP 0\r\n"},
      {"the name of a host",
       "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 phone.invalid\r\nt=0 0\r\n"
       "m=audio 4000 RTP/AVP 0\r\n"},
      {"many receivers",
       "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 239.1.1.1\r\nt=0 0\r\n"
       "m=audio 4000 RTP/AVP 0\r\n"},
      {"no port for RTCP", SipCaller::offer(65535, "0 8")},
      {"a port that is none", SipCaller::offer(70000, "0 8")},
      {"PCMU's type for something else", SipCaller::offer(4000, "0\r\na=rtpmap:0 G729/8000")},
      {"a type that is none", SipCaller::offer(4000, "300\r\na=rtpmap:300 PCMU/8000")},
      {"no offer", ""},
      {"not SDP", "hello"},
      // The parser of sofia-sip takes all memory for it.
      {"not quite SDP", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=o 0T\x14/\r\n"},
  };
  for (const auto &[name, offer] : cases)
    EXPECT_EQ(SipCaller(port).invite(offer), 488) << name;
  EXPECT_EQ(service->count("setup"), 0u);
}

/// Each line of an offer has its answer, in this order.
TEST_F(Phone, TakesOneLineOfAnOffer) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                "m=audio 4000 RTP/AVP 9\r\nm=audio " +
                std::to_string(telephone.rtp.port()) + " RTP/AVP 8\r\nm=video 4002 RTP/AVP 96\r\n"),
            200);
  const auto &answer = telephone.sip.answer();
  const auto refused = answer.find("m=audio 0 RTP/AVP 9\r\n"),
             video = answer.find("m=video 0 RTP/AVP 96\r\n");
  const auto taken = answer.find(" RTP/AVP 8\r\n");
  EXPECT_TRUE(refused < taken && taken < video && video != std::string::npos) << answer;
}

/// A caller who does not say what it wants gets an offer, and answers it.
TEST_F(Phone, MakesAnOfferInACall) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  RtpPeer elsewhere;
  ASSERT_EQ(telephone.sip.invite("", SipCaller::offer(elsewhere.port(), "0 101")), 200);
  EXPECT_NE(telephone.sip.answer().find("RTP/AVP 0 101\r\n"), std::string::npos);
  elsewhere.start(telephone.sip.rtp_port());
  EXPECT_GE(elsewhere.wait_for(false), 0);
  EXPECT_EQ(telephone.sip.bye(), 200);
}

/// And says so: a change of the media by UPDATE would be lost, and a REFER keeps the program alive.
TEST_F(Phone, RefusesWhatItDoesNotDo) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  EXPECT_EQ(telephone.sip.ask("UPDATE", SipCaller::offer(telephone.rtp.port())), 405);
  for (const char *method : {"UPDATE", "REFER", "SUBSCRIBE", "MESSAGE", "INFO"})
    EXPECT_EQ(SipCaller(port).ask(method), 405) << method;
  EXPECT_EQ(SipCaller(port).ask("OPTIONS"), 200);
  phone->send_signal(SIGTERM);
  EXPECT_TRUE(telephone.sip.is_hung_up());
  EXPECT_EQ(phone->status(), 0);
}

TEST_F(Phone, DoesNotWaitForACallerWhoHasVanished) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  phone->send_signal(SIGTERM);
  EXPECT_EQ(phone->status(), 0) << "the caller does not answer the BYE";
}

/// Another machine says a second of noise.
TEST_F(Phone, HearsOnlyTheCaller) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  ASSERT_GE(telephone.rtp.wait_for(false), 0);
  const int stranger = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  auto address = local_address(0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  ASSERT_EQ(bind(stranger, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
  ASSERT_TRUE(connect_locally(stranger, telephone.sip.rtp_port()));
  std::string noise;
  for (int i = 0; i < 80; ++i)
    noise += "\x01\x81";  // µ-law
  for (char number = 1; number <= 50; ++number) {
    const auto packet =
        std::string("\x80\0\0", 3) + number + std::string(2, '\0') + number + "\1\7\7\7\7" + noise;
    EXPECT_GT(send(stranger, packet.data(), packet.size(), 0), 0);
    const auto sent = telephone.rtp.sent().size();
    ASSERT_TRUE(wait_until([&] { return telephone.rtp.sent().size() > sent; }));
  }
  close(stranger);
  telephone.rtp.press(5);
  telephone.rtp.press(11);
  EXPECT_TRUE(service->wait_event("content"));
  EXPECT_EQ(service->count("speech-start"), 0u);
}

TEST_F(Phone, TwoCallsDoNotHearEachOther) {
  start();
  Telephone first(port), second(port);
  ASSERT_EQ(first.call(), 200);
  ASSERT_TRUE(service->wait_event("setup"));
  ASSERT_EQ(second.call(), 200);
  first.rtp.say(loud(600ms, 8000));
  const auto answered = first.rtp.wait_for(true);
  ASSERT_GE(answered, 0);
  ASSERT_GE(first.rtp.wait_for(false, static_cast<std::size_t>(answered)), 0);
  EXPECT_EQ(first.sip.bye(), 200);
  EXPECT_EQ(second.sip.bye(), 200);
  ASSERT_TRUE(service->wait_event("closed", 1));

  EXPECT_GE(second.rtp.received().size(), 60u);
  for (const auto &packet : second.rtp.received())
    EXPECT_FALSE(packet.is_loud());
  for (const auto &event : service->events())
    EXPECT_FALSE(event.type == "speech-start" && event.session == 2);
  EXPECT_GE(service->heard(2).size(), 16000u);
}

/// A packet from nowhere must not end a call.
TEST_F(Phone, SurvivesWhatIsNoCall) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  SipCaller stranger(port);
  for (const auto &bytes : {std::string("\0\0\0\0", 4), std::string("hello\r\n\r\n"),
                            std::string("INVITE sip:x SIP/2.0\r\n\r\n"),
                            std::string("BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n"
                                        "CSeq: 1 BYE\r\nCall-ID: x\r\nFrom: x\r\nTo: x\r\n\r\n"),
                            std::string(60000, 'x')})
    stranger.send_raw(bytes);
  RtpPeer intruder;
  intruder.start(telephone.sip.rtp_port());
  for (int type = 0; type < 256; ++type) {
    intruder.send_raw(std::string("\x80") + static_cast<char>(type) + "\1\2\3\4\5\6" +
                      std::string(3, static_cast<char>(type)) + "\7hello");
    intruder.send_raw(std::string(static_cast<std::size_t>(type), '\xff'));
  }
  telephone.rtp.say(loud(600ms, 8000));
  EXPECT_GE(telephone.rtp.wait_for(true), 0);
  EXPECT_EQ(telephone.sip.bye(), 200);
}

}  // namespace
}  // namespace gemlive::test
