// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "core_log.hpp"
#include "gstgemlive.hpp"
#include "gstgemlivesink.hpp"
#include "gstgemlivesrc.hpp"
#include "properties.hpp"

#define PACKAGE "gemlive"

static gboolean plugin_init(GstPlugin *plugin) {
  gemlive::core_log();  // registers its debug categories
  gemlive::properties::describe_types();
  gboolean registered = GST_ELEMENT_REGISTER(gemlive, plugin);
  registered |= GST_ELEMENT_REGISTER(gemlivesink, plugin);
  registered |= GST_ELEMENT_REGISTER(gemlivesrc, plugin);
  return registered;
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, gemlive,
                  "Google's Gemini Live API: speech in, speech out", plugin_init, GEMLIVE_VERSION,
                  "LGPL", "gemlive", "https://ai.google.dev/gemini-api/docs/live")
