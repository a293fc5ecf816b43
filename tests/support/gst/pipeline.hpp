// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "gst_ptr.hpp"

namespace gemlive::test {

constexpr auto deadline = std::chrono::seconds(20);

/// A pipeline from a gst-launch-1.0 description. The destructor sets it to NULL.
class Pipeline {
 public:
  explicit Pipeline(const std::string &description);
  ~Pipeline();
  Pipeline(const Pipeline &) = delete;
  Pipeline &operator=(const Pipeline &) = delete;

  GstElement *get() const { return pipeline_.get(); }
  /// The element with that name, also inside bins; borrowed.
  GstElement *operator[](const char *name) const;

  bool play() { return set_state(GST_STATE_PLAYING); }
  /// False only for GST_STATE_CHANGE_FAILURE: live pipelines do not preroll.
  bool set_state(GstState state);
  /// Waits until the state is reached.
  bool reaches(GstState state);
  void send(const char *element, GstEvent *event);

  /// Removes and returns the next message that matches; null after the deadline. An ERROR that does
  /// not match ends the wait, and stays.
  using Predicate = std::function<bool(GstMessage *)>;
  MessagePtr wait(const Predicate &matches);
  MessagePtr wait(GstMessageType type);
  /// An ELEMENT message with that name.
  MessagePtr wait(const char *name);
  /// Plays and waits for EOS. Returns "" or the error.
  std::string run();
  std::string wait_eos();
  /// Counts the messages that match, without waiting. Removes none.
  int count(const Predicate &matches);

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

}  // namespace gemlive::test
