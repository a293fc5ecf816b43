// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdio>
#include <string>

#include "view.hpp"

namespace gemlive::talk {

/// Plain lines, one for each event, without escape codes. What one says is a line when its
/// utterance ends. Notes and problems go to standard error.
class PlainView : public View {
 public:
  /// `out`: for the conversation. `has_progress`: a bar on standard error, which is a terminal.
  PlainView(std::FILE *out, bool has_progress) : out_(out), has_progress_(has_progress) {}

  void connection(Connection state, const std::string &detail) override;
  void words(const Words &words) override;
  void turn_started() override { is_interrupted_ = false; }
  void interrupted() override;
  void turn_ended(const Turn &turn) override;
  void tool_call(const ToolCall &call) override;
  void tool_result(const ToolResult &result) override;
  void tokens(std::uint64_t total) override { tokens_ = total; }
  void progress(std::chrono::nanoseconds position, std::chrono::nanoseconds duration) override;
  void note(const std::string &line) override;
  void problem(const std::string &what, const std::string &what_to_do) override;

 private:
  void line(const std::string &text);
  void end_words(Speaker speaker);
  void clear_progress();

  std::FILE *out_;
  bool has_progress_;
  bool shows_progress_ = false;
  bool is_interrupted_ = false;  // that turn: the rest is not heard
  int percent_ = -1;
  std::uint64_t tokens_ = 0;
  std::string said_[2] = {};
};

}  // namespace gemlive::talk
