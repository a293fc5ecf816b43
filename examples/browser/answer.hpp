// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include <string>

#include "handle.hpp"

namespace gemlive::web {

using DescriptionPtr = Handle<GstWebRTCSessionDescription, gst_webrtc_session_description_free>;

/// Parses a visitor's answer to this offer. nullptr: it does not accept all media of the offer,
/// with its codec and in its bundle. webrtcbin trusts answers: one that refuses the audio of a
/// bundle ends the process (1.22). The visitor's candidates are left out: the server would send
/// packets to whoever they name. The visitor sends to the server's, which tells where it is.
DescriptionPtr parse_answer(const std::string &offer, const std::string &answer);

}  // namespace gemlive::web
