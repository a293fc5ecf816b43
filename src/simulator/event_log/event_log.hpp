// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace gemlive::simulator {

/// Writes text lines for the console and JSON lines (--events) for programs. Main thread.
class EventLog {
 public:
  /// `events` is a file, empty (no events), or "-" for standard output; text lines then go to
  /// standard error. Returns false if the file cannot be opened.
  bool open(const std::string &events, bool quiet);

  /// Prints a text line, unless quiet.
  void print(std::string_view line);
  void print(int session, std::string_view line);
  /// Writes one event. `members` is JSON: `"bytes":12`, or empty.
  void write(int session, const char *type, std::string_view members = {});

 private:
  struct Close {
    void operator()(std::FILE *file) const {
      if (file != stdout) std::fclose(file);
    }
  };
  std::unique_ptr<std::FILE, Close> events_;
  std::FILE *console_ = stdout;  // null: quiet
};

}  // namespace gemlive::simulator
