// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gemlive::talk {

struct Tool {
  std::string name;
  std::vector<std::string> command;  // the program and its arguments
};

/// What the user asked for. Empty strings: not given.
struct Options {
  std::string input, output;  // a file, "-", a device; empty: the default device
  std::string text;           // a typed line; without an input it replaces the microphone
  std::optional<bool> echo_cancel;
  std::vector<std::pair<std::string, std::string>> properties;  // of gemlive, as text
  std::vector<Tool> tools;
  int tool_timeout = 20000;  // ms
  std::string resume_file;
  std::string record_folder;
  std::string metrics;  // a port, or an absolute path
  bool push_to_talk = false;
  bool list_devices = false;
  bool show_version = false;

  bool has_property(const std::string &name) const;
};

/// Throws Problem.
Options parse_options(int argc, char **argv);

}  // namespace gemlive::talk
