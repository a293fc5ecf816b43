// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include "frame_guard.hpp"
#include "glib_ptr.hpp"

namespace gemlive {

/// `base`, but its input comes in bounded portions: after at most 64 KiB one read says "would
/// block", so that a reader who reads until then (libsoup's WebSocket) gives the main loop its turn
/// however fast the server sends, and memory and time of one turn are bounded. FrameGuard sees
/// every byte first; behind what it does not admit there is only an error. `records`: `base` gives
/// one record at a time (TLS). Closing it closes `base`.
ObjectPtr<GIOStream> make_governed_stream(GIOStream *base, bool records);

/// Why the input of a governed stream ended in an error, if it was for FrameGuard.
FrameGuard::Verdict governed_stream_verdict(GIOStream *governed);

}  // namespace gemlive
