// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <span>
#include <string>
#include <string_view>

#include "config.hpp"

namespace gemlive {

/// A request pad of `gemlive`. The inner element is a gemlivesink, or a gemlivesrc with that
/// stream.
struct RequestPad {
  GstStaticPadTemplate pad_template;
  const char *stream = nullptr;                    // nick
  Setting<bool> Config::*transcription = nullptr;  // the setting that this stream needs

  const char *name() const { return pad_template.name_template; }
  /// Of the inner element: "gemlive-video-sink".
  std::string element_name() const;
  bool is_input() const { return pad_template.direction == GST_PAD_SINK; }
};

/// All of them. Any thread.
std::span<RequestPad> request_pads();
/// Null if there is none with this name. Any thread.
RequestPad *find_request_pad(std::string_view name);

}  // namespace gemlive
