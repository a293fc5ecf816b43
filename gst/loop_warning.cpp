// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "loop_warning.hpp"

#include "pipeline_util.hpp"

namespace gemlive {

void LoopWarning::watch(GstPad *sink_pad) {
  const auto check = [](GstPad *, GstPadProbeInfo *info, gpointer self) {
    if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_STREAM_START)
      static_cast<LoopWarning *>(self)->check();
    return GST_PAD_PROBE_OK;
  };
  gst_pad_add_probe(sink_pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, check, this, nullptr);
}

void LoopWarning::check() {
  if (has_warned_ || !leads_to(bin_, bin_) || has_warned_.exchange(true)) return;
  GST_ELEMENT_WARNING(bin_, CORE, PAD,
                      ("The output leads back to the input, and state changes of such a pipeline "
                       "can hang: use gemlivesink and gemlivesrc with one session in place of "
                       "gemlive"),
                      (nullptr));
}

}  // namespace gemlive
