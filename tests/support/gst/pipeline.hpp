// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "gst_ptr.hpp"

namespace gemlive::test {

constexpr auto deadline = std::chrono::seconds(20);

/// A pipeline as a user would type it. Goes to NULL at the end.
class Pipeline {
 public:
  explicit Pipeline(const std::string &description);
  ~Pipeline();
  Pipeline(const Pipeline &) = delete;
  Pipeline &operator=(const Pipeline &) = delete;

  GstElement *get() const { return pipeline_.get(); }
  /// The element of that name, also inside bins; borrowed.
  GstElement *operator[](const char *name) const;

  bool play() { return set_state(GST_STATE_PLAYING); }
  /// False when it fails at once. Anything but failure is fine: live pipelines do not preroll.
  bool set_state(GstState state);
  /// Waits until the state is reached.
  bool reaches(GstState state);
  void send(const char *element, GstEvent *event);

  /// The next message that fits, among those that have not been taken; null after the deadline. An
  /// ERROR ends the wait, and stays to be taken.
  using Fits = std::function<bool(GstMessage *)>;
  MessagePtr wait(const Fits &fits);
  MessagePtr wait(GstMessageType type);
  /// An ELEMENT message of that name.
  MessagePtr wait(const char *name);
  /// Plays, and waits for EOS. Returns "" or what went wrong.
  std::string run();
  std::string wait_eos();
  /// Takes what is on the bus without waiting, and counts those that fit.
  int count(const Fits &fits);

 private:
  void drain();

  ElementPtr pipeline_;
  std::vector<MessagePtr> seen_;
};

/// "domain/code: text" of an ERROR or WARNING.
std::string describe(GstMessage *message);
GQuark error_domain(GstMessage *message);
int error_code(GstMessage *message);
const GstStructure *error_details(GstMessage *message);

/// Everything that passes a pad.
class Tap {
 public:
  struct Item {
    enum Kind { buffer, gap, segment, caps, flush_start, flush_stop, eos, stream_start, other };
    Kind kind = other;
    GstClockTime start = GST_CLOCK_TIME_NONE;
    GstClockTime duration = GST_CLOCK_TIME_NONE;
    bool discont = false;
    bool is_gap = false;  // a buffer flagged GAP
    int rate = 0;         // caps
    std::string bytes = {};
    std::string name = {};  // a custom event's
  };

  /// On the sink pad of `element`.
  Tap(GstElement *element, const char *pad = "sink");
  ~Tap();

  std::vector<Item> items();
  std::vector<Item> items(Item::Kind kind);
  /// All bytes of buffers that are not flagged GAP.
  std::string bytes();
  bool wait(const std::function<bool(const std::vector<Item> &)> &enough);
  /// Runs at every buffer, on the streaming thread.
  void on_buffer(std::function<GstPadProbeReturn()> act);

 private:
  static GstPadProbeReturn probe(GstPad *, GstPadProbeInfo *info, gpointer self);

  PadPtr pad_;
  gulong id_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> items_;
  std::function<GstPadProbeReturn()> on_buffer_;
};

/// As bytes() of a Tap and what a simulator recorded.
std::string as_string(const std::vector<std::byte> &bytes);
/// Whether `heard` is what was said, and behind it nothing but silence.
bool is_followed_by_silence(const std::string &heard, const std::string &said);
/// S16LE mono that anyone would take for speech.
std::string loud(std::chrono::milliseconds duration, int rate = 16000);
/// A variable of the environment that has this value as long as this lives.
class Variable {
 public:
  Variable(const char *name, const char *value) : name_(name) {
    if (const char *before = g_getenv(name)) before_ = before;
    g_setenv(name, value, TRUE);
  }
  ~Variable() { g_setenv(name_, before_.c_str(), TRUE); }
  Variable(const Variable &) = delete;
  Variable &operator=(const Variable &) = delete;

 private:
  const char *name_;
  std::string before_;
};

/// A file that is there as long as this lives.
class TempFile {
 public:
  explicit TempFile(const std::string &content = "", const char *suffix = "");
  ~TempFile();
  TempFile(const TempFile &) = delete;
  TempFile &operator=(const TempFile &) = delete;
  const std::string &path() const { return path_; }

 private:
  std::string path_;
};

std::string wav(const std::string &samples, int rate = 16000);
std::string read_file(const std::string &path);
/// What a WAV file holds, without its header.
std::string wav_samples(const std::string &path);

}  // namespace gemlive::test
