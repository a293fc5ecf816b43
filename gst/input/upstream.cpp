// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "upstream.hpp"

#include "gst_ptr.hpp"
#include "pipeline_util.hpp"

namespace gemlive::upstream {
namespace {

constexpr int max_elements = 100;  // a loop has no first element

/// The pad of an element that feeds `sink_pad`, through the ghost pads of bins.
PadPtr source_of(GstPad *sink_pad) {
  PadPtr pad(gst_pad_get_peer(sink_pad));
  while (pad && GST_IS_PROXY_PAD(pad.get())) {
    if (GST_IS_GHOST_PAD(pad.get())) {
      pad.reset(gst_ghost_pad_get_target(GST_GHOST_PAD(pad.get())));
    } else {
      const PadPtr ghost(GST_PAD(gst_proxy_pad_get_internal(GST_PROXY_PAD(pad.get()))));
      pad.reset(ghost ? gst_pad_get_peer(ghost.get()) : nullptr);
    }
  }
  return pad;
}

/// The first sink pad of an element. Null for a source.
PadPtr sink_of(GstElement *element) {
  PadPtr found;
  const auto keep_first = [](GstElement *, GstPad *pad, gpointer to) -> gboolean {
    static_cast<PadPtr *>(to)->reset(GST_PAD(gst_object_ref(pad)));
    return FALSE;
  };
  gst_element_foreach_sink_pad(element, keep_first, &found);
  return found;
}

}  // namespace

bool is_live(GstPad *sink_pad) {
  QueryPtr query(gst_query_new_latency());
  gboolean live = FALSE;
  if (gst_pad_peer_query(sink_pad, query.get()))
    gst_query_parse_latency(query.get(), &live, nullptr, nullptr);
  return live;
}

bool is_file(GstPad *sink_pad) {
  QueryPtr query(gst_query_new_seeking(GST_FORMAT_BYTES));
  gboolean seekable = FALSE;
  if (gst_pad_peer_query(sink_pad, query.get()))
    gst_query_parse_seeking(query.get(), nullptr, &seekable, nullptr, nullptr);
  return seekable;
}

bool is_appsrc(GstPad *sink_pad) {
  PadPtr sink(GST_PAD(gst_object_ref(sink_pad)));
  for (int i = 0; sink && i < max_elements; ++i) {
    const auto source = source_of(sink.get());
    const ElementPtr element(source ? gst_pad_get_parent_element(source.get()) : nullptr);
    if (!element) return false;
    if (is_made_by(element.get(), "appsrc")) return true;
    sink = sink_of(element.get());
  }
  return false;
}

}  // namespace gemlive::upstream
