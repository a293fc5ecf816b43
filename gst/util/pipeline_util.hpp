// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <vector>

#include "gst_ptr.hpp"

namespace gemlive {

/// The topmost parent of an element: what hears the same bus has the same one. For comparing only.
const void *top_of(GstElement *element);

/// The elements of `element`'s pipeline that the factory `factory` has made. Any thread.
std::vector<ElementPtr> elements_beside(GstElement *element, const char *factory);

/// Whether an element stands upstream of that pad where data begins. Any thread.
bool has_source(GstPad *sink_pad);

}  // namespace gemlive
