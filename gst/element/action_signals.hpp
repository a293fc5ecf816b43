// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

namespace gemlive::action_signals {

/// Installs the action signals (docs/messages.md). In class_init. The signals act on the
/// conversation of the element, on the thread that emits them, which can be any. Without a
/// conversation they return FALSE, or do nothing.
void install(GObjectClass *klass);

}  // namespace gemlive::action_signals
