// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline_util.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {
namespace {

/// A reference.
GstElement *top_element(GstElement *element) {
  GstObject *top = GST_OBJECT(gst_object_ref(element));
  while (GstObject *parent = gst_object_get_parent(top)) {
    gst_object_unref(top);
    top = parent;
  }
  return GST_ELEMENT(top);
}

}  // namespace

bool is_made_by(gpointer object, std::string_view factory) {
  const auto *made_by =
      GST_IS_ELEMENT(object) ? gst_element_get_factory(GST_ELEMENT(object)) : nullptr;
  return made_by && GST_OBJECT_NAME(made_by) == factory;
}

const void *top_parent(GstElement *element) {
  auto *top = top_element(element);
  gst_object_unref(top);  // the parent keeps it, too
  return top;
}

namespace {

/// The pad that `pad` is linked to, or the ghost pad whose target it is.
PadPtr outer_peer(GstPad *pad) {
  PadPtr peer(gst_pad_get_peer(pad));
  if (!peer || !GST_IS_PROXY_PAD(peer.get()) || GST_IS_GHOST_PAD(peer.get())) return peer;
  return PadPtr(GST_PAD(gst_proxy_pad_get_internal(GST_PROXY_PAD(peer.get()))));
}

}  // namespace

std::string input_name(GstElement *sink) {
  const PadPtr pad(gst_element_get_static_pad(sink, "sink"));
  const Handle<GstObject, gst_object_unref> parent(gst_object_get_parent(GST_OBJECT(sink)));
  if (!is_made_by(parent.get(), "gemlive")) return std::string(GST_OBJECT_NAME(sink)) + ":sink";
  const auto outer = outer_peer(pad.get());
  const bool is_ghost = outer && GST_IS_GHOST_PAD(outer.get());
  // The audio sink is behind the conversion.
  return std::string(GST_OBJECT_NAME(parent.get())) + ":" +
         (is_ghost ? GST_OBJECT_NAME(outer.get()) : "sink");
}

namespace {

/// The element that a src pad leads to. Leaves a bin through its ghost pads. Null if there is none.
ElementPtr next_element(GstPad *src_pad) {
  PadPtr peer(gst_pad_get_peer(src_pad));
  while (peer && GST_IS_PROXY_PAD(peer.get()) && !GST_IS_GHOST_PAD(peer.get())) {
    const ObjectPtr<GstProxyPad> ghost(gst_proxy_pad_get_internal(GST_PROXY_PAD(peer.get())));
    peer.reset(ghost ? gst_pad_get_peer(GST_PAD(ghost.get())) : nullptr);
  }
  return ElementPtr(peer ? gst_pad_get_parent_element(peer.get()) : nullptr);
}

std::vector<ElementPtr> next_elements(GstElement *element) {
  std::vector<ElementPtr> next;
  const auto visit = [](GstElement *, GstPad *pad, gpointer data) -> gboolean {
    if (auto found = next_element(pad))
      static_cast<std::vector<ElementPtr> *>(data)->push_back(std::move(found));
    return TRUE;
  };
  gst_element_foreach_src_pad(element, visit, &next);
  return next;
}

}  // namespace

bool leads_to(GstElement *from, GstElement *to) {
  auto found = next_elements(from);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].get() == to) return true;
    for (auto &next : next_elements(found[i].get()))
      if (std::ranges::find(found, next) == found.end()) found.push_back(std::move(next));
  }
  return false;
}

std::vector<ElementPtr> find_elements(GstElement *element, const char *factory) {
  std::vector<ElementPtr> found;
  const ElementPtr top(top_element(element));
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
