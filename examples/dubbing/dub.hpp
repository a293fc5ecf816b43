// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "description.hpp"
#include "envelope.hpp"
#include "handle.hpp"
#include "held_stream.hpp"
#include "hold_back.hpp"
#include "input_watch.hpp"

namespace dubbing {

/// The pipeline: a stream in, and the same stream with a second language out. Its methods: main
/// thread. It ends with the input.
class Dub {
 public:
  explicit Dub(const Options &options);
  ~Dub();
  Dub(const Dub &) = delete;
  Dub &operator=(const Dub &) = delete;

  /// Returns the exit status.
  int run();
  /// The input ends. run() returns when the voice has said the rest; at once the second time.
  void end();

 private:
  /// What the streaming threads share.
  struct Shared {
    std::mutex mutex;
    Envelope speech = {};  // with running times without the delay
    Envelope voice = {};
    HoldBack hold_back;
  };

  static void on_pad(GstElement *demuxer, GstPad *pad, gpointer self);
  static void on_all_pads(GstElement *demuxer, gpointer self);
  static gboolean on_message(GstBus *, GstMessage *message, gpointer self);
  static gboolean on_second(gpointer self);
  static GstPadProbeReturn on_held(GstPad *, GstPadProbeInfo *info, gpointer self);
  static GstPadProbeReturn on_speech(GstPad *pad, GstPadProbeInfo *info, gpointer self);
  static GstPadProbeReturn on_voice(GstPad *pad, GstPadProbeInfo *info, gpointer self);

  static gboolean on_settled(gpointer self);

  gemlive::GstPtr<GstElement> streams() const;
  void make_dubbing();
  void make_dubbing_or_fail();
  void link(HeldStream &stream, GstElement *bin, const char *parser);
  void probe(GstElement *bin, const char *element, const char *pad, GstPadProbeCallback act);
  void learn();
  void finish(int status);
  void stop();

  Options options_;
  Shared shared_;
  gemlive::GstPtr<GstElement> pipeline_;
  InputWatch input_;
  std::mutex streams_mutex_ = {};  // of the demuxer's thread and the main thread; for what follows
  HeldStream picture_, sound_;
  guint settling_ = 0;                        // timer
  gemlive::GstPtr<GstElement> dubbing_ = {};  // what the streams go through
  std::atomic<bool> has_dubbing_ = false;

  std::optional<ns> last_lag_ = {};  // a single one may be an accident
  GMainLoop *loop_;
  int status_ = 0;
  bool is_ending_ = false;
};

}  // namespace dubbing
