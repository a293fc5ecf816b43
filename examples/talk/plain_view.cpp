// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "plain_view.hpp"

#include <algorithm>
#include <utility>

namespace gemlive::talk {
namespace {

/// One line, whatever is in it. Control characters cannot drive a terminal.
std::string on_one_line(const std::string &text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool is_c1 = c == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F
    if (is_c1) ++i;
    result += is_c1 || c < 0x20 || c == 0x7f ? ' ' : text[i];
  }
  const auto begin = result.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return result.substr(begin, result.find_last_not_of(' ') - begin + 1);
}

std::string seconds(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000);
  return text;
}

}  // namespace

void PlainView::line(const std::string &text) {
  clear_progress();
  std::fprintf(out_, "%s\n", on_one_line(text).c_str());
  std::fflush(out_);
}

void PlainView::connection(Connection state, const std::string &detail) {
  constexpr const char *names[] = {"connecting", "connected", "reconnecting", "disconnected"};
  line(names[static_cast<int>(state)] + (detail.empty() ? "" : ": " + detail));
}

void PlainView::words(const Words &words) {
  if (words.speaker == Speaker::Model && is_interrupted_) return;
  said_[static_cast<int>(words.speaker)] += words.text;
  if (words.is_final) end_words(words.speaker);
}

void PlainView::end_words(Speaker speaker) {
  auto &said = said_[static_cast<int>(speaker)];
  if (!on_one_line(said).empty())
    line((speaker == Speaker::User ? "user: " : "model: ") + on_one_line(said));
  said.clear();
}

void PlainView::interrupted() {
  if (std::exchange(is_interrupted_, true)) return;
  end_words(Speaker::Model);
  line("interrupted");
}

void PlainView::turn_ended(const Turn &turn) {
  std::string text = turn.interrupted ? "turn: interrupted" : "turn: complete";
  if (turn.time_to_first_sound) text += ", first sound after " + seconds(*turn.time_to_first_sound);
  text += ", " + seconds(turn.speech) + " of speech";
  if (tokens_ > 0) text += ", " + std::to_string(tokens_) + " tokens so far";
  line(text);
}

void PlainView::tool_call(const ToolCall &call) {
  line("tool: " + call.name + ' ' + call.arguments);
}

void PlainView::tool_result(const ToolResult &result) {
  line(std::string(result.failed ? "tool failed: " : "tool result: ") + result.name + ' ' +
       result.result);
}

void PlainView::progress(std::chrono::nanoseconds position, std::chrono::nanoseconds duration) {
  if (!has_progress_ || duration.count() <= 0) return;
  const auto percent = static_cast<int>(std::clamp<std::int64_t>(
      static_cast<std::int64_t>(100.0 * static_cast<double>(position.count()) /
                                static_cast<double>(duration.count())),
      0, 100));
  if (percent == percent_ && shows_progress_) return;
  percent_ = percent;
  shows_progress_ = true;
  const auto full = static_cast<std::size_t>(percent) * 40 / 100;
  std::fprintf(stderr, "\r[%s%s] %3d %%", std::string(full, '#').c_str(),
               std::string(40 - full, '.').c_str(), percent);
}

void PlainView::clear_progress() {
  if (!shows_progress_) return;
  shows_progress_ = false;
  std::fprintf(stderr, "\r%49s\r", "");
}

void PlainView::note(const std::string &text) {
  clear_progress();
  std::fprintf(stderr, "note: %s\n", on_one_line(text).c_str());
}

void PlainView::problem(const std::string &what, const std::string &what_to_do) {
  clear_progress();
  std::fprintf(stderr, "error: %s\n", on_one_line(what + ' ' + what_to_do).c_str());
}

}  // namespace gemlive::talk
