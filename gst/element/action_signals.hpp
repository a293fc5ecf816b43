// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

namespace gemlive::actions {

/// Installs the action signals: send-text, send-content, send-tool-response, activity-start,
/// activity-end, interrupt. They act on ConversationClient::of(element), on the thread that emits
/// them, which may be any.
void install(GObjectClass *klass);

}  // namespace gemlive::actions
