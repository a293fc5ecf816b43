// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "conversation.hpp"

namespace gemlive {

/// Returns a new structure gemlive/stats (docs/properties.md). The caller owns it. Any thread.
GstStructure *to_structure(const Stats &stats);

}  // namespace gemlive
