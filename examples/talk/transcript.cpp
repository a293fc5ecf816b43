// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "transcript.hpp"

#include <glib.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "display_text.hpp"

namespace gemlive::talk {

namespace {

/// An entry that is longer goes on in the next one. Each of a turn's words wraps its entry anew.
constexpr std::size_t kMaxEntry = 8192, kMaxPiece = 4096;
/// Of the JSON of a call, and of its result.
constexpr int kMaxJson = 1000;
constexpr std::size_t kEntryCost = 64;  // bytes of an entry without text

std::string_view label(Tone tone) {
  switch (tone) {
    case Tone::User:
      return "You: ";
    case Tone::Model:
      return "Model: ";
    case Tone::Tool:
      return "Tool: ";
    case Tone::Problem:
      return "Problem: ";
    case Tone::Note:
      break;
  }
  return "* ";
}

/// Narrow screens have no columns for it.
int indent(int width) {
  return width >= 30 ? 4 : 0;
}

std::string without_spaces_in_front(std::string text) {
  return text.erase(0, std::min(text.find_first_not_of(" \n"), text.size()));
}

std::string json_line(const std::string &json) {
  return cut(printable_line(json), kMaxJson);
}

}  // namespace

void Transcript::words(const Words &words) {
  auto text = printable(words.text);
  while (text.size() > kMaxPiece) {
    const auto *end = g_utf8_find_prev_char(text.data(), text.data() + kMaxPiece);
    const auto size = static_cast<std::size_t>(end - text.data());
    add_words(words.speaker, text.substr(0, size), false);
    text.erase(0, size);
  }
  add_words(words.speaker, std::move(text), words.is_final);
}

void Transcript::add_words(Speaker speaker, std::string text, bool is_final) {
  const bool is_user = speaker == Speaker::User;
  auto &newest = is_user ? user_ : model_;
  auto *entry = find(newest);
  if (!is_user && is_interrupted_) return;  // not heard
  // What the user says behind the beginning of an answer is no rest of the question.
  const bool goes_on = entry && entry->is_open && !(is_user && model_ > user_) &&
                       entry->text.size() + text.size() <= kMaxEntry;
  if (goes_on) {
    size_ += text.size();
    entry->text += text;
    entry->width = 0;
    entry->is_open = !is_final;
    return forget_oldest();
  }
  text = without_spaces_in_front(std::move(text));
  if (text.empty()) return;
  add(is_user ? Tone::User : Tone::Model, std::move(text)).is_open = !is_final;
  newest = first_ + entries_.size() - 1;
  if (!is_user) has_answer_ = true;
}

void Transcript::turn_started() {
  close(model_);
  has_answer_ = false;
  is_interrupted_ = false;
}

void Transcript::interrupted() {
  if (std::exchange(is_interrupted_, true)) return;
  close(model_);
  auto *answer = has_answer_ ? find(model_) : nullptr;
  if (!answer) {
    add(Tone::Note, "The answer was interrupted before a word of it was heard.");
    return;
  }
  constexpr std::string_view mark = " [interrupted]";
  answer->text += mark;
  answer->width = 0;
  size_ += mark.size();
}

/// The last words of a whole answer may be heard later.
void Transcript::turn_ended(const Turn &turn) {
  if (turn.interrupted) interrupted();
}

void Transcript::tool_call(const ToolCall &call) {
  close(model_);
  add(Tone::Tool, printable_line(call.name) + " " + json_line(call.arguments));
}

void Transcript::tool_result(const ToolResult &result) {
  close(model_);
  add(Tone::Tool, printable_line(result.name) + (result.failed ? " failed: " : " returned ") +
                      json_line(result.result));
}

void Transcript::note(const std::string &line) {
  add(Tone::Note, cut(printable_line(line), kMaxJson));
}

void Transcript::problem(const std::string &what, const std::string &what_to_do) {
  const auto advice = printable_line(what_to_do);
  add(Tone::Problem,
      cut(printable_line(what), kMaxJson) + (advice.empty() ? "" : " " + cut(advice, kMaxJson)));
}

Transcript::Entry &Transcript::add(Tone tone, std::string text) {
  size_ += text.size() + kEntryCost;
  entries_.push_back({tone, std::move(text)});
  forget_oldest();
  return entries_.back();
}

Transcript::Entry *Transcript::find(std::optional<std::uint64_t> entry) {
  return entry && *entry >= first_ ? &entries_[*entry - first_] : nullptr;
}

void Transcript::close(std::optional<std::uint64_t> &entry) {
  if (auto *found = find(entry)) found->is_open = false;
}

void Transcript::forget_oldest() {
  while (size_ > limit_ && entries_.size() > 1) {
    size_ -= entries_.front().text.size() + kEntryCost;
    entries_.pop_front();
    ++first_;
  }
}

const std::vector<std::string> &Transcript::lines(std::uint64_t number, int width) {
  Entry &entry = entries_[number - first_];
  if (entry.width != width) {
    entry.width = width;
    const int less = indent(width);
    entry.lines = wrap(std::string(label(entry.tone)) + entry.text, width, width - less);
    for (std::size_t i = 1; i < entry.lines.size(); ++i)
      entry.lines[i].insert(0, static_cast<std::size_t>(less), ' ');
  }
  return entry.lines;
}

bool Transcript::move_up(Position &position, int width) {
  if (position.line > 0) {
    --position.line;
    return true;
  }
  if (position.entry == first_) return false;
  --position.entry;
  position.line = lines(position.entry, width).size() - 1;
  return true;
}

bool Transcript::move_down(Position &position, int width) {
  if (position.line + 1 < lines(position.entry, width).size()) {
    ++position.line;
    return true;
  }
  if (position.entry + 1 == first_ + entries_.size()) return false;
  ++position.entry;
  position.line = 0;
  return true;
}

Transcript::Position Transcript::last(int width) {
  const auto entry = first_ + entries_.size() - 1;
  return {entry, lines(entry, width).size() - 1};
}

std::vector<Line> Transcript::window(int width, int height) {
  std::vector<Line> result;
  if (entries_.empty() || width < 1 || height < 1) return result;
  auto position = bottom_.value_or(last(width));
  if (position.entry < first_) position = {first_, 0};  // it was forgotten
  position.line = std::min(position.line, lines(position.entry, width).size() - 1);
  const auto bottom = position;
  const auto add_line = [&] {
    const auto &entry = entries_[position.entry - first_];
    const auto &text = lines(position.entry, width)[position.line];
    const auto first = position.line == 0 ? std::min(label(entry.tone).size(), text.size()) : 0;
    result.push_back({entry.tone, text, first});
  };
  do
    add_line();
  while (static_cast<int>(result.size()) < height && move_up(position, width));
  std::reverse(result.begin(), result.end());
  position = bottom;
  while (static_cast<int>(result.size()) < height && move_down(position, width))
    add_line();
  if (bottom_) bottom_ = position;
  return result;
}

void Transcript::scroll(int count, int width, int height) {
  if (entries_.empty() || width < 1 || height < 1) return;
  if (!bottom_) bottom_ = last(width);
  window(width, height);  // makes bottom_ valid
  auto bottom = *bottom_;
  for (; count > 0 && move_up(bottom, width); --count) {
  }
  bool is_end = false;
  for (; count < 0 && !is_end; ++count)
    is_end = !move_down(bottom, width);
  bottom_ = bottom;
  window(width, height);  // not above the first line
  const auto end = last(width);
  if (is_end || (bottom_->entry == end.entry && bottom_->line == end.line)) bottom_.reset();
}

}  // namespace gemlive::talk
