// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <mutex>
#include <string>
#include <vector>

#include "pipeline.hpp"

namespace gemlive::test {

/// Hears everything that GStreamer and GLib say while it lives: logs at level 9, and of the
/// pipelines that it is shown what gst-launch-1.0 -v -m, a dot dump and `stats` would. One at a
/// time.
class EarWitness {
 public:
  EarWitness();
  ~EarWitness();
  EarWitness(const EarWitness &) = delete;
  EarWitness &operator=(const EarWitness &) = delete;

  /// From now on its property changes; now its dot dump and stats.
  void watch(Pipeline &pipeline);
  void look_at(Pipeline &pipeline);
  void note(const std::string &text);
  /// A message as it is printed.
  void note(GstMessage *message);

  std::size_t size();
  /// Where `secret` was said, with a little of what stands around it; empty: nowhere.
  std::string where(const std::string &secret);

 private:
  static void log(GstDebugCategory *category, GstDebugLevel level, const char *file,
                  const char *function, gint line, GObject *object, GstDebugMessage *message,
                  gpointer self);
  static void deep_notify(GObject *, GObject *origin, GParamSpec *pspec, gpointer self);

  std::mutex mutex_;
  std::string heard_;
};

}  // namespace gemlive::test
