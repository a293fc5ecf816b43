// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "gst_ptr.hpp"
#include "pipeline.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {

/// Speech with pauses whose lengths do not repeat.
struct Speech {
  struct Part {
    std::chrono::milliseconds loud, quiet;
  };
  std::vector<Part> parts;

  std::string samples() const;  // S16LE mono, 16 kHz
  std::chrono::milliseconds duration() const;
  std::vector<double> onsets() const;  // of the parts, in ms
  bool speaks_at(double ms) const;
};

/// A live MPEG-TS stream whose picture is bright while its sound speaks.
class LiveProgramme {
 public:
  static constexpr int key_frame_interval = 25;  // frames
  enum class Picture { from_the_start, later };

  LiveProgramme(const Speech &speech, const std::string &sink,
                Picture picture = Picture::from_the_start);
  ~LiveProgramme();
  LiveProgramme(const LiveProgramme &) = delete;
  LiveProgramme &operator=(const LiveProgramme &) = delete;

  /// The sound is sent 150 ms at a time; ffmpeg's muxer takes up to 360 ms. Before play().
  void bundle_sound();
  /// Picture::later: now it begins. The muxer sends a new PMT.
  void begin_picture();
  /// Frames so far, also if they are not sent yet.
  std::size_t painted() const { return painted_; }
  std::size_t frames() const;
  bool play() { return pipeline_.play(); }
  void stop() { pipeline_.set_state(GST_STATE_NULL); }
  std::string wait_eos();

 private:
  static GstPadProbeReturn paint(GstPad *, GstPadProbeInfo *info, gpointer self);
  static GstPadProbeReturn bundle(GstPad *, GstPadProbeInfo *info, gpointer self);

  Speech speech_;
  TempFile file_;
  Pipeline pipeline_;
  PadPtr pictures_ = {};
  GstBuffer *bundle_ = nullptr;  // what the sound has of the next one
  int bundled_ = 0;              // frames in it
  gulong dropped_ = 0;
  std::atomic<std::size_t> painted_ = 0;
};

}  // namespace gemlive::test
