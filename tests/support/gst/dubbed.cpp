// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dubbed.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "pipeline.hpp"

namespace gemlive::test {
namespace {

/// What the tags of a stream say.
std::string language_of(GstElement *sink) {
  const PadPtr pad(gst_element_get_static_pad(sink, "sink"));
  std::string language;
  for (guint i = 0;; ++i) {
    const MiniObjectPtr<GstEvent> event(gst_pad_get_sticky_event(pad.get(), GST_EVENT_TAG, i));
    if (!event) return language;
    GstTagList *tags = nullptr;
    gst_event_parse_tag(event.get(), &tags);
    gchar *code = nullptr;
    if (gst_tag_list_get_string(tags, GST_TAG_LANGUAGE_CODE, &code)) language = code;
    g_free(code);
  }
}

}  // namespace

Dubbed::Dubbed(const std::string &path) {
  const bool matroska = path.ends_with(".mkv");
  const std::string picture_pad = matroska ? "video_0" : "video_0_0041";
  const std::string sound_pad = matroska ? "audio_0" : "audio_0_0042";
  const std::string voice_pad = matroska ? "audio_1" : "audio_0_0043";
  // A track may begin late.
  const std::string queue = " ! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! ";
  const std::string audio =
      queue + "aacparse ! faad ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! fakesink ";
  Pipeline reader("filesrc location=" + path + " ! " + (matroska ? "matroskademux" : "tsdemux") +
                  " name=d  d." + picture_pad + queue +
                  "h264parse ! openh264dec ! videoconvert ! video/x-raw,format=GRAY8 ! "
                  "fakesink name=picture  d." +
                  sound_pad + audio + "name=sound  d." + voice_pad + audio + "name=voice" +
                  (matroska ? "  d.subtitle_0" + queue + "fakesink name=captions" : ""));
  Tap pictures(reader["picture"]), original(reader["sound"]), second(reader["voice"]);
  std::unique_ptr<Tap> text;
  if (matroska) text = std::make_unique<Tap>(reader["captions"]);
  EXPECT_EQ(reader.run(), "") << path;
  read_picture(pictures.items(Tap::Item::buffer));
  sound = loud_spans(original.items());
  voice = loud_spans(second.items());
  voice_language = language_of(reader["voice"]);
  if (!text) return;
  captions = text->items(Tap::Item::buffer);
  caption_language = language_of(reader["captions"]);
}

/// Two pictures can have the same millisecond, after a hiccup of the network. A parser takes a
/// timestamp once: the second picture has none.
void Dubbed::read_picture(const std::vector<Tap::Item> &items) {
  bool was_bright = false;
  double time = 0;
  for (const auto &item : items) {
    if (GST_CLOCK_TIME_IS_VALID(item.start)) time = static_cast<double>(item.start) / 1e6;
    const bool is_bright = static_cast<unsigned char>(item.bytes[32 * 64 + 32]) > 125;
    if (is_bright && !was_bright) bright.push_back(time);
    was_bright = is_bright;
    frames.push_back(time);
  }
}

double Dubbed::voice_offset(double moment) const {
  double nearest = 1e9;
  for (const auto &span : voice)
    if (std::abs(span.begin - moment) < std::abs(nearest)) nearest = span.begin - moment;
  return nearest;
}

}  // namespace gemlive::test
