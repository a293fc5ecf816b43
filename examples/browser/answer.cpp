// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer.hpp"

#include <string_view>

namespace gemlive::web {
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

bool is_equal(std::string_view a, std::string_view b) {  // names of codecs ignore case
  return a.size() == b.size() && g_ascii_strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool accepts(const GstSDPMedia *offer, const GstSDPMedia *answer) {
  return text(gst_sdp_media_get_media(offer)) == text(gst_sdp_media_get_media(answer)) &&
         gst_sdp_media_formats_len(answer) == 1 &&
         text(gst_sdp_media_get_format(offer, 0)) == text(gst_sdp_media_get_format(answer, 0)) &&
         is_equal(attribute(offer, "rtpmap"), attribute(answer, "rtpmap")) &&
         attribute(offer, "mid") == attribute(answer, "mid");
}

bool accepts(const GstSDPMessage *offer, const GstSDPMessage *answer) {
  const guint count = gst_sdp_message_medias_len(offer);
  if (gst_sdp_message_medias_len(answer) != count) return false;
  for (guint i = 0; i < count; ++i) {
    const auto *media = gst_sdp_message_get_media(answer, i);
    if (!accepts(gst_sdp_message_get_media(offer, i), media) || !is_transport(answer, media))
      return false;
  }
  return text(gst_sdp_message_get_attribute_val(offer, "group")) ==
         text(gst_sdp_message_get_attribute_val(answer, "group"));
}

void remove_candidates(GstSDPMessage *message) {
  for (guint i = 0; i < gst_sdp_message_medias_len(message); ++i) {
    auto *media = const_cast<GstSDPMedia *>(gst_sdp_message_get_media(message, i));
    for (guint j = gst_sdp_media_attributes_len(media); j-- > 0;)
      if (text(gst_sdp_media_get_attribute(media, j)->key) == "candidate")
        gst_sdp_media_remove_attribute(media, j);
  }
}

using MessagePtr = Handle<GstSDPMessage, gst_sdp_message_free>;

MessagePtr parse(const std::string &sdp) {
  GstSDPMessage *message = nullptr;
  if (sdp.empty() || gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK) return {};
  return MessagePtr(message);
}

}  // namespace

DescriptionPtr parse_answer(const std::string &offer, const std::string &answer) {
  const auto offered = parse(offer);
  auto answered = parse(answer);
  if (!offered || !answered || !accepts(offered.get(), answered.get())) return {};
  remove_candidates(answered.get());
  return DescriptionPtr(
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, answered.release()));
}

}  // namespace gemlive::web
