// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "rtp_peer.hpp"

namespace gemlive::test {

/// What the telephones of the tests speak.
struct RtpCodec {
  const char *name;
  const char *parameters;  // of its a=rtpmap line
  int payload_type;
  int samples_per_packet;  // of the RTP clock, in 20 ms
  int speech_rate;         // Hz, of what the service hears in a call with it
  const char *encoder;     // elements from audio to RTP
  const char *decoder;     // elements from `payload` to audio
  const char *payload;     // caps

  /// Offers it, and DTMF as 101.
  std::string offer(int rtp_port) const;
  /// S16LE of 8 kHz as the payloads of packets of 20 ms.
  std::vector<std::string> encode(const std::string &samples) const;
  RtpPeer::Format format() const;
  /// When the packets were sent or received in which something is heard.
  std::vector<std::chrono::microseconds> loud_times(const std::vector<RtpPacket> &packets) const;
};

extern const RtpCodec pcmu, pcma, opus;

}  // namespace gemlive::test
