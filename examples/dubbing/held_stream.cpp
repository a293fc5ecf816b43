// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "held_stream.hpp"

#include <cstdio>

#include "description.hpp"
#include "handle.hpp"

namespace dubbing {

using gemlive::GstPtr;

namespace {

/// As in "video_0_0041". -1: another name.
int program_of(GstPad *pad) {
  int program = -1;
  return std::sscanf(GST_PAD_NAME(pad), "%*[a-z]_%x_", reinterpret_cast<unsigned *>(&program)) == 1
             ? program
             : -1;
}

std::string parser_of(GstPad *pad) {
  auto *caps = gst_pad_get_current_caps(pad);
  if (!caps) return "";
  const auto *structure = gst_caps_get_structure(caps, 0);
  int version = 0;
  gst_structure_get_int(structure, "mpegversion", &version);
  const auto parser = parser_for(gst_structure_get_name(structure), version);
  gst_caps_unref(caps);
  return parser;
}

}  // namespace

void HeldStream::offer(GstPad *pad) {
  const auto program = program_of(pad);
  const auto parser = parser_of(pad);
  if (parser.empty()) return;
  if (queue_ && (program == program_ || parser != parser_)) return;
  if (!queue_) make_queue();
  parser_ = parser;
  program_ = program;
  const GstPtr<GstPad> sink(gst_element_get_static_pad(queue_, "sink"));
  if (const GstPtr<GstPad> former{gst_pad_get_peer(sink.get())})
    gst_pad_unlink(former.get(), sink.get());
  gst_pad_link(pad, sink.get());
}

void HeldStream::make_queue() {
  queue_ = gst_element_factory_make("queue", nullptr);
  g_object_set(queue_, "max-size-buffers", 0u, "max-size-bytes", 0u, "max-size-time",
               60 * GST_SECOND, nullptr);
  const GstPtr<GstPad> src(gst_element_get_static_pad(queue_, "src"));
  hold_ = gst_pad_add_probe(
      src.get(), GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
      +[](GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  gst_bin_add(GST_BIN(pipeline_), queue_);
  gst_element_sync_state_with_parent(queue_);
}

void HeldStream::flow_to(GstPad *sink) {
  const GstPtr<GstPad> src(gst_element_get_static_pad(queue_, "src"));
  gst_pad_link(src.get(), sink);
  gst_pad_remove_probe(src.get(), hold_);
}

}  // namespace dubbing
