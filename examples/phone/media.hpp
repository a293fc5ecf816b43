// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>

/// A codec of RTP, and the elements for it.
struct Codec {
  const char *name;        // in SDP and in caps
  int clock_rate;          // Hz, of the RTP timestamps
  const char *parameters;  // of a=rtpmap
  const char *decoder;     // RTP to audio
  const char *encoder;  // audio to RTP: packets of exactly 20 ms. The last element is a payloader
};

/// The audio of a call: what the caller's SDP offers and this program takes.
struct Media {
  const Codec *codec = nullptr;
  int payload_type = -1;
  int digits = -1;  // payload type of DTMF (RFC 4733), at `digits_rate` Hz. -1: not offered
  int digits_rate = 0;
  std::string host = {};  // where the caller receives, IPv4
  int port = 0;
  bool is_held = false;  // the caller does not want to hear anything now

  /// Whether a call with these media can go on with the others. They may lack digits.
  bool can_become(const Media &other) const {
    return codec == other.codec && payload_type == other.payload_type &&
           (digits == other.digits || other.digits < 0);
  }
};

/// Chooses from an offer. nullopt: it is no SDP, or nothing in it fits.
std::optional<Media> choose(std::string_view offer);

/// Describes the same media for the answer. RTP is received at `address` and `port`.
std::string describe(const Media &media, const std::string &address, int port);
