// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>
#include <utility>
#include <vector>

namespace gemlive::talk {

/// Sets properties that are written as text, as gst-launch-1.0 reads them. Throws Problem, which
/// names the property that is wrong. A value is never in it: it may be a secret.
void set_properties(GstElement *element,
                    const std::vector<std::pair<std::string, std::string>> &properties);

}  // namespace gemlive::talk
