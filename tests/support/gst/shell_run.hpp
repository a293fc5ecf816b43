// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <string>
#include <utility>
#include <vector>

#include "gst_ptr.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {

/// Runs shell commands in a folder of their own, as a user types them. GStreamer's log (level 3),
/// its leaks tracer and both outputs write to files. The destructor kills the commands.
class ShellRun {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  /// Call run() when the files that the commands need are in folder().
  ShellRun() = default;
  ~ShellRun();
  ShellRun(const ShellRun &) = delete;
  ShellRun &operator=(const ShellRun &) = delete;

  const TempFolder &folder() const { return folder_; }
  std::string read(const std::string &file) const;

  /// Throws std::runtime_error if there is no shell.
  void run(const std::string &commands, const Environment &environment);
  /// Ctrl-C.
  void interrupt();
  /// Waits for the end. Returns the exit status, or -1 after a signal or the deadline.
  int status();

  std::string output() const { return read("stdout"); }
  std::string error_output() const { return read("stderr"); }
  /// What must not be there after the end: lines of the log with a WARNING or an ERROR of gemlive,
  /// objects that are still alive, criticals.
  std::string complaints() const;

 private:
  TempFolder folder_;
  ObjectPtr<GSubprocess> process_;
  int group_ = 0;
};

}  // namespace gemlive::test
