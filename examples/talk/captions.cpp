// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "captions.hpp"

#include <string>

#include "handle.hpp"

namespace gemlive::talk {
namespace {

constexpr auto name = "talk/words";

// On the streaming thread.

void post(GstElement *sink, gpointer is_model, const std::string &text, bool is_final) {
  gst_element_post_message(
      sink,
      gst_message_new_application(
          GST_OBJECT(sink), gst_structure_new(name, "is-model", G_TYPE_BOOLEAN, is_model != nullptr,
                                              "text", G_TYPE_STRING, text.c_str(), "is-final",
                                              G_TYPE_BOOLEAN, is_final, nullptr)));
}

void on_text(GstElement *sink, GstBuffer *buffer, GstPad *, gpointer is_model) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  const std::string text(reinterpret_cast<const char *>(map.data), map.size);
  gst_buffer_unmap(buffer, &map);
  post(sink, is_model, text, false);
}

GstPadProbeReturn on_event(GstPad *pad, GstPadProbeInfo *info, gpointer is_model) {
  const auto *fields = gst_event_get_structure(GST_PAD_PROBE_INFO_EVENT(info));
  if (!fields || !gst_structure_has_name(fields, "rstranscribe/final-transcript"))
    return GST_PAD_PROBE_OK;
  const GstPtr<GstElement> sink(gst_pad_get_parent_element(pad));
  post(sink.get(), is_model, "", true);
  return GST_PAD_PROBE_OK;
}

}  // namespace

void post_words(GstElement *sink, Speaker speaker) {
  auto *is_model = GINT_TO_POINTER(speaker == Speaker::Model);
  g_signal_connect(sink, "handoff", G_CALLBACK(on_text), is_model);
  const GstPtr<GstPad> pad(gst_element_get_static_pad(sink, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, is_model, nullptr);
}

std::optional<Words> words_of(GstMessage *message) {
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_APPLICATION || !gst_message_has_name(message, name))
    return {};
  gboolean is_model = FALSE, is_final = FALSE;
  const auto *fields = gst_message_get_structure(message);
  gst_structure_get(fields, "is-model", G_TYPE_BOOLEAN, &is_model, "is-final", G_TYPE_BOOLEAN,
                    &is_final, nullptr);
  return Words{is_model ? Speaker::Model : Speaker::User, gst_structure_get_string(fields, "text"),
               is_final != FALSE};
}

}  // namespace gemlive::talk
