// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>

#include "bus_backlog.hpp"
#include "error.hpp"
#include "notice.hpp"
#include "paused_time.hpp"

namespace gemlive {

/// Posts the notices of a conversation as bus messages of one element (docs/messages.md). Any
/// thread.
class BusMessages {
 public:
  BusMessages(GstElement *element, PausedTime &paused_time);

  void post(const Notice &notice);
  void post_error(const Error &error);
  void post_warning(const Error &error);
  /// The element has left the conversation. The PROGRESS of connecting ends as canceled, if it has
  /// started and not ended.
  void leave();

 private:
  void cancel_progress(const char *text = "Connecting was canceled");
  void post_progress(GstProgressType type, const char *text);

  GstElement *element_;
  PausedTime &paused_time_;
  BusBacklog backlog_;
  std::atomic<bool> connecting_ = false;
  std::atomic<bool> has_connected_ = false;  // in this conversation
};

}  // namespace gemlive
