// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "media.hpp"

#include <arpa/inet.h>
#include <sofia-sip/sdp.h>
#include <strings.h>

#include <memory>

// spanplc replaces lost packets; opusdec does that itself.
const std::array<Codec, 3> codecs = {{
    {{"opus", 48000},
     "/2",
     16000,
     "rtpopusdepay ! opusdec use-inband-fec=true plc=true",
     "opusenc frame-size=20 audio-type=voice "
     "bitrate=32000 inband-fec=true packet-loss-percentage=5 ! rtpopuspay"},
    {{"PCMU", 8000},
     "",
     8000,
     "rtppcmudepay ! mulawdec ! spanplc",
     "mulawenc ! rtppcmupay min-ptime=20000000 max-ptime=20000000"},
    {{"PCMA", 8000},
     "",
     8000,
     "rtppcmadepay ! alawdec ! spanplc",
     "alawenc ! rtppcmapay min-ptime=20000000 max-ptime=20000000"},
}};

namespace {

constexpr RtpFormat digits_formats[] = {{"telephone-event", 8000}, {"telephone-event", 48000}};

const sdp_rtpmap_t *find_format(const sdp_media_t &line, const RtpFormat &wanted) {
  for (const auto *format = line.m_rtpmaps; format; format = format->rm_next)
    if (strcasecmp(format->rm_encoding, wanted.name) == 0 &&
        static_cast<int>(format->rm_rate) == wanted.clock_rate)
      return format;
  return nullptr;
}

void choose_digits(Media &media, const sdp_media_t &line) {
  for (const auto &digits : digits_formats) {
    const auto *format = find_format(line, digits);
    const int rate = digits.clock_rate;
    if (!format || (rate != 8000 && rate != media.codec->format.clock_rate)) continue;
    media.digits = static_cast<int>(format->rm_pt);
    media.digits_format = &digits;
  }
}

std::optional<Media> choose_codec(const sdp_media_t &line) {
  for (const auto &codec : codecs)
    if (const auto *format = find_format(line, codec.format)) {
      Media media{.codec = &codec, .payload_type = static_cast<int>(format->rm_pt)};
      choose_digits(media, line);
      return media;
    }
  return std::nullopt;
}

/// Names are not looked up: all calls would wait for an answer.
bool is_ipv4(const char *host) {
  in_addr parsed;
  return inet_pton(AF_INET, host, &parsed) == 1;
}

std::string format_line(int payload_type, const RtpFormat &format, const char *parameters = "") {
  return "a=rtpmap:" + std::to_string(payload_type) + " " + format.name + "/" +
         std::to_string(format.clock_rate) + parameters + "\r\n";
}

}  // namespace

std::optional<Media> choose(std::string_view offer) {
  const std::unique_ptr<sdp_parser_t, decltype(&sdp_parser_free)> parser(
      sdp_parse(nullptr, offer.data(), static_cast<issize_t>(offer.size()), sdp_f_insane),
      sdp_parser_free);
  const auto *session = sdp_session(parser.get());
  if (!session) return std::nullopt;
  for (auto *line = session->sdp_media; line; line = line->m_next) {
    const auto *connection = sdp_media_connections(line);
    if (line->m_type != sdp_media_audio || line->m_proto != sdp_proto_rtp || line->m_port == 0 ||
        !connection || !is_ipv4(connection->c_address))
      continue;
    auto media = choose_codec(*line);
    if (!media) continue;
    media->host = connection->c_address;
    media->port = static_cast<int>(line->m_port);
    media->is_held =
        (line->m_mode & sdp_recvonly) == 0 || media->host == "0.0.0.0";  // the latter: RFC 2543
    return media;
  }
  return std::nullopt;
}

std::string describe(const Media &media, const std::string &address, int port) {
  auto types = std::to_string(media.payload_type);
  auto formats = format_line(media.payload_type, media.codec->format, media.codec->parameters);
  if (media.digits >= 0) {
    types += " " + std::to_string(media.digits);
    formats += format_line(media.digits, *media.digits_format) +
               "a=fmtp:" + std::to_string(media.digits) + " 0-15\r\n";
  }
  return "c=IN IP4 " + address + "\r\nm=audio " + std::to_string(port) + " RTP/AVP " + types +
         "\r\n" + formats + "a=ptime:20\r\n";
}
