// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_GEMLIVE (gst_gemlive_get_type())
G_DECLARE_FINAL_TYPE(GstGemlive, gst_gemlive, GST, GEMLIVE, GstBin)
GST_ELEMENT_REGISTER_DECLARE(gemlive)

G_END_DECLS
