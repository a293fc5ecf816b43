// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

/// The debug categories of gst/. A source file that logs defines GST_CAT_DEFAULT as one of them.
/// Usable on any thread after init().
namespace gemlive::categories {

extern GstDebugCategory *element;  // gemlive: elements, state changes, messages
extern GstDebugCategory *input;    // gemlive-input: from the sink pad into the conversation
extern GstDebugCategory *playout;  // gemlive-playout: from the conversation to the src pad

/// Registers them. When the plugin is loaded.
void init();

}  // namespace gemlive::categories
