// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer.hpp"

#include <string_view>

namespace web {
namespace {

std::string_view text(const char *value) {
  return value ? value : "";
}

std::string_view attribute(const GstSDPMedia *media, const char *name) {
  return text(gst_sdp_media_get_attribute_val(media, name));
}

/// A browser can give it for the whole session, or for each medium.
std::string_view attribute(const GstSDPMessage *message, const GstSDPMedia *media,
                           const char *name) {
  const auto own = attribute(media, name);
  return own.empty() ? text(gst_sdp_message_get_attribute_val(message, name)) : own;
}

bool is_transport(const GstSDPMessage *message, const GstSDPMedia *media) {
  const auto setup = attribute(message, media, "setup");
  return gst_sdp_media_get_port(media) != 0 && (setup == "active" || setup == "passive") &&
         !attribute(message, media, "fingerprint").empty() &&
         !attribute(message, media, "ice-ufrag").empty() &&
         !attribute(message, media, "ice-pwd").empty();
}

bool is_audio(const GstSDPMedia *media) {
  const StrPtr codec(g_ascii_strdown(std::string(attribute(media, "rtpmap")).c_str(), -1));
  return text(gst_sdp_media_get_media(media)) == "audio" && gst_sdp_media_formats_len(media) == 1 &&
         text(gst_sdp_media_get_format(media, 0)) == "96" && text(codec.get()) == "96 opus/48000/2";
}

bool fits(const GstSDPMessage *message) {
  if (gst_sdp_message_medias_len(message) != 2) return false;
  const auto *audio = gst_sdp_message_get_media(message, 0);
  const auto *channel = gst_sdp_message_get_media(message, 1);
  const auto bundle = "BUNDLE " + std::string(attribute(audio, "mid")) + ' ' +
                      std::string(attribute(channel, "mid"));
  return is_audio(audio) && text(gst_sdp_media_get_media(channel)) == "application" &&
         is_transport(message, audio) && is_transport(message, channel) &&
         text(gst_sdp_message_get_attribute_val(message, "group")) == bundle &&
         bundle == "BUNDLE audio0 application1";  // webrtcbin's names
}

}  // namespace

DescriptionPtr parse_answer(const std::string &sdp) {
  GstSDPMessage *message = nullptr;
  if (sdp.empty() || gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK) return {};
  DescriptionPtr answer(gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message));
  return fits(message) ? std::move(answer) : nullptr;
}

}  // namespace web
