// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace gemlive::simulator {

/// What happens, twice: lines for a person who watches, and lines of JSON for programs.
class Journal {
 public:
  /// `events` is a file, "-" (then the person reads standard error), or empty. False: it cannot be
  /// opened.
  bool open(const std::string &events, bool quiet);

  void say(std::string_view line);
  void say(int session, std::string_view line);
  /// `members` is JSON: `"bytes":12`, or empty.
  void event(int session, const char *type, std::string_view members = {});

 private:
  struct Close {
    void operator()(std::FILE *file) const {
      if (file != stdout) std::fclose(file);
    }
  };
  std::unique_ptr<std::FILE, Close> events_;
  std::FILE *person_ = stdout;  // null: quiet
};

}  // namespace gemlive::simulator
