// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "categories.hpp"
#include "core_log.hpp"
#include "gstgemlive.hpp"
#include "gstgemlivesink.hpp"
#include "gstgemlivesrc.hpp"
#include "properties.hpp"

#define PACKAGE "gemlive"

static gboolean plugin_init(GstPlugin *plugin) {
  gemlive::categories::init();
  gemlive::core_log();  // registers the debug categories of the core
  gemlive::properties::register_types();
  gboolean registered = GST_ELEMENT_REGISTER(gemlive, plugin);
  registered |= GST_ELEMENT_REGISTER(gemlivesink, plugin);
  registered |= GST_ELEMENT_REGISTER(gemlivesrc, plugin);
  return registered;
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, gemlive,
                  "Conversations with Google Gemini Live models", plugin_init, GEMLIVE_VERSION,
                  "LGPL", "gemlive", "https://ai.google.dev/gemini-api/docs/live")
