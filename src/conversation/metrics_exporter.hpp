// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string>

#include "document_server.hpp"
#include "io_thread.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "timer.hpp"

namespace gemlive {

/// Shows metrics to programs on this machine, as long as it lives: at
/// http://127.0.0.1:PORT/metrics, or in a file that is written every ten seconds and at the end.
/// It has a thread of its own, since a disk may be slow.
class MetricsExporter {
 public:
  /// `target` is a port, 0 for any, or an absolute path.
  MetricsExporter(Metrics &metrics, std::string target, Log log);
  ~MetricsExporter();
  MetricsExporter(const MetricsExporter &) = delete;
  MetricsExporter &operator=(const MetricsExporter &) = delete;

  /// The metrics of the process. The first call decides: they exist, and are exported, if `target`
  /// is not empty. Any thread.
  static Metrics *of_process(const std::string &target, const Log &log);

 private:
  void start();
  void listen(unsigned port);
  void write_later();
  void write();

  Metrics &metrics_;
  const std::string target_;
  const Log log_;
  // On the thread
  std::unique_ptr<DocumentServer> server_;
  Timer timer_;
  bool is_unwritable_ = false;
  IoThread thread_;  // ends first
};

}  // namespace gemlive
