// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>

#include "error.hpp"
#include "notice.hpp"

namespace gemlive {

/// Turns what a conversation tells into bus messages of one element (docs/messages.md). Any thread.
class BusMessages {
 public:
  explicit BusMessages(GstElement *element) : element_(element) {}

  void tell(const Notice &notice);
  void error(const Error &error);
  void warning(const Error &error);
  /// The conversation is left: ends the report on connecting, if one is under way.
  void left();

 private:
  void progress(GstProgressType type, const char *text);

  GstElement *element_;
  std::atomic<bool> connecting_ = false;
};

}  // namespace gemlive
