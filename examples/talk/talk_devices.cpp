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
  for (auto *device : {microphone_.get(), loudspeaker_.get()})
    if (device && device->owns(message)) return device;
  return nullptr;
}

/// Its other warnings are of no use: such as those of a sound system that was tried.
void Talk::handle_device(DevicePart &device, GstMessage *message) {
  if (device.is_loss(message)) return lose(device);
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_APPLICATION) return;
  const auto side = static_cast<int>(device.side());
  has_worked_[side] = true;
  if (device.side() == Side::Output) clock_.follow(device.clock());
  if (std::exchange(is_waiting_[side], false)) {
    keep_event(
        gst_structure_new("talk/device-back", "device", G_TYPE_STRING, device.noun(), nullptr));
    view_->note(std::string("The ") + device.noun() + " is back.");
  }
  tell_choice(device);
}

/// A device that never worked is not there. One that did may come back.
void Talk::lose(DevicePart &device) {
  const auto side = static_cast<int>(device.side());
  if (device.side() == Side::Output) clock_.follow(nullptr);
  device.disconnect();
  const std::string noun = device.noun();
  if (!has_worked_[side]) {
    const char *option = device.side() == Side::Input ? "--input" : "--output";
    fail("There is no " + noun + " that works.", std::string("Connect one, or name a file: ") +
                                                     option +
                                                     " FILE. gemlive-talk --list-devices "
                                                     "shows the devices.");
    return end();
  }
  if (std::exchange(is_waiting_[side], true)) return;
  keep_event(gst_structure_new("warning", "text", G_TYPE_STRING,
                               ("The " + noun + " is gone").c_str(), nullptr));
  view_->note("The " + noun + " is gone. The conversation goes on: connect it again, or another.");
}

/// A sound server that loses a device can go on with another, and a user can choose another there.
void Talk::tell_choice(DevicePart &device) {
  const auto side = static_cast<int>(device.side());
  if (!has_worked_[side] || is_waiting_[side]) return;
  const auto current = device.current_device();
  if (current.empty()) return;
  const auto before = std::exchange(current_device_[side], current);
  if (before.empty() || before == current) return;
  const auto name = places_.devices->name_of(device.side(), current);
  keep_event(gst_structure_new("talk/device-changed", "device", G_TYPE_STRING, device.noun(),
                               "name", G_TYPE_STRING, name.c_str(), nullptr));
  view_->note(std::string("The ") + device.noun() + " is now " + name + '.');
}

/// A device that is there again, but takes or gives nothing, is connected anew.
void Talk::look_after_devices() {
  each_device([this](DevicePart &device) {
    tell_choice(device);
    const auto side = static_cast<int>(device.side());
    const bool is_stuck = is_waiting_[side] && ticks_ - connected_[side] >= stuck_ticks;
    if (is_over_ || (device.is_there() && !is_stuck)) return;
    connected_[side] = ticks_;
    if (!device.connect()) device.disconnect();
  });
}

void Talk::each_device(const std::function<void(DevicePart &)> &act) {
  if (microphone_) act(*microphone_);
  if (loudspeaker_) act(*loudspeaker_);
}

}  // namespace gemlive::talk
