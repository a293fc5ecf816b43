// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

/// What the peer of a sink pad and the elements before it are. Upstream's streaming thread.
namespace gemlive::upstream {

/// By the LATENCY query. Certain only when a segment has arrived.
bool is_live(GstPad *sink_pad);
/// A file: its bytes can be seeked.
bool is_file(GstPad *sink_pad);
/// The source is an appsrc, which pushes the buffers of the application.
bool is_appsrc(GstPad *sink_pad);

}  // namespace gemlive::upstream
