// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rtp_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "pipeline.hpp"
#include "samples.hpp"
#include "sip_caller.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

constexpr int rate = 8000;

bool is_loud(const std::string &samples) {
  for (std::size_t at = 0; at + 1 < samples.size(); at += 2) {
    std::int16_t sample = 0;
    std::memcpy(&sample, samples.data() + at, sizeof sample);
    if (std::abs(sample) > 500) return true;
  }
  return false;
}

void push(GstElement *source, const std::string &payload) {
  GstFlowReturn flow = GST_FLOW_OK;
  auto *buffer = gst_buffer_new_memdup(payload.data(), payload.size());
  g_signal_emit_by_name(source, "push-buffer", buffer, &flow);
  gst_buffer_unref(buffer);
  EXPECT_EQ(flow, GST_FLOW_OK);
}

}  // namespace

const RtpCodec pcmu = {
    .name = "PCMU",
    .parameters = "PCMU/8000",
    .payload_type = 0,
    .samples_per_packet = 160,
    .speech_rate = 8000,
    .encoder = "mulawenc ! rtppcmupay min-ptime=20000000 max-ptime=20000000",
    .decoder = "mulawdec",
    .payload = "audio/x-mulaw,rate=8000,channels=1",
};
const RtpCodec pcma = {
    .name = "PCMA",
    .parameters = "PCMA/8000",
    .payload_type = 8,
    .samples_per_packet = 160,
    .speech_rate = 8000,
    .encoder = "alawenc ! rtppcmapay min-ptime=20000000 max-ptime=20000000",
    .decoder = "alawdec",
    .payload = "audio/x-alaw,rate=8000,channels=1",
};
const RtpCodec opus = {
    .name = "opus",
    .parameters = "opus/48000/2",
    .payload_type = 96,
    .samples_per_packet = 960,
    .speech_rate = 16000,
    .encoder = "opusenc frame-size=20 bitrate=32000 ! rtpopuspay",
    .decoder = "opusdec",
    .payload = "audio/x-opus,channel-mapping-family=0,channels=1,rate=48000",
};

std::string RtpCodec::offer(int rtp_port) const {
  const auto type = std::to_string(payload_type);
  return SipCaller::offer(rtp_port, type + " 101") + "a=rtpmap:" + type + " " + parameters + "\r\n";
}

std::vector<std::string> RtpCodec::encode(const std::string &samples) const {
  TempFile file(wav(samples, rate), ".wav");
  Pipeline pipeline("filesrc location=" + file.path() +
                    " ! wavparse ! audioconvert ! audioresample ! " + encoder +
                    " ! fakesink name=packets");
  Tap tap(pipeline["packets"]);
  EXPECT_EQ(pipeline.run(), "");
  std::vector<std::string> payloads;
  for (const auto &packet : tap.items(Tap::Item::buffer))
    payloads.push_back(parse_rtp(packet.bytes).payload);
  return payloads;
}

RtpPeer::Format RtpCodec::format() const {
  const std::string silence(rate / 5 * 2, '\0');
  return {.payload_type = payload_type,
          .samples_per_packet = samples_per_packet,
          .silence = encode(silence).back()};
}

std::vector<std::chrono::microseconds> RtpCodec::loud_times(
    const std::vector<RtpPacket> &packets) const {
  Pipeline pipeline("appsrc name=packets format=time caps=\"" + std::string(payload) + "\" ! " +
                    decoder +
                    " ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! fakesink name=audio");
  Tap tap(pipeline["audio"]);
  EXPECT_TRUE(pipeline.play());
  for (const auto &packet : packets)
    push(pipeline["packets"], packet.payload);
  GstFlowReturn flow = GST_FLOW_OK;
  g_signal_emit_by_name(pipeline["packets"], "end-of-stream", &flow);
  EXPECT_EQ(pipeline.wait_eos(), "");
  auto decoded = tap.items();
  std::erase_if(decoded, [](const Tap::Item &item) {
    return item.kind != Tap::Item::buffer && item.kind != Tap::Item::silence;
  });
  EXPECT_EQ(decoded.size(), packets.size());
  std::vector<std::chrono::microseconds> times;
  for (std::size_t i = 0; i < std::min(decoded.size(), packets.size()); ++i)
    if (is_loud(decoded[i].bytes)) times.push_back(packets[i].time);
  return times;
}

}  // namespace gemlive::test
