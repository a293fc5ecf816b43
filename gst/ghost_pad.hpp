// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

namespace gemlive {

/// Makes a pad of `gemlive` for the pad "sink" or "src" of an inner element, as the template says.
/// An unlinked src pad drops its data.
GstPad *make_ghost_pad(GstStaticPadTemplate &pad_template, GstElement *inner);

}  // namespace gemlive
