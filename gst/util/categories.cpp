// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "categories.hpp"

namespace gemlive::categories {

GstDebugCategory *element = nullptr;
GstDebugCategory *input = nullptr;
GstDebugCategory *playout = nullptr;

void init() {
  GST_DEBUG_CATEGORY_INIT(element, "gemlive", 0, "Gemini Live: elements");
  GST_DEBUG_CATEGORY_INIT(input, "gemlive-input", 0, "Gemini Live: input of gemlivesink");
  GST_DEBUG_CATEGORY_INIT(playout, "gemlive-playout", 0, "Gemini Live: output of gemlivesrc");
}

}  // namespace gemlive::categories
