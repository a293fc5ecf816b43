// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>

#include "handle.hpp"

namespace gemlive::talk {

enum class Side { Input, Output };

/// The microphones and loudspeakers of this machine. Main thread.
class Devices {
 public:
  Devices();
  ~Devices();
  Devices(const Devices &) = delete;
  Devices &operator=(const Devices &) = delete;

  /// A line for each name that --input and --output take.
  std::string list() const;
  /// A device by its name, or by a part of it that no other name has. Empty: none, or several.
  GstPtr<GstDevice> find(Side side, const std::string &name) const;
  /// The name for the user of a device that the sound server calls `internal`.
  std::string name_of(Side side, const std::string &internal) const;
  /// Calls `changed` when a device came or went.
  void watch(std::function<void()> changed);

 private:
  static gboolean on_message(GstBus *, GstMessage *message, gpointer self);

  GstPtr<GstDeviceMonitor> monitor_;
  std::function<void()> changed_;
  guint watch_ = 0;
};

}  // namespace gemlive::talk
