// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// examples/phone: a call that goes on with another codec.

#include <algorithm>
#include <ostream>

#include "phone_fixture.hpp"
#include "rtp_codec.hpp"
#include "samples.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

struct Codecs {
  const RtpCodec *first, *second;
};

class PhoneCodecChange : public PhoneFixture, public ::testing::WithParamInterface<Codecs> {
 protected:
  /// The telephone changes to it, says something and hears all of the answer.
  void change_to(Telephone &telephone, const RtpCodec &codec);
  void talk(Telephone &telephone, const RtpCodec &codec);

  std::size_t turns = 0;
};

void PrintTo(const Codecs &codecs, std::ostream *out) {
  *out << codecs.first->name << " to " << codecs.second->name;
}

void PhoneCodecChange::change_to(Telephone &telephone, const RtpCodec &codec) {
  ASSERT_EQ(telephone.sip.invite(codec.offer(telephone.rtp.port())), 200);
  const auto type = std::to_string(codec.payload_type);
  EXPECT_NE(telephone.sip.answer().find("RTP/AVP " + type + " 101\r\n"), std::string::npos)
      << telephone.sip.answer();
  telephone.rtp.change(codec.format());
  talk(telephone, codec);
}

void PhoneCodecChange::talk(Telephone &telephone, const RtpCodec &codec) {
  const auto before = telephone.rtp.received().size();
  telephone.rtp.say_payloads(codec.encode(loud(600ms, 8000)));
  const auto spoken = service->wait_event("speech-end", turns);
  ASSERT_TRUE(spoken);
  EXPECT_NEAR(static_cast<double>(spoken->number("duration")), 600, 60);
  ASSERT_TRUE(service->wait_event("turn-complete", turns++));
  // 500 ms of tones.
  EXPECT_TRUE(wait_until([&] {
    auto packets = telephone.rtp.received();
    std::erase_if(packets, [&](const RtpPacket &packet) {
      return packet.payload_type != codec.payload_type;
    });
    return packets.size() > 25 && codec.loud_times(packets).size() >= 20;
  })) << "no answer in "
      << codec.name;
  EXPECT_GT(telephone.rtp.received().size(), before);
}

/// No number is missing or there twice, and packets are 20 ms apart. The first packet of opusenc is
/// shorter by what the encoder looks ahead.
void expect_one_stream(const std::vector<RtpPacket> &packets) {
  std::vector<std::size_t> changes = {0};
  for (std::size_t i = 1; i < packets.size(); ++i) {
    const auto &before = packets[i - 1], &packet = packets[i];
    ASSERT_EQ(static_cast<std::uint16_t>(packet.sequence - before.sequence), 1) << i;
    ASSERT_EQ(packet.ssrc, before.ssrc) << i;
    if (packet.payload_type != before.payload_type) changes.push_back(i);
    if (i <= changes.back() + 1) continue;
    const auto step = packet.payload_type == opus.payload_type ? 960u : 160u;
    ASSERT_EQ(packet.timestamp - before.timestamp, step) << i;
  }
  EXPECT_EQ(changes.size(), 3u);
}

TEST_P(PhoneCodecChange, TheConversationGoesOn) {
  const auto &[first, second] = GetParam();
  start();
  Telephone telephone(port, {.format = first->format()});
  ASSERT_EQ(telephone.call(first->offer(telephone.rtp.port())), 200);
  ASSERT_NO_FATAL_FAILURE(talk(telephone, *first));
  ASSERT_NO_FATAL_FAILURE(change_to(telephone, *second));
  ASSERT_NO_FATAL_FAILURE(change_to(telephone, *first));
  EXPECT_EQ(telephone.sip.bye(), 200);
  ASSERT_TRUE(service->wait_event("closed"));
  EXPECT_EQ(service->count("setup"), 1u) << "one conversation";
  EXPECT_EQ(service->count("interrupted"), 0u);
  expect_one_stream(telephone.rtp.received());
}

INSTANTIATE_TEST_SUITE_P(Codecs, PhoneCodecChange,
                         ::testing::Values(Codecs{&pcmu, &pcma}, Codecs{&pcmu, &opus},
                                           Codecs{&opus, &pcma}),
                         [](const auto &info) {
                           return std::string(info.param.first->name) + "To" +
                                  info.param.second->name;
                         });

class PhoneCodecs : public PhoneFixture {};

/// RFC 3264, 8.3.2: a payload type keeps its meaning. The call goes on as it was.
TEST_F(PhoneCodecs, APayloadTypeKeepsItsMeaning) {
  start();
  Telephone telephone(port);
  ASSERT_EQ(telephone.call(), 200);
  auto offer = SipCaller::offer(telephone.rtp.port(), "101");
  const std::string keys = "telephone-event/8000";
  offer.replace(offer.find(keys), keys.size(), "opus/48000/2");
  EXPECT_EQ(telephone.sip.invite(offer), 488);
  const auto heard = telephone.rtp.received().size();
  telephone.rtp.say(loud(600ms, 8000));
  EXPECT_GE(telephone.rtp.wait_for(true, heard), 0);
}

}  // namespace
}  // namespace gemlive::test
