// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

#include "handle.hpp"
#include "options.hpp"
#include "places.hpp"

namespace gemlive::talk {

/// How the parts of the pipeline work together.
struct Plan {
  bool is_real_time = true;  // pacing=clock
  bool cancels_echo = false;
  bool records = false;
};

/// Throws Problem for options that exclude each other.
Plan make_plan(const Options &options, const Places &places);

/// The pipeline without its devices. Its elements:
///   gemlive
///   mute          a valve behind the microphone
///   user-level, model-level
///   heard         the tee in front of the loudspeaker
///   user-words, model-words          fakesinks of text
///   record-user, record-model        fakesinks of S16LE mono at StereoFile::rate
///   decoder, stdin, written, typed   of files, pipes and a typed line
/// `first_bytes` go in front of what "stdin" reads. Throws Problem.
GstPtr<GstElement> make_pipeline(const Options &options, const Places &places, const Plan &plan,
                                 const std::string &first_bytes, const std::string &input);

GstPtr<GstElement> find(GstElement *pipeline, const char *name);

}  // namespace gemlive::talk
