// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>

namespace gemlive {

/// The topmost parent of an element: what hears the same bus has the same one. For comparing only.
const void *top_of(GstElement *element);

/// Calls for each gemlivesink of `element`'s pipeline that takes part in the conversation `session`
/// now. False when there is none. Any thread.
bool each_input(GstElement *element, const std::string &session,
                const std::function<void(GstElement *input)> &act);

/// Whether an element stands upstream of that pad where data begins. Any thread.
bool has_source(GstPad *sink_pad);

}  // namespace gemlive
