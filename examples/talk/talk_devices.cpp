// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A conversation's devices, which go and come.

#include <utility>

#include "talk.hpp"

namespace gemlive::talk {
namespace {

constexpr unsigned stuck_ticks = 20;

}  // namespace

void Talk::connect(DevicePart &device) {
  if (!device.connect()) lose(device);
}

DevicePart *Talk::device_of(GstMessage *message) {
  for (auto &device : devices_)
    if (device->owns(message)) return device.get();
  return nullptr;
}

/// Its other warnings are of no use: such as those of a sound system that was tried.
void Talk::handle_device(DevicePart &device, GstMessage *message) {
  if (device.is_loss(message)) return lose(device);
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_APPLICATION) return;
  device.history.has_worked = true;
  if (device.side() == Side::Output) clock_.follow(device.clock());
  if (std::exchange(device.history.is_waiting, false)) {
    keep_event(
        gst_structure_new("talk/device-back", "device", G_TYPE_STRING, device.noun(), nullptr));
    view_->note(std::string("The ") + device.noun() + " is back.");
  }
  tell_choice(device);
}

/// A device that never worked is not there. One that did may come back.
void Talk::lose(DevicePart &device) {
  if (device.side() == Side::Output) clock_.follow(nullptr);
  device.disconnect();
  const std::string noun = device.noun();
  if (!device.history.has_worked) {
    const char *option = device.side() == Side::Input ? "--input" : "--output";
    fail("There is no " + noun + " that works.", std::string("Connect one, or name a file: ") +
                                                     option +
                                                     " FILE. gemlive-talk --list-devices "
                                                     "shows the devices.");
    return end();
  }
  if (std::exchange(device.history.is_waiting, true)) return;
  keep_event(gst_structure_new("warning", "text", G_TYPE_STRING,
                               ("The " + noun + " is gone").c_str(), nullptr));
  view_->note("The " + noun + " is gone. The conversation goes on: connect it again, or another.");
}

/// A sound server that loses a device can go on with another, and a user can choose another there.
void Talk::tell_choice(DevicePart &device) {
  if (!device.history.has_worked || device.history.is_waiting) return;
  const auto current = device.current_device();
  if (current.empty()) return;
  const auto before = std::exchange(device.history.current, current);
  if (before.empty() || before == current) return;
  const auto name = places_.devices->name_of(device.side(), current);
  keep_event(gst_structure_new("talk/device-changed", "device", G_TYPE_STRING, device.noun(),
                               "name", G_TYPE_STRING, name.c_str(), nullptr));
  view_->note(std::string("The ") + device.noun() + " is now " + name + '.');
}

/// A device that is there again, but takes or gives nothing, is connected anew.
void Talk::look_after_devices() {
  for (auto &device : devices_) {
    tell_choice(*device);
    auto &history = device->history;
    const bool is_stuck = history.is_waiting && ticks_ - history.connected >= stuck_ticks;
    if (is_over_ || (device->is_there() && !is_stuck)) continue;
    history.connected = ticks_;
    if (!device->connect()) device->disconnect();
  }
}

}  // namespace gemlive::talk
