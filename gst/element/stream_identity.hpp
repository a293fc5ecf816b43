// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

namespace gemlive {

/// The id of a stream, which is the same on every run: of the name of the `gemlive` that contains
/// the source, or of the session, and of the stream. Any thread.
std::string stream_id(GstElement *source, const std::string &session, const char *stream);

/// The group id for a conversation's streams in the pipeline of `source`: that of the input, if its
/// STREAM_START has arrived, or a new one. Any thread.
guint propose_group(GstElement *source, const std::string &session);

}  // namespace gemlive
