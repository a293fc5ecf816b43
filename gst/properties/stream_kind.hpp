// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "config.hpp"
#include "gst_ptr.hpp"
#include "output_streams.hpp"
#include "properties.hpp"

// Settings, core stream and caps of a stream kind. Any thread.

namespace gemlive {

using properties::StreamKind;

/// A transcript stream switches its transcription on.
inline Config required_settings(StreamKind kind) {
  Config config;
  if (kind == StreamKind::input_transcript) config.input_transcription.set(true);
  if (kind == StreamKind::output_transcript) config.output_transcription.set(true);
  return config;
}

inline OutputStream &select_stream(OutputStreams &streams, StreamKind kind) {
  switch (kind) {
    case StreamKind::audio:
      return streams.audio;
    case StreamKind::input_transcript:
      return streams.input_transcript;
    case StreamKind::output_transcript:
      return streams.output_transcript;
    case StreamKind::text:
      break;
  }
  return streams.text;
}

inline const char *nick_of(StreamKind kind) {
  switch (kind) {
    case StreamKind::audio:
      return "audio";
    case StreamKind::input_transcript:
      return "input-transcript";
    case StreamKind::output_transcript:
      return "output-transcript";
    case StreamKind::text:
      break;
  }
  return "text";
}

inline CapsPtr caps_of(StreamKind kind, int rate) {
  if (kind != StreamKind::audio)
    return CapsPtr(gst_caps_new_simple("text/x-raw", "format", G_TYPE_STRING, "utf8", nullptr));
  return CapsPtr(gst_caps_new_simple("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "layout",
                                     G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, rate,
                                     "channels", G_TYPE_INT, 1, nullptr));
}

}  // namespace gemlive
