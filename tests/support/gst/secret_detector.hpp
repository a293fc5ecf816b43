// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <mutex>
#include <string>
#include <vector>

#include "pipeline.hpp"

namespace gemlive::test {

/// Records all diagnostics of a test, to find secrets in them: GStreamer's log at level 9, and of
/// watched pipelines the property changes, messages, dot dumps and `stats`. One at a time.
class SecretDetector {
 public:
  SecretDetector();
  ~SecretDetector();
  SecretDetector(const SecretDetector &) = delete;
  SecretDetector &operator=(const SecretDetector &) = delete;

  /// Records the pipeline's property changes from now on, and inspects it.
  void watch(Pipeline &pipeline);
  /// Records the pipeline's current dot dump and stats.
  void inspect(Pipeline &pipeline);
  void record(const std::string &text);
  /// Records a message as gst-launch-1.0 -m prints it.
  void record(GstMessage *message);

  std::size_t size();
  /// The record around the first occurrence of `secret`; empty if it does not occur.
  std::string find(const std::string &secret);

 private:
  static void log(GstDebugCategory *category, GstDebugLevel level, const char *file,
                  const char *function, gint line, GObject *object, GstDebugMessage *message,
                  gpointer self);
  static void deep_notify(GObject *, GObject *origin, GParamSpec *pspec, gpointer self);

  std::mutex mutex_;
  std::string recorded_;
};

}  // namespace gemlive::test
