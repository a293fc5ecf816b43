// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "device_part.hpp"

#include <algorithm>
#include <utility>

#include "capture_times.hpp"

namespace gemlive::talk {
namespace {

constexpr auto original_chain = "talk-chain";
constexpr auto original_event = "talk-event";

constexpr auto side_to_report = "talk-side";

/// For a pad of a device: it has got, or has taken, a buffer. On the streaming thread.
void report_once(GstPad *pad) {
  const auto side = GPOINTER_TO_INT(g_object_steal_data(G_OBJECT(pad), side_to_report));
  if (side == 0) return;
  const GstPtr<GstElement> element(gst_pad_get_parent_element(pad));
  gst_element_post_message(
      element.get(), gst_message_new_application(GST_OBJECT(element.get()),
                                                 gst_structure_new("talk/device-works", "side",
                                                                   G_TYPE_INT, side - 1, nullptr)));
}

GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  const auto original =
      reinterpret_cast<GstPadChainFunction>(g_object_get_data(G_OBJECT(pad), original_chain));
  const auto flow = original(pad, parent, buffer);
  if (flow == GST_FLOW_OK) report_once(pad);
  return GST_FLOW_OK;
}

gboolean event(GstPad *pad, GstObject *parent, GstEvent *item) {
  const auto original =
      reinterpret_cast<GstPadEventFunction>(g_object_get_data(G_OBJECT(pad), original_event));
  original(pad, parent, item);
  return TRUE;
}

/// Any audio is taken, as the part converts it. A device that is not there cannot say so.
GstPadProbeReturn answer_caps(GstPad *, GstPadProbeInfo *info, gpointer) {
  auto *query = GST_PAD_PROBE_INFO_QUERY(info);
  if (GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS) {
    gst_query_set_accept_caps_result(query, TRUE);
    return GST_PAD_PROBE_HANDLED;
  }
  if (GST_QUERY_TYPE(query) != GST_QUERY_CAPS) return GST_PAD_PROBE_OK;
  GstCaps *filter = nullptr;
  gst_query_parse_caps(query, &filter);
  auto *caps = gst_caps_new_empty_simple("audio/x-raw");
  if (filter) {
    auto *common = gst_caps_intersect_full(filter, caps, GST_CAPS_INTERSECT_FIRST);
    gst_caps_replace(&caps, common);
    gst_caps_unref(common);
  }
  gst_query_set_caps_result(query, caps);
  gst_caps_unref(caps);
  return GST_PAD_PROBE_HANDLED;
}

GstPadProbeReturn on_input_buffer(GstPad *pad, GstPadProbeInfo *, gpointer) {
  report_once(pad);
  return GST_PAD_PROBE_REMOVE;
}

GstPadProbeReturn correct_times(GstPad *pad, GstPadProbeInfo *info, gpointer capture_times) {
  const GstPtr<GstElement> device(gst_pad_get_parent_element(pad));
  auto *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  const auto now = gst_element_get_current_running_time(device.get());
  const auto start = GST_BUFFER_PTS(buffer), duration = GST_BUFFER_DURATION(buffer);
  if (!GST_CLOCK_TIME_IS_VALID(now) || !GST_CLOCK_TIME_IS_VALID(start) ||
      !GST_CLOCK_TIME_IS_VALID(duration))
    return GST_PAD_PROBE_OK;
  auto &times = *static_cast<CaptureTimes *>(capture_times);
  const auto before = times.correction();
  const auto correction = times.correction(start + duration, now);
  if (correction == 0 && before == 0) return GST_PAD_PROBE_OK;
  buffer = gst_buffer_make_writable(buffer);
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  const auto corrected = static_cast<GstClockTimeDiff>(start) + correction;
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(std::max<GstClockTimeDiff>(corrected, 0));
  if (correction != before) {
    GST_DEBUG("the microphone is moved by %" GST_STIME_FORMAT, GST_STIME_ARGS(correction - before));
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  }
  return GST_PAD_PROBE_OK;
}

/// A source that fails sends an end of stream. It is not the end of the conversation.
GstPadProbeReturn on_input_event(GstPad *, GstPadProbeInfo *info, gpointer) {
  const bool is_eos = GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS;
  return is_eos ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/// No preroll: the pipeline must not wait for a device that comes back. A sink does not jump by
/// itself, and where it is to play at another place (PipelineClock), it does so at once. A source
/// keeps what comes while the program is not run: what it cannot hold is lost, and its times are
/// wrong then (CaptureTimes).
void on_element(GstBin *, GstBin *, GstElement *element, gpointer) {
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), "async") &&
      GST_OBJECT_FLAG_IS_SET(element, GST_ELEMENT_FLAG_SINK) && !GST_IS_BIN(element))
    g_object_set(element, "async", FALSE, nullptr);
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), "discont-wait"))
    g_object_set(element, "discont-wait", guint64{100 * GST_MSECOND}, nullptr);
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), "drift-tolerance"))
    g_object_set(element, "drift-tolerance", gint64{3600000000}, nullptr);  // µs
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), "buffer-time") &&
      GST_OBJECT_FLAG_IS_SET(element, GST_ELEMENT_FLAG_SOURCE) && !GST_IS_BIN(element))
    g_object_set(element, "buffer-time", gint64{2000000}, nullptr);  // µs
}

}  // namespace

void ignore_failures(GstPad *pad) {
  auto *object = G_OBJECT(pad);
  g_object_set_data(object, original_chain, reinterpret_cast<gpointer>(GST_PAD_CHAINFUNC(pad)));
  g_object_set_data(object, original_event, reinterpret_cast<gpointer>(GST_PAD_EVENTFUNC(pad)));
  gst_pad_set_chain_function(pad, chain);
  gst_pad_set_event_function(pad, event);
}

DevicePart::DevicePart(Side side, GstElement *pipeline, GstElement *neighbour,
                       std::shared_ptr<Devices> devices, std::string name)
    : side_(side),
      pipeline_(pipeline),
      neighbour_(neighbour),
      devices_(std::move(devices)),
      name_(std::move(name)) {
  // Of the output, too: a queue in front of it would stop for ever.
  const GstPtr<GstPad> sink(gst_element_get_static_pad(neighbour_, "sink"));
  ignore_failures(sink.get());
}

GstElement *DevicePart::make_device() const {
  if (name_.empty())
    return gst_element_factory_make(side_ == Side::Input ? "autoaudiosrc" : "autoaudiosink",
                                    nullptr);
  const auto device = devices_->find(side_, name_);
  return device ? gst_device_create_element(device.get(), nullptr) : nullptr;
}

GstElement *DevicePart::make_part() const {
  auto *device = make_device();
  if (!device) return nullptr;
  auto *bin = side_ == Side::Input
                  ? gst_bin_new(nullptr)
                  : gst_parse_bin_from_description(
                        "audioconvert name=first ! audioresample name=last", FALSE, nullptr);
  g_signal_connect(bin, "deep-element-added", G_CALLBACK(on_element), nullptr);
  gst_bin_add(GST_BIN(bin), device);
  GstPtr<GstPad> inner;
  if (side_ == Side::Input) {
    inner.reset(gst_element_get_static_pad(device, "src"));
  } else {
    const GstPtr<GstElement> first(gst_bin_get_by_name(GST_BIN(bin), "first"));
    const GstPtr<GstElement> last(gst_bin_get_by_name(GST_BIN(bin), "last"));
    gst_element_link(last.get(), device);
    inner.reset(gst_element_get_static_pad(first.get(), "sink"));
  }
  auto *ghost = gst_ghost_pad_new(side_ == Side::Input ? "src" : "sink", inner.get());
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(bin, ghost);
  return bin;
}

bool DevicePart::connect() {
  disconnect();
  part_ = make_part();
  if (!part_) return false;
  gst_bin_add(GST_BIN(pipeline_), part_);
  link();
  return gst_element_sync_state_with_parent(part_);
}

void DevicePart::link() {
  const char *name = side_ == Side::Input ? "src" : "sink";
  const GstPtr<GstPad> pad(gst_element_get_static_pad(part_, name));
  g_object_set_data(G_OBJECT(pad.get()), side_to_report,
                    GINT_TO_POINTER(static_cast<int>(side_) + 1));
  if (side_ == Side::Input) {
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_input_buffer, nullptr, nullptr);
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, correct_times, new CaptureTimes,
                      [](gpointer times) { delete static_cast<CaptureTimes *>(times); });
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_input_event, nullptr,
                      nullptr);
    const GstPtr<GstPad> sink(gst_element_get_static_pad(neighbour_, "sink"));
    gst_pad_link(pad.get(), sink.get());
  } else {
    ignore_failures(pad.get());
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer_caps, nullptr,
                      nullptr);
    tee_pad_.reset(gst_element_request_pad_simple(neighbour_, "src_%u"));
    gst_pad_link(tee_pad_.get(), pad.get());
  }
}

void DevicePart::disconnect() {
  if (!part_) return;
  auto *part = std::exchange(part_, nullptr);
  gst_element_set_locked_state(part, TRUE);
  gst_element_set_state(part, GST_STATE_NULL);
  if (tee_pad_) gst_element_release_request_pad(neighbour_, tee_pad_.get());
  tee_pad_.reset();
  gst_bin_remove(GST_BIN(pipeline_), part);
}

std::string DevicePart::current_device() const {
  std::string name;
  if (!part_) return name;
  const Handle<GstIterator, gst_iterator_free> elements(gst_bin_iterate_recurse(GST_BIN(part_)));
  const auto find_name = [](const GValue *item, gpointer found) {
    auto *element = G_OBJECT(g_value_get_object(item));
    if (!g_object_class_find_property(G_OBJECT_GET_CLASS(element), "current-device")) return;
    char *text = nullptr;
    g_object_get(element, "current-device", &text, nullptr);
    const StrPtr owner(text);
    if (text) *static_cast<std::string *>(found) = text;
  };
  gst_iterator_foreach(elements.get(), find_name, &name);
  return name;
}

GstPtr<GstClock> DevicePart::clock() const {
  return GstPtr<GstClock>(part_ ? gst_element_provide_clock(part_) : nullptr);
}

bool DevicePart::owns(GstMessage *message) const {
  return part_ && gst_object_has_as_ancestor(GST_MESSAGE_SRC(message), GST_OBJECT(part_));
}

bool DevicePart::is_loss(GstMessage *message) const {
  if (!owns(message)) return false;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) return true;
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_WARNING) return false;
  // The warning of autoaudiosrc or autoaudiosink itself: it found nothing, and takes a fake.
  return name_.empty() && GST_OBJECT_PARENT(GST_MESSAGE_SRC(message)) == GST_OBJECT(part_);
}

}  // namespace gemlive::talk
