// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

namespace gemlive::audio_conversion {

/// Adds audioconvert ! audioresample ! capsfilter to `bin`, in front of `sink`, which gets S16LE,
/// 16 kHz, mono. Returns the name of the factory that is not installed, or null.
const char *add(GstBin *bin, GstElement *sink);

/// Makes the ghost pad of the chain. It accepts any raw audio. Channels without positions
/// (channel-mask 0, as microphone arrays have) are all mixed in equal parts, since audioconvert
/// alone refuses them.
GstPad *make_pad(GstBin *bin, GstStaticPadTemplate &pad_template);

/// The application has ended the input: an EOS that follows on the pad is ignored. Any thread.
void end_input(GstPad *pad);

}  // namespace gemlive::audio_conversion
