// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "media.hpp"

#include <arpa/inet.h>
#include <glib.h>
#include <gst/sdp/sdp.h>

#include <cstdlib>
#include <cstring>
#include <memory>

// spanplc replaces lost packets; opusdec does that itself.
const std::array<Codec, 3> codecs = {{
    {{"opus", 48000},
     -1,
     "/2",
     16000,
     "rtpopusdepay ! opusdec use-inband-fec=true plc=true",
     "opusenc frame-size=20 audio-type=voice "
     "bitrate=32000 inband-fec=true packet-loss-percentage=5 ! rtpopuspay"},
    {{"PCMU", 8000},
     0,
     "",
     8000,
     "rtppcmudepay ! mulawdec ! spanplc",
     "mulawenc ! rtppcmupay min-ptime=20000000 max-ptime=20000000"},
    {{"PCMA", 8000},
     8,
     "",
     8000,
     "rtppcmadepay ! alawdec ! spanplc",
     "alawenc ! rtppcmapay min-ptime=20000000 max-ptime=20000000"},
}};

namespace {

constexpr RtpFormat digits_formats[] = {{"telephone-event", 8000}, {"telephone-event", 48000}};

struct FreeMessage {
  void operator()(GstSDPMessage *message) const { gst_sdp_message_free(message); }
};
using Message = std::unique_ptr<GstSDPMessage, FreeMessage>;

/// What a=rtpmap says of a payload type: "opus/48000/2". nullptr: nothing.
const char *map_of(const GstSDPMedia *line, int payload_type) {
  const char *map = nullptr;
  for (guint i = 0; (map = gst_sdp_media_get_attribute_val_n(line, "rtpmap", i)); ++i)
    if (const auto *space = std::strchr(map, ' '); space && std::atoi(map) == payload_type)
      return space + 1;
  return nullptr;
}

/// The payload type of a format. -1: it is not offered.
int find_format(const GstSDPMedia *line, const RtpFormat &wanted, int static_type = -1) {
  const auto name = std::string(wanted.name) + "/" + std::to_string(wanted.clock_rate);
  for (guint i = 0; i < gst_sdp_media_formats_len(line); ++i) {
    const int type = std::atoi(gst_sdp_media_get_format(line, i));
    const auto *map = type >= 0 && type <= 127 ? map_of(line, type) : nullptr;
    if (map ? g_ascii_strncasecmp(map, name.c_str(), name.size()) == 0 : type == static_type)
      return type;
  }
  return -1;
}

void choose_digits(Media &media, const GstSDPMedia *line) {
  for (const auto &digits : digits_formats) {
    const int type = find_format(line, digits);
    const int rate = digits.clock_rate;
    if (type < 0 || (rate != 8000 && rate != media.codec->format.clock_rate)) continue;
    media.digits = type;
    media.digits_format = &digits;
  }
}

std::optional<Media> choose_codec(const GstSDPMedia *line) {
  for (const auto &codec : codecs) {
    const int type = find_format(line, codec.format, codec.static_type);
    if (type < 0) continue;
    Media media{.codec = &codec, .payload_type = type};
    choose_digits(media, line);
    return media;
  }
  return std::nullopt;
}

/// A name is not looked up: all calls would wait for an answer.
bool is_of_one_machine(const char *host) {
  in_addr parsed;
  return host && inet_pton(AF_INET, host, &parsed) == 1 && !IN_MULTICAST(ntohl(parsed.s_addr)) &&
         parsed.s_addr != INADDR_BROADCAST;
}

/// From the side of the answer.
const char *direction_of(const GstSDPMessage *offer, const GstSDPMedia *line) {
  constexpr const char *opposites[][2] = {{"sendrecv", "sendrecv"},
                                          {"sendonly", "recvonly"},
                                          {"recvonly", "sendonly"},
                                          {"inactive", "inactive"}};
  for (const auto &[offered, answered] : opposites)
    if (gst_sdp_media_get_attribute_val(line, offered)) return answered;
  for (const auto &[offered, answered] : opposites)
    if (gst_sdp_message_get_attribute_val(offer, offered)) return answered;
  return "sendrecv";
}

/// nullopt: the line is refused.
std::optional<Media> choose_line(const GstSDPMessage *offer, const GstSDPMedia *line) {
  const auto *connection = gst_sdp_media_connections_len(line) > 0
                               ? gst_sdp_media_get_connection(line, 0)
                               : gst_sdp_message_get_connection(offer);
  const auto port = gst_sdp_media_get_port(line);
  if (g_strcmp0(gst_sdp_media_get_media(line), "audio") != 0 ||
      g_strcmp0(gst_sdp_media_get_proto(line), "RTP/AVP") != 0 || port < 1 || port > 65534 ||
      !is_of_one_machine(connection->address))
    return std::nullopt;
  auto media = choose_codec(line);
  if (!media) return std::nullopt;
  media->host = connection->address;
  media->port = static_cast<int>(port);
  media->direction = direction_of(offer, line);
  media->is_held = media->host == "0.0.0.0" ||  // RFC 2543
                   media->direction == "recvonly" || media->direction == "inactive";
  return media;
}

std::string refuse(const GstSDPMedia *line) {
  auto text =
      std::string("m=") + gst_sdp_media_get_media(line) + " 0 " + gst_sdp_media_get_proto(line);
  for (guint i = 0; i < gst_sdp_media_formats_len(line); ++i)
    text += std::string(" ") + gst_sdp_media_get_format(line, i);
  return text + "\r\n";
}

std::string format_line(int payload_type, const RtpFormat &format, const char *parameters = "") {
  return "a=rtpmap:" + std::to_string(payload_type) + " " + format.name + "/" +
         std::to_string(format.clock_rate) + parameters + "\r\n";
}

std::string audio_lines(const Media &media, int port) {
  auto types = std::to_string(media.payload_type);
  auto formats = format_line(media.payload_type, media.codec->format, media.codec->parameters);
  if (media.digits >= 0) {
    types += " " + std::to_string(media.digits);
    formats += format_line(media.digits, *media.digits_format) +
               "a=fmtp:" + std::to_string(media.digits) + " 0-15\r\n";
  }
  return "m=audio " + std::to_string(port) + " RTP/AVP " + types + "\r\n" + formats +
         "a=ptime:20\r\na=" + media.direction + "\r\n";
}

}  // namespace

std::optional<Media> choose(std::string_view offer) {
  GstSDPMessage *parsed = nullptr;
  gst_sdp_message_new(&parsed);
  const Message message(parsed);
  if (gst_sdp_message_parse_buffer(reinterpret_cast<const guint8 *>(offer.data()),
                                   static_cast<guint>(offer.size()), parsed) != GST_SDP_OK)
    return std::nullopt;
  std::optional<Media> chosen;
  std::vector<std::string> lines;
  for (guint i = 0; i < gst_sdp_message_medias_len(parsed); ++i) {
    const auto *line = gst_sdp_message_get_media(parsed, i);
    auto media = chosen ? std::nullopt : choose_line(parsed, line);
    lines.push_back(media ? "" : refuse(line));
    if (media) chosen = std::move(media);
  }
  if (chosen) chosen->refused_lines = std::move(lines);
  return chosen;
}

std::string describe(const Media &media, const std::string &address, int port, int version) {
  auto text = "v=0\r\no=- 1 " + std::to_string(version) + " IN IP4 " + address +
              "\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n";
  for (const auto &refused : media.refused_lines)
    text += refused.empty() ? audio_lines(media, port) : refused;
  return text;
}
