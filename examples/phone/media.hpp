// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What packets of RTP hold.
struct RtpFormat {
  const char *name;  // in SDP and in caps
  int clock_rate;    // Hz, of the RTP timestamps
};

/// A codec of RTP, and the elements for it.
struct Codec {
  RtpFormat format;
  int static_type;         // payload type without an a=rtpmap (RFC 3551). -1: none
  const char *parameters;  // of a=rtpmap
  int speech_rate;         // Hz: what the model hears in a call that begins with this codec
  const char *decoder;     // RTP to audio
  const char *encoder;  // audio to RTP: packets of exactly 20 ms. The last element is a payloader
};

/// In the order of preference.
extern const std::array<Codec, 3> codecs;

/// The audio of a call: what the caller's SDP offers and this program takes.
struct Media {
  const Codec *codec = nullptr;
  int payload_type = -1;
  int digits = -1;  // payload type of DTMF (RFC 4733). -1: not offered
  const RtpFormat *digits_format = nullptr;
  std::string host = {};  // where the caller receives, IPv4
  int port = 0;
  bool is_held = false;                         // the caller does not want to hear anything now
  std::string direction = "sendrecv";           // of the answer
  std::vector<std::string> refused_lines = {};  // m= of the answer, and an empty one for the audio
};

/// Chooses from an offer. nullopt: it is no SDP, or nothing in it fits.
std::optional<Media> choose(std::string_view offer);

/// Makes the SDP of an answer with the same media. The caller sends RTP to `address` and `port`.
/// Each answer of a call needs another `version`.
std::string describe(const Media &media, const std::string &address, int port, int version);
