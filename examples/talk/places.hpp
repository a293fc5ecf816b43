// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string>

#include "devices.hpp"
#include "options.hpp"

namespace gemlive::talk {

enum class Place { Device, File, Pipe, Typed };

/// Where the sound comes from and goes to.
struct Places {
  Place input = Place::Device;
  Place output = Place::Device;
  std::shared_ptr<Devices> devices = {};  // if one of them is a device

  bool has_device() const { return input == Place::Device || output == Place::Device; }
  bool is_conversation() const { return input == Place::Device && output == Place::Device; }
};

/// Reads --input and --output. Throws Problem: a file is missing, a device is not known.
Places find_places(const Options &options);

/// The elements from the source to raw audio, for gst_parse_launch(); nothing for a device or a
/// typed line. May read the first bytes of the standard input, into `first_bytes`.
std::string describe_input(const Options &options, const Places &places, std::string &first_bytes);

/// The elements from raw audio to the sink "written"; nothing for a device.
std::string describe_output(const Options &options, const Places &places);

}  // namespace gemlive::talk
