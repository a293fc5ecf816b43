// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <cstdio>
#include <memory>
#include <string>

#include "stereo_file.hpp"

namespace gemlive::talk {

/// The folder of --record: conversation.wav (what was said and heard), events.jsonl (what the bus
/// said), session.websocket.log (written by gemlive), and at the end timeline.svg. Time 0 is the
/// running time 0 of the pipeline. Main thread.
class Recording {
 public:
  /// Makes the folder. Throws Problem, also if it has a recording already.
  explicit Recording(const std::string &folder);
  ~Recording();
  Recording(const Recording &) = delete;
  Recording &operator=(const Recording &) = delete;

  std::string capture_location() const;
  /// Takes the audio of the fakesinks "record-user" and "record-model".
  void take_audio(GstElement *pipeline);
  /// A line of events.jsonl for a message of gemlive, an ERROR or a WARNING.
  void add(GstMessage *message);
  /// A line of events.jsonl for what the program did.
  void add(const GstStructure *event);
  /// gemlive counts the turns from 1 again; events.jsonl goes on counting.
  void begin_again() { turns_before_ = turns_; }
  /// After the end of the pipeline. Throws Problem if something is not in the recording.
  void finish();

 private:
  static void on_audio(GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer file);

  GstClockTime now() const;
  void write(GstClockTime at, const std::string &name, const std::string &json_fields);

  std::string folder_;
  std::unique_ptr<StereoFile> audio_;
  std::FILE *events_ = nullptr;
  GstElement *pipeline_ = nullptr;
  guint turns_ = 0, turns_before_ = 0;
  bool has_events_ = false;
  std::string failure_ = {};
};

}  // namespace gemlive::talk
