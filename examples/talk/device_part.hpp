// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "devices.hpp"

namespace gemlive::talk {

/// Whatever happens behind a sink pad: its peer sees no error. Before data flows.
void ignore_failures(GstPad *pad);

/// The part of a pipeline that is a device. It can go, and come back, while the rest goes on. It
/// posts the APPLICATION message "talk/device-works" (side: int) with its first buffer. Main
/// thread.
class DevicePart {
 public:
  /// `neighbour` is the element of the pipeline that follows the microphone, or the tee in front of
  /// the loudspeaker. `name`: as of --list-devices; empty: the default device.
  DevicePart(Side side, GstElement *pipeline, GstElement *neighbour,
             std::shared_ptr<Devices> devices, std::string name);
  DevicePart(const DevicePart &) = delete;
  DevicePart &operator=(const DevicePart &) = delete;

  /// What the conversation knows of it.
  struct History {
    bool has_worked = false;
    bool is_waiting = false;   // it is gone
    std::string current = {};  // current_device()
    unsigned connected = 0;    // tick of the last attempt
  };
  History history = {};

  Side side() const { return side_; }
  const char *noun() const { return side_ == Side::Input ? "microphone" : "loudspeaker"; }
  bool is_there() const { return part_ != nullptr; }
  /// The device that the sound server uses for this part, by the server's name. Empty: not known.
  /// Only while the part works.
  std::string current_device() const;
  /// The clock that the device provides. Null: none, or not yet.
  GstPtr<GstClock> clock() const;
  /// Adds the device to the pipeline, in its state. False: there is none.
  bool connect();
  /// Takes it out of the pipeline.
  void disconnect();
  bool owns(GstMessage *message) const;
  /// Whether this ERROR or WARNING means that the device is gone, or that there was none.
  bool is_loss(GstMessage *message) const;

 private:
  GstElement *make_device() const;
  GstElement *make_part() const;
  void link();

  Side side_;
  GstElement *pipeline_;
  GstElement *neighbour_;
  std::shared_ptr<Devices> devices_;
  std::string name_;
  GstElement *part_ = nullptr;  // of the pipeline
  GstPtr<GstPad> tee_pad_ = {};
};

}  // namespace gemlive::talk
