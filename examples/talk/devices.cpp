// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "devices.hpp"

#include <utility>
#include <vector>

namespace gemlive::talk {
namespace {

struct Named {
  GstPtr<GstDevice> device = {};
  std::string name = {};
};

std::vector<Named> devices_of(GstDeviceMonitor *monitor, Side side) {
  const char *wanted = side == Side::Input ? "Audio/Source" : "Audio/Sink";
  std::vector<Named> found;
  GList *all = gst_device_monitor_get_devices(monitor);
  for (GList *item = all; item; item = item->next) {
    GstPtr<GstDevice> device(GST_DEVICE(item->data));
    if (!gst_device_has_classes(device.get(), wanted)) continue;
    const StrPtr name(gst_device_get_display_name(device.get()));
    found.push_back({std::move(device), name.get()});
  }
  g_list_free(all);
  return found;
}

std::string folded(const std::string &text) {
  return StrPtr(g_utf8_casefold(text.c_str(), -1)).get();
}

}  // namespace

Devices::Devices() : monitor_(gst_device_monitor_new()) {
  gst_device_monitor_add_filter(monitor_.get(), "Audio/Source", nullptr);
  gst_device_monitor_add_filter(monitor_.get(), "Audio/Sink", nullptr);
  gst_device_monitor_start(monitor_.get());
}

Devices::~Devices() {
  if (watch_) g_source_remove(watch_);
  gst_device_monitor_stop(monitor_.get());
}

std::string Devices::list() const {
  std::string text;
  for (const auto side : {Side::Input, Side::Output}) {
    text += side == Side::Input ? "--input:\n" : "--output:\n";
    const auto found = devices_of(monitor_.get(), side);
    for (const auto &item : found)
      text += "  " + item.name + '\n';
    if (found.empty()) text += "  (none)\n";
  }
  return text;
}

GstPtr<GstDevice> Devices::find(Side side, const std::string &name) const {
  // Two sound systems can have the same device: PipeWire also speaks as PulseAudio.
  Named part;
  bool is_unique = true;
  for (auto &item : devices_of(monitor_.get(), side)) {
    if (item.name == name) return std::move(item.device);
    if (folded(item.name).find(folded(name)) == std::string::npos) continue;
    is_unique = is_unique && (!part.device || part.name == item.name);
    if (!part.device) part = std::move(item);
  }
  return is_unique ? std::move(part.device) : nullptr;
}

std::string Devices::name_of(Side side, const std::string &internal) const {
  for (const auto &item : devices_of(monitor_.get(), side)) {
    auto *device = G_OBJECT(item.device.get());
    if (!g_object_class_find_property(G_OBJECT_GET_CLASS(device), "internal-name")) continue;
    char *text = nullptr;
    g_object_get(device, "internal-name", &text, nullptr);
    if (StrPtr owner(text); text && internal == text) return item.name;
  }
  return internal;
}

void Devices::watch(std::function<void()> changed) {
  changed_ = std::move(changed);
  const GstPtr<GstBus> bus(gst_device_monitor_get_bus(monitor_.get()));
  if (!watch_) watch_ = gst_bus_add_watch(bus.get(), on_message, this);
}

gboolean Devices::on_message(GstBus *, GstMessage *message, gpointer self) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_DEVICE_ADDED ||
      GST_MESSAGE_TYPE(message) == GST_MESSAGE_DEVICE_REMOVED)
    static_cast<Devices *>(self)->changed_();
  return G_SOURCE_CONTINUE;
}

}  // namespace gemlive::talk
