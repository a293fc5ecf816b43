// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_watch.hpp"

#include <utility>

#include "description.hpp"

namespace dubbing {
namespace {

constexpr guint interval = 5;  // s. The tables of a stream are repeated ten times in one

}  // namespace

InputWatch::InputWatch(GstElement *demuxer, const std::string &uri)
    : address_(without_query(uri)), timer_(g_timeout_add_seconds(interval, on_time, this)) {
  auto *pad = gst_element_get_static_pad(demuxer, "sink");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_data, this, nullptr);
  gst_object_unref(pad);
}

InputWatch::~InputWatch() {
  g_clear_handle_id(&timer_, g_source_remove);
}

GstPadProbeReturn InputWatch::on_data(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto *watch = static_cast<InputWatch *>(self);
  watch->bytes_ += gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  return watch->is_over_ ? GST_PAD_PROBE_REMOVE : GST_PAD_PROBE_OK;
}

gboolean InputWatch::on_time(gpointer self) {
  auto *watch = static_cast<InputWatch *>(self);
  if (!watch->is_over_) {
    watch->look();
    return G_SOURCE_CONTINUE;
  }
  watch->timer_ = 0;
  return G_SOURCE_REMOVE;
}

/// Data that has just begun may be a stream.
void InputWatch::look() {
  const auto bytes = bytes_.load();
  const bool had_data = std::exchange(had_data_, bytes > 0);
  const auto found = bytes == 0 ? Found::no_data
                     : had_data ? Found::no_streams
                                : Found::nothing_yet;
  if (found == Found::nothing_yet || std::exchange(told_, found) == found) return;
  if (found == Found::no_data)
    g_printerr(
        "Nothing has arrived at %s yet. Start the stream, or check address and port. "
        "Ctrl-C ends the program\n",
        address_.c_str());
  else
    g_printerr("%" G_GUINT64_FORMAT
               " bytes have arrived at %s, and no stream is in them. Send MPEG-TS, as mpegtsmux "
               "or ffmpeg -f mpegts makes it. Ctrl-C ends the program\n",
               bytes, address_.c_str());
}

}  // namespace dubbing
