// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "ghost_pad.hpp"

#include "gst_ptr.hpp"

namespace gemlive {
namespace {

/// NOT_LINKED would stop the source.
GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  const auto flow = gst_proxy_pad_chain_default(pad, parent, buffer);
  return flow == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : flow;
}

}  // namespace

GstPad *make_ghost_pad(GstStaticPadTemplate &pad_template, GstElement *inner) {
  const bool is_sink = pad_template.direction == GST_PAD_SINK;
  const PadPtr target(gst_element_get_static_pad(inner, is_sink ? "sink" : "src"));
  const ObjectPtr<GstPadTemplate> made(gst_static_pad_template_get(&pad_template));
  auto *ghost =
      gst_ghost_pad_new_from_template(pad_template.name_template, target.get(), made.get());
  if (is_sink) return ghost;
  const ObjectPtr<GstProxyPad> internal(gst_proxy_pad_get_internal(GST_PROXY_PAD(ghost)));
  gst_pad_set_chain_function(GST_PAD(internal.get()), chain);
  return ghost;
}

}  // namespace gemlive
