// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GST_TYPE_GEMLIVE_SINK (gst_gemlive_sink_get_type())
G_DECLARE_FINAL_TYPE(GstGemliveSink, gst_gemlive_sink, GST, GEMLIVE_SINK, GstBaseSink)
GST_ELEMENT_REGISTER_DECLARE(gemlivesink)

G_END_DECLS
