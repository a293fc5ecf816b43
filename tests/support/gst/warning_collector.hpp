// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <mutex>
#include <string>

namespace gemlive::test {

/// Collects the lines of GStreamer's log that say WARN or ERROR and name gemlive: its categories
/// and its elements. One at a time.
class WarningCollector {
 public:
  WarningCollector() {
    gst_debug_remove_log_function(gst_debug_log_default);
    gst_debug_add_log_function(&WarningCollector::log, this, nullptr);
    gst_debug_set_active(TRUE);
    gst_debug_set_default_threshold(GST_LEVEL_WARNING);
  }
  ~WarningCollector() {
    gst_debug_set_default_threshold(GST_LEVEL_NONE);
    gst_debug_remove_log_function(&WarningCollector::log);
    gst_debug_add_log_function(gst_debug_log_default, nullptr, nullptr);
  }
  WarningCollector(const WarningCollector &) = delete;
  WarningCollector &operator=(const WarningCollector &) = delete;

  std::string lines() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  /// As the log of GStreamer has it: without a lock, since the caller may hold that of the object.
  static std::string name_of(GObject *object) {
    if (!object || !GST_IS_OBJECT(object)) return "";
    auto *parent = GST_IS_PAD(object) ? GST_OBJECT_PARENT(object) : nullptr;
    return (parent ? std::string(GST_OBJECT_NAME(parent)) + ':' : "") + GST_OBJECT_NAME(object);
  }
  static void log(GstDebugCategory *category, GstDebugLevel level, const char *, const char *, gint,
                  GObject *object, GstDebugMessage *message, gpointer self) {
    if (level > GST_LEVEL_WARNING) return;
    std::string line = std::string(gst_debug_category_get_name(category)) + ": ";
    line += name_of(object) + ": ";
    line += gst_debug_message_get(message);
    if (line.find("gemlive") == std::string::npos) return;
    // A pad is deactivated meanwhile, as in each stop of a pipeline that plays.
    if (line.find("could not send sticky events") != std::string::npos) return;
    auto &collector = *static_cast<WarningCollector *>(self);
    std::lock_guard lock(collector.mutex_);
    collector.lines_ += line + '\n';
  }

  std::mutex mutex_;
  std::string lines_;
};

}  // namespace gemlive::test
