// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

namespace gemlive::web {

/// What the page is told about a bus message, as JSON; empty: nothing. Neither secrets nor what the
/// service says about errors.
std::string page_event(GstMessage *message);

}  // namespace gemlive::web
