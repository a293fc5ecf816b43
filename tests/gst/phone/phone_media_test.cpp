// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// examples/phone: the audio of a call. The telephone counts packets, and has a clock of its own.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <utility>

#include "answer_delay.hpp"
#include "g711.hpp"
#include "phone_fixture.hpp"
#include "rtp_codec.hpp"
#include "samples.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr int rate = 8000;
constexpr std::size_t packet_size = rate / 50 * 2;  // 20 ms of S16LE

class PhoneMedia : public PhoneFixture {
 protected:
  /// The caller hangs up. Returns what the service heard, as S16LE of 8 kHz.
  std::string heard_until_bye(Telephone &telephone) {
    EXPECT_EQ(telephone.sip.bye(), 200);
    EXPECT_TRUE(service->wait_event("closed"));
    return as_string(service->heard());
  }
  /// Waits for an answer. The session timer is 300 s, so the caller says every 100 s that it is
  /// there.
  bool is_answered(Telephone &telephone, std::chrono::milliseconds deadline);
  /// Whether the service hears every sample of `speech` with few pauses, and the caller every
  /// packet.
  bool is_heard(const std::string &speech, RtpPeer::Options options);
  /// When the first or last packet of the speech was sent, or one that is `later`.
  static microseconds sent_time(Telephone &telephone, bool first_loud, long later = 0) {
    const auto packets = telephone.rtp.sent();
    const auto is_loud = [](const RtpPacket &packet) { return packet.is_loud(); };
    if (first_loud) return (std::find_if(packets.begin(), packets.end(), is_loud) + later)->time;
    return std::find_if(packets.rbegin(), packets.rend(), is_loud)->time;
  }
};

/// What the telephone said, as the service hears it if nothing is lost.
std::string through_mulaw(const std::string &samples) {
  return decode_mulaw(encode_mulaw(samples));
}

/// The longest run of quiet 10 ms between the first and the last speech, in ms. `rate` of the
/// samples in Hz.
int longest_hole(const std::string &samples, int rate) {
  const auto block = static_cast<std::size_t>(rate / 100 * 2);
  int hole = 0, longest = 0;
  bool spoken = false;
  for (std::size_t at = 0; at + block <= samples.size(); at += block) {
    RtpPacket packet{.payload = encode_mulaw(samples.substr(at, block))};
    if (packet.is_loud()) {
      if (spoken) longest = std::max(longest, hole);
      spoken = true;
      hole = 0;
    } else {
      hole += 10;
    }
  }
  return longest;
}

/// How much silence `heard` has in the midst of `said`, in ms. -1: a sample of `said` is missing.
int added(const std::string &heard, const std::string &said) {
  std::size_t more = 0, at = heard.find(said.substr(0, packet_size));
  if (at == std::string::npos) return -1;
  for (std::size_t from = 0; from < said.size();) {
    std::size_t same = 0;
    while (from + same < said.size() && at + same < heard.size() &&
           heard[at + same] == said[from + same])
      ++same;
    from += same, at += same;
    if (from >= said.size()) break;
    from -= from % 2, at -= at % 2;
    const auto next = heard.find(said.substr(from, packet_size), at);
    if (next == std::string::npos || next == at) return -1;
    more += next - at;
    at = next;
  }
  return static_cast<int>(more * 1000 / 2 / rate);
}

int in_ms(microseconds time) {
  return static_cast<int>(time / 1ms);
}

/// When the service had heard so many bytes.
microseconds arrival(SimulatorProcess &service, std::size_t bytes) {
  std::size_t heard = 0;
  for (const auto &event : service.events()) {
    if (event.type == "audio") heard += static_cast<std::size_t>(event.number("bytes"));
    if (heard >= bytes) return microseconds(event.time);
  }
  ADD_FAILURE() << "only " << heard << " of " << bytes << " bytes";
  return {};
}

/// Runs `scenario`, which says whether the audio arrived whole, until it does, three times at most.
/// A busy machine delays packets beyond any jitter buffer.
void expect_whole(const std::function<bool()> &scenario) {
  for (int run = 0; run < 3 && !::testing::Test::HasFailure(); ++run)
    if (scenario()) return;
  ADD_FAILURE() << "not in three runs";
}

void expect_contiguous(const std::vector<RtpPacket> &packets, int payload_type) {
  for (std::size_t i = 0; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i].payload_type, payload_type);
    ASSERT_EQ(packets[i].payload.size(), 160u) << "packet " << i;
    if (i == 0) continue;
    ASSERT_EQ(static_cast<std::uint16_t>(packets[i].sequence - packets[i - 1].sequence), 1) << i;
    ASSERT_EQ(packets[i].timestamp - packets[i - 1].timestamp, 160u) << "packet " << i;
  }
}

bool PhoneMedia::is_answered(Telephone &telephone, std::chrono::milliseconds deadline) {
  for (; deadline > 0s; deadline -= 100s) {
    if (service->wait_event("turn-complete", 0,
                            std::min<std::chrono::milliseconds>(deadline, 100s)))
      return true;
    telephone.sip.invite(SipCaller::offer(telephone.rtp.port()));
  }
  return false;
}

bool PhoneMedia::is_heard(const std::string &speech, RtpPeer::Options options) {
  serve();
  start();
  Telephone telephone(port, std::move(options));
  EXPECT_EQ(telephone.call(), 200);
  telephone.rtp.say(speech);
  const auto length = std::chrono::milliseconds(speech.size() * 1000 / 2 / rate);
  EXPECT_TRUE(is_answered(telephone, length + 2 * patience));
  const auto heard = heard_until_bye(telephone);
  expect_contiguous(telephone.rtp.received(), 0);
  const auto said = through_mulaw(speech);
  const int pauses = added(heard, said);
  if (pauses < 0) return false;
  // The first packet of a call waits for earlier ones, so that the call is measured from 1 s on.
  const auto begin = heard.find(said.substr(0, packet_size));
  const auto delay = arrival(*service, begin + rate * 2) - sent_time(telephone, true, 49);
  const auto end = begin + said.size() + static_cast<std::size_t>(pauses) * rate / 500;
  const auto later = arrival(*service, end) - sent_time(telephone, false);
  std::printf("%d ms of pauses in %d s; a packet is heard after %d ms, at the end after %d ms\n",
              pauses, in_ms(length) / 1000, in_ms(delay), in_ms(later));
  // A clock that is slow by 60 ms makes a pause, and a busy machine makes others.
  return pauses <= 200 + length / 1s && std::chrono::abs(later - delay) < 100ms;
}

TEST_F(PhoneMedia, AnswersWithin200MsOverTheServicesOwnTime) {
  expect_within(200ms, [this]() -> std::optional<microseconds> {
    serve();
    start();
    Telephone telephone(port);
    EXPECT_EQ(telephone.call(), 200);
    EXPECT_GE(telephone.rtp.wait_for(false), 0);
    telephone.rtp.say(loud(600ms, rate));
    const auto heard = telephone.rtp.wait_for(true);
    if (heard < 0) return std::nullopt;
    const auto whole = telephone.rtp.received()[static_cast<std::size_t>(heard)].time -
                       sent_time(telephone, false);
    const auto own = answer_delay(*service, 0, rate);
    return own ? std::optional(whole - *own) : std::nullopt;
  });
}

TEST_F(PhoneMedia, FallsSilentWithin220MsWhenTheCallerBargesIn) {
  expect_within(220ms, [this]() -> std::optional<microseconds> {
    serve("[]", 20000);
    start();
    Telephone telephone(port);
    EXPECT_EQ(telephone.call(), 200);
    telephone.rtp.say(loud(600ms, rate));
    EXPECT_GE(telephone.rtp.wait_for(true), 0);
    const auto before = telephone.rtp.sent().size();
    telephone.rtp.say(loud(600ms, rate));
    EXPECT_TRUE(telephone.rtp.is_silent_for(25));
    const auto sent = telephone.rtp.sent();
    const auto onset = std::find_if(sent.begin() + static_cast<long>(before), sent.end(),
                                    [](const RtpPacket &packet) { return packet.is_loud(); });
    if (onset == sent.end()) return std::nullopt;
    const auto received = telephone.rtp.received();
    const auto last = std::find_if(received.rbegin(), received.rend(),
                                   [](const RtpPacket &packet) { return packet.is_loud(); });
    return last->time - onset->time;
  });
}

/// Before the first answer, during it, when it is cut, and over a lost connection.
TEST_F(PhoneMedia, SendsPacketsOf20MsWithoutAPause) {
  serve(R"([{"when":{"on":"complete","session":1,"turn":2},"do":{"drop":"reset"}}])", 700);
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  telephone.rtp.say(loud(600ms, rate));
  ASSERT_GE(telephone.rtp.wait_for(true), 0);
  telephone.rtp.say(loud(600ms, rate));
  ASSERT_TRUE(service->wait_event("setup", 1)) << "the second connection";
  telephone.rtp.say(loud(600ms, rate));
  ASSERT_TRUE(service->wait_event("turn-complete", 2));
  EXPECT_EQ(telephone.sip.bye(), 200);
  EXPECT_GE(service->count("interrupted"), 1u);

  const auto packets = telephone.rtp.received();
  expect_contiguous(packets, 0);
  const auto sent = packets.back().time - packets.front().time;
  EXPECT_NEAR(static_cast<double>(packets.size()) * 0.02, static_cast<double>(sent.count()) / 1e6,
              0.5);
}

TEST_F(PhoneMedia, TheServiceHearsEverySample) {
  expect_whole([this] { return is_heard(loud(3s, rate), {}); });
}

class PhoneLoss : public PhoneMedia, public ::testing::WithParamInterface<const RtpCodec *> {};

/// 5 %, two in a row.
TEST_P(PhoneLoss, ConcealsLostPackets) {
  expect_whole([this] {
    serve();
    start();
    const auto &codec = *GetParam();
    Telephone telephone(port, {.is_lost =
                                   [](const RtpPacket &packet) {
                                     return packet.sequence % 40 == 17 ||
                                            packet.sequence % 40 == 18;
                                   },
                               .format = codec.format()});
    EXPECT_EQ(telephone.call(codec.offer(telephone.rtp.port())), 200);
    telephone.rtp.say_payloads(codec.encode(loud(6s, rate)));
    EXPECT_TRUE(service->wait_event("turn-complete"));
    const auto end = service->wait_event("speech-end");
    const auto heard = heard_until_bye(telephone);
    const auto hole = longest_hole(heard, codec.speech_rate);
    std::printf("6000 ms of speech are %lld ms, the longest hole is %d ms\n",
                end ? static_cast<long long>(end->number("duration")) : -1, hole);
    return end && std::abs(end->number("duration") - 6000) <= 60 && hole <= 10;
  });
}

INSTANTIATE_TEST_SUITE_P(Codecs, PhoneLoss, ::testing::Values(&pcmu, &pcma, &opus),
                         [](const auto &info) { return std::string(info.param->name); });

/// 200 ppm over five minutes are 60 ms. These are 60 ms in less time, unless GEMLIVE_DRIFT_MINUTES
/// says how long.
class PhoneClock : public PhoneMedia, public ::testing::WithParamInterface<int> {};

TEST_P(PhoneClock, Drifts) {
  const char *minutes = std::getenv("GEMLIVE_DRIFT_MINUTES");
  const std::chrono::milliseconds length = minutes ? std::atoi(minutes) * 60s : 10s;
  const double ppm = GetParam() * 1e6 / static_cast<double>(length.count());
  expect_whole([&] { return is_heard(loud(length, rate), {.clock_ppm = ppm}); });
}

INSTANTIATE_TEST_SUITE_P(Of60Ms, PhoneClock, ::testing::Values(60, -60), [](const auto &info) {
  return std::string(info.param > 0 ? "Fast" : "Slow");
});

TEST_F(PhoneMedia, SilenceSuppressionIsSilence) {
  expect_whole([this] {
    serve();
    start();
    Telephone telephone(port, {.suppresses_silence = true});
    EXPECT_EQ(telephone.call(), 200);
    const auto question = loud(600ms, rate);
    for (std::size_t turn = 0; turn < 2; ++turn) {
      telephone.rtp.say(question);
      EXPECT_TRUE(service->wait_event("turn-complete", turn));
    }
    const auto heard = heard_until_bye(telephone);
    EXPECT_LE(telephone.rtp.sent().size(), 64u) << "two questions, and comfort noise";
    expect_contiguous(telephone.rtp.received(), 0);
    const auto first = heard.find(through_mulaw(question));
    return first != std::string::npos &&
           heard.find(through_mulaw(question), first + 1) != std::string::npos;
  });
}

TEST_F(PhoneMedia, DigitsAreATypedTurn) {
  start();
  // The first packet of each key is lost.
  Telephone telephone(port, {.is_lost = [](const RtpPacket &packet) {
                        return packet.payload_type == 101 && packet.marker;
                      }});
  ASSERT_EQ(telephone.call(), 200);
  ASSERT_GE(telephone.rtp.wait_for(false), 0);
  for (const int event : {1, 1, 2, 10, 0, 11})
    telephone.rtp.press(event);
  const auto typed = service->wait_event("content");
  ASSERT_TRUE(typed);
  EXPECT_NE(typed->json_at("/content").find("\"112*0#\""), std::string::npos)
      << typed->json_at("/content");
  EXPECT_GE(telephone.rtp.wait_for(true), 0) << "the answer";

  telephone.rtp.press(7);
  const auto second = service->wait_event("content", 1);
  ASSERT_TRUE(second) << "a pause ends a number";
  EXPECT_NE(second->json_at("/content").find("\"7\""), std::string::npos);
}

TEST_F(PhoneMedia, IsQuietOnHold) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  ASSERT_GE(telephone.rtp.wait_for(false), 0);
  const auto offer = SipCaller::offer(telephone.rtp.port());
  ASSERT_EQ(telephone.sip.invite(offer + "a=sendonly\r\n"), 200);
  EXPECT_NE(telephone.sip.answer().find("a=recvonly"), std::string::npos);
  // The telephone goes on, and what it hears is counted by what it sends.
  const auto sent = telephone.rtp.sent().size(), received = telephone.rtp.received().size();
  ASSERT_TRUE(wait_until([&] { return telephone.rtp.sent().size() >= sent + 50; }));
  EXPECT_LE(telephone.rtp.received().size(), received + 10);
  ASSERT_EQ(telephone.sip.invite(offer), 200);
  telephone.rtp.say(loud(600ms, rate));
  EXPECT_GE(telephone.rtp.wait_for(true), 0);
}

/// A PBX that looks for somebody offers nothing to hear yet.
TEST_F(PhoneMedia, ACallCanBeginOnHold) {
  start();
  Telephone telephone(port);
  const auto offer = SipCaller::offer(telephone.rtp.port());
  ASSERT_EQ(telephone.call(offer + "a=sendonly\r\n"), 200);
  const auto sent = telephone.rtp.sent().size();
  ASSERT_TRUE(wait_until([&] { return telephone.rtp.sent().size() >= sent + 25; }));
  EXPECT_EQ(telephone.rtp.received().size(), 0u);
  ASSERT_EQ(telephone.sip.invite(offer), 200);
  EXPECT_GE(telephone.rtp.wait_for(false), 0);
}

TEST_F(PhoneMedia, ACallMayLoseItsKeys) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  EXPECT_EQ(telephone.sip.invite(SipCaller::offer(telephone.rtp.port(), "0")), 200);
  EXPECT_GE(telephone.rtp.wait_for(false), 0);
}

TEST_F(PhoneMedia, FollowsACallerWhoMoves) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  ASSERT_GE(telephone.rtp.wait_for(false), 0);
  RtpPeer elsewhere;
  ASSERT_EQ(telephone.sip.invite(SipCaller::offer(elsewhere.port())), 200);
  elsewhere.start(telephone.sip.rtp_port());
  elsewhere.say(loud(600ms, rate));
  EXPECT_GE(elsewhere.wait_for(true), 0);
  expect_contiguous(elsewhere.received(), 0);
}

}  // namespace
}  // namespace gemlive::test
