// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline_util.hpp"

namespace gemlive {
namespace {

ElementPtr top_element(GstElement *element) {
  GstObject *top = GST_OBJECT(gst_object_ref(element));
  while (GstObject *parent = gst_object_get_parent(top)) {
    gst_object_unref(top);
    top = parent;
  }
  return ElementPtr(GST_ELEMENT(top));
}

}  // namespace

const void *top_parent(GstElement *element) {
  const auto top = top_element(element);  // the parent keeps it, too
  return top.get();
}

bool has_source(GstPad *sink_pad) {
  const PadPtr peer(gst_pad_get_peer(sink_pad));
  if (!peer) return false;
  const Handle<GstIterator, gst_iterator_free> links(gst_pad_iterate_internal_links(peer.get()));
  GValue first = G_VALUE_INIT;
  if (!links || gst_iterator_next(links.get(), &first) != GST_ITERATOR_OK) return true;
  const bool found = has_source(GST_PAD(g_value_get_object(&first)));
  g_value_unset(&first);
  return found;
}

std::vector<ElementPtr> find_elements(GstElement *element, const char *factory) {
  std::vector<ElementPtr> found;
  const auto top = top_element(element);
  if (!GST_IS_BIN(top.get())) return found;
  Handle<GstIterator, gst_iterator_free> each(
      gst_bin_iterate_all_by_element_factory_name(GST_BIN(top.get()), factory));
  const auto keep = [](const GValue *item, gpointer data) {
    static_cast<std::vector<ElementPtr> *>(data)->emplace_back(
        GST_ELEMENT(g_value_dup_object(item)));
  };
  while (gst_iterator_foreach(each.get(), keep, &found) == GST_ITERATOR_RESYNC) {
    gst_iterator_resync(each.get());
    found.clear();
  }
  return found;
}

}  // namespace gemlive
