// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>
#include <string_view>
#include <vector>

#include "gst_ptr.hpp"

namespace gemlive {

/// The topmost parent of an element. Elements with the same one share a bus. For comparing only.
/// Any thread.
const void *top_parent(GstElement *element);

/// Whether the factory `factory` made the object. Null: no. Any thread.
bool is_made_by(gpointer object, std::string_view factory);

/// The elements of `element`'s pipeline that the factory `factory` made. Any thread.
std::vector<ElementPtr> find_elements(GstElement *element, const char *factory);

/// "element:pad" of a sink for the user: its own pad, or that of the `gemlive` that contains it.
/// Any thread.
std::string input_name(GstElement *sink);

/// Whether the output of `from` leads to `to`, through any elements. Any thread.
bool leads_to(GstElement *from, GstElement *to);

}  // namespace gemlive
