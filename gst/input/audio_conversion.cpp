// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_conversion.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include "categories.hpp"
#include "gst_ptr.hpp"

#define GST_CAT_DEFAULT gemlive::categories::input

namespace gemlive::audio_conversion {
namespace {

// No application uses these names: gst_bin_get_by_name() also looks into bins.
constexpr std::array names = {"gemlive-audioconvert", "gemlive-audioresample",
                              "gemlive-capsfilter"};

/// audioresample tolerates 1/32 s.
constexpr GstClockTime tolerated_hole = 30 * GST_MSECOND;

/// What the pad functions need.
struct Conversion {
  ElementPtr convert;
  CapsPtr accepted;
  PadPtr converted;                        // the src pad of audioresample
  std::atomic<bool> has_ended = false;     // by the application
  GstClockTime end = GST_CLOCK_TIME_NONE;  // of the last buffer; streaming thread
};

GQuark quark() {
  static const GQuark quark = g_quark_from_static_string("gemlive-audio-conversion");
  return quark;
}

Conversion &of(GstPad *pad) {
  return *static_cast<Conversion *>(g_object_get_qdata(G_OBJECT(pad), quark()));
}

/// audioconvert's answer first, since its order is that of preference.
CapsPtr accepted_by(GstPad *convert_pad) {
  auto *accepted = gst_caps_make_writable(gst_pad_query_caps(convert_pad, nullptr));
  auto *unpositioned = gst_caps_make_writable(gst_pad_get_pad_template_caps(convert_pad));
  gst_caps_set_simple(unpositioned, "channels", GST_TYPE_INT_RANGE, 2, 64, nullptr);
  auto *without_mask = gst_caps_copy(unpositioned);
  gst_caps_set_simple(unpositioned, "channel-mask", GST_TYPE_BITMASK, guint64{0}, nullptr);
  gst_caps_append(accepted, unpositioned);
  gst_caps_append(accepted, without_mask);
  return CapsPtr(accepted);
}

/// The number of channels that have no positions, or 0.
int unpositioned_channels(const GstCaps *caps) {
  const auto *format = gst_caps_get_structure(caps, 0);
  int channels = 0;
  guint64 mask = 0;
  gst_structure_get_int(format, "channels", &channels);
  if (gst_structure_get(format, "channel-mask", GST_TYPE_BITMASK, &mask, nullptr))
    return mask == 0 && channels > 1 ? channels : 0;
  return channels > 2 ? channels : 0;  // two channels without a mask are left and right
}

/// One row: equal parts of all channels. Empty: audioconvert decides by the positions.
void set_mix_matrix(GstElement *convert, int channels) {
  GValue matrix = G_VALUE_INIT, row = G_VALUE_INIT, part = G_VALUE_INIT;
  g_value_init(&matrix, GST_TYPE_ARRAY);
  if (channels > 0) {
    g_value_init(&row, GST_TYPE_ARRAY);
    g_value_init(&part, G_TYPE_FLOAT);
    g_value_set_float(&part, 1.0f / static_cast<float>(channels));
    for (int i = 0; i < channels; ++i)
      gst_value_array_append_value(&row, &part);
    gst_value_array_append_value(&matrix, &row);
    g_value_unset(&row);
  }
  g_object_set_property(G_OBJECT(convert), "mix-matrix", &matrix);
  g_value_unset(&matrix);
}

GstEvent *with_mask(GstEvent *event, GstCaps *caps) {
  const CapsPtr complete(gst_caps_copy(caps));
  gst_caps_set_simple(complete.get(), "channel-mask", GST_TYPE_BITMASK, guint64{0}, nullptr);
  auto *made = gst_event_new_caps(complete.get());
  gst_event_set_seqnum(made, gst_event_get_seqnum(event));
  gst_event_unref(event);
  return made;
}

/// The sink refuses data with EOS. audioresample would push the rest of its data at EOS, and warn
/// that it is refused.
bool is_refused(const Conversion &conversion) {
  return conversion.has_ended ||
         gst_pad_get_last_flow_return(conversion.converted.get()) == GST_FLOW_EOS;
}

gboolean handle_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  const auto type = GST_EVENT_TYPE(event);
  if (type == GST_EVENT_EOS && is_refused(of(pad))) {
    GST_DEBUG_OBJECT(parent, "EOS of an input that has ended: ignored");
    gst_event_unref(event);
    return TRUE;
  }
  if (type == GST_EVENT_STREAM_START || type == GST_EVENT_FLUSH_STOP) of(pad).has_ended = false;
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps *caps = nullptr;
    gst_event_parse_caps(event, &caps);
    const int channels = unpositioned_channels(caps);
    GST_DEBUG_OBJECT(parent, "input %" GST_PTR_FORMAT "%s", caps,
                     channels > 0 ? ": all channels are mixed in equal parts" : "");
    set_mix_matrix(of(pad).convert.get(), channels);
    if (channels > 0) event = with_mask(event, caps);
  }
  return gst_pad_event_default(pad, parent, event);
}

/// A hole in the timestamps is silence, and no mistake. audioresample would warn about it, unless
/// the buffer is flagged.
GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  auto &end = of(pad).end;
  const auto start = GST_BUFFER_PTS(buffer);
  const bool is_known = GST_CLOCK_TIME_IS_VALID(start) && GST_CLOCK_TIME_IS_VALID(end);
  if (is_known && std::max(start, end) - std::min(start, end) > tolerated_hole) {
    buffer = gst_buffer_make_writable(buffer);
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  }
  const bool has_end = GST_CLOCK_TIME_IS_VALID(start) && GST_BUFFER_DURATION_IS_VALID(buffer);
  end = has_end ? start + GST_BUFFER_DURATION(buffer) : GST_CLOCK_TIME_NONE;
  return gst_proxy_pad_chain_default(pad, parent, buffer);
}

/// audioconvert takes lists apart as well.
GstFlowReturn chain_list(GstPad *pad, GstObject *parent, GstBufferList *list) {
  auto flow = GST_FLOW_OK;
  for (guint i = 0; i < gst_buffer_list_length(list) && flow == GST_FLOW_OK; ++i)
    flow = chain(pad, parent, gst_buffer_ref(gst_buffer_list_get(list, i)));
  gst_buffer_list_unref(list);
  return flow;
}

gboolean handle_query(GstPad *pad, GstObject *parent, GstQuery *query) {
  auto *accepted = of(pad).accepted.get();
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS: {
      GstCaps *filter = nullptr;
      gst_query_parse_caps(query, &filter);
      const CapsPtr result(filter
                               ? gst_caps_intersect_full(filter, accepted, GST_CAPS_INTERSECT_FIRST)
                               : gst_caps_ref(accepted));
      gst_query_set_caps_result(query, result.get());
      return TRUE;
    }
    case GST_QUERY_ACCEPT_CAPS: {
      GstCaps *caps = nullptr;
      gst_query_parse_accept_caps(query, &caps);
      gst_query_set_accept_caps_result(query, gst_caps_is_subset(caps, accepted));
      return TRUE;
    }
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

}  // namespace

const char *add(GstBin *bin, GstElement *sink) {
  constexpr std::array factories = {"audioconvert", "audioresample", "capsfilter"};
  std::array<ElementPtr, factories.size()> chain;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    auto *made = gst_element_factory_make(factories[i], names[i]);
    if (!made) return factories[i];
    chain[i].reset(GST_ELEMENT(gst_object_ref_sink(made)));
  }
  gst_util_set_object_arg(G_OBJECT(chain.back().get()), "caps",
                          "audio/x-raw, format=S16LE, rate=16000, channels=1, layout=interleaved");
  for (const auto &element : chain)
    gst_bin_add(bin, element.get());
  gst_element_link_many(chain[0].get(), chain[1].get(), chain[2].get(), sink, nullptr);
  return nullptr;
}

GstPad *make_pad(GstBin *bin, GstStaticPadTemplate &pad_template) {
  auto conversion = std::make_unique<Conversion>();
  conversion->convert.reset(gst_bin_get_by_name(bin, names[0]));
  const PadPtr target(gst_element_get_static_pad(conversion->convert.get(), "sink"));
  conversion->accepted = accepted_by(target.get());
  const ElementPtr resample(gst_bin_get_by_name(bin, names[1]));
  conversion->converted.reset(gst_element_get_static_pad(resample.get(), "src"));
  const ObjectPtr<GstPadTemplate> made(gst_static_pad_template_get(&pad_template));
  auto *pad = gst_ghost_pad_new_from_template(pad_template.name_template, target.get(), made.get());
  g_object_set_qdata_full(G_OBJECT(pad), quark(), conversion.release(),
                          [](gpointer data) { delete static_cast<Conversion *>(data); });
  gst_pad_set_chain_function(pad, chain);
  gst_pad_set_chain_list_function(pad, chain_list);
  gst_pad_set_event_function(pad, handle_event);
  gst_pad_set_query_function(pad, handle_query);
  return pad;
}

void end_input(GstPad *pad) {
  of(pad).has_ended = true;
}

}  // namespace gemlive::audio_conversion
