// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

#include "view.hpp"

namespace gemlive::talk {

/// Tells a view what the bus says. Main thread.
class Narrator {
 public:
  explicit Narrator(View &view) : view_(view) {}

  /// Any message. What it does not know is left alone.
  void tell(GstMessage *message);
  void set_muted(bool is_muted);
  /// The turns are counted from 1 again.
  void begin_again();

  unsigned turns() const { return turns_; }
  unsigned complete_turns() const { return complete_turns_; }
  bool is_connected() const { return is_connected_; }

 private:
  void tell_element(const std::string &name, const GstStructure *fields);
  void tell_connected(const GstStructure *fields);
  void tell_reconnecting(const GstStructure *fields);
  void tell_turn(const GstStructure *fields);
  void tell_usage(const GstStructure *fields);
  void tell_level(GstMessage *message, const GstStructure *fields);

  View &view_;
  Levels levels_ = {};
  bool is_connected_ = false;
  bool is_muted_ = false;
  unsigned turns_ = 0;  // that have ended
  unsigned complete_turns_ = 0;
  unsigned usage_turn_ = 0;
  std::uint64_t tokens_before_ = 0, tokens_of_turn_ = 0;
};

}  // namespace gemlive::talk
