// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "options.hpp"
#include "view.hpp"

namespace gemlive::talk {

/// Runs the programs of --tool. Main thread; the answers come in its main loop.
class ToolPrograms {
 public:
  using Answer = std::function<void(const ToolResult &result, const std::string &complaint)>;

  /// `answer` gets each result, and if it failed a line for the user, once for each call.
  ToolPrograms(std::vector<Tool> tools, int timeout_ms, Answer answer);
  ~ToolPrograms();
  ToolPrograms(const ToolPrograms &) = delete;
  ToolPrograms &operator=(const ToolPrograms &) = delete;

  /// The property `tools`: a declaration of each. Empty: there are no tools.
  std::string declaration() const;
  void call(const ToolCall &call);
  /// The call needs no answer any more: its program is ended.
  void cancel(const std::string &id);

 private:
  struct Stream;
  struct Run;

  static void read(const std::shared_ptr<Run> &run, GInputStream *from, GAsyncReadyCallback done);
  static void on_output(GObject *from, GAsyncResult *result, gpointer run);
  static void on_errors(GObject *from, GAsyncResult *result, gpointer run);
  static void on_exit(GObject *process, GAsyncResult *result, gpointer run);
  static void finish_if_over(Run &run);
  static gboolean on_timeout(gpointer run);
  void finish(Run &run, const std::string &json, const std::string &complaint);

  std::vector<Tool> tools_;
  int timeout_ms_;
  Answer answer_;
  std::vector<std::shared_ptr<Run>> runs_ = {};
};

}  // namespace gemlive::talk
