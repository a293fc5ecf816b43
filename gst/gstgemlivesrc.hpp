// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_GEMLIVE_SRC (gst_gemlive_src_get_type())
G_DECLARE_FINAL_TYPE(GstGemliveSrc, gst_gemlive_src, GST, GEMLIVE_SRC, GstPushSrc)
GST_ELEMENT_REGISTER_DECLARE(gemlivesrc)

G_END_DECLS
