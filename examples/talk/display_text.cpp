// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "display_text.hpp"

#include <glib.h>
#include <wchar.h>

#include <algorithm>
#include <array>

namespace gemlive::talk {

namespace {

constexpr gunichar kReplacement = 0xFFFD, kJoiner = 0x200D;
constexpr int kMaxMarks = 4;

int width_of(gunichar c) {
  return wcwidth(static_cast<wchar_t>(c));
}

/// Directions, joining and shapes of other characters, and tags. They have no columns, and
/// terminals do different things with them.
bool is_invisible(gunichar c) {
  struct Range {
    gunichar first, last;
  };
  static constexpr std::array<Range, 11> ranges{{{0x061C, 0x061C},
                                                 {0x180E, 0x180E},
                                                 {0x200B, 0x200B},
                                                 {0x200E, 0x200F},
                                                 {0x202A, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0xFE00, 0xFE0F},
                                                 {0xFEFF, 0xFEFF},
                                                 {0xFFF9, 0xFFFB},
                                                 {0x1BCA0, 0x1BCA3},
                                                 {0xE0000, 0xE0FFF}}};
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range &range) { return c >= range.first && c <= range.last; });
}

void append(std::string &text, gunichar c) {
  char bytes[6];
  text.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(c, bytes)));
}

void append_replacement(std::string &text) {
  if (width_of(kReplacement) == 1)
    append(text, kReplacement);
  else
    text += '?';
}

/// Takes the next character. One that is no UTF-8 is U+FFFD.
gunichar take(std::string_view &text) {
  if (const auto byte = static_cast<unsigned char>(text.front()); byte < 0x80) {
    text.remove_prefix(1);
    return byte;
  }
  const auto c = g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
  if (c == static_cast<gunichar>(-1) || c == static_cast<gunichar>(-2)) {
    text.remove_prefix(1);
    return kReplacement;
  }
  text.remove_prefix(static_cast<std::size_t>(g_unichar_to_utf8(c, nullptr)));
  return c;
}

/// Closing punctuation of scripts without spaces begins no line.
bool stays_with_previous(std::string_view cell) {
  static constexpr std::array<std::string_view, 22> marks{
      "、", "。", "，", "．", "：", "；", "？", "！", "）", "］", "｝",
      "」", "』", "】", "〉", "》", "〕", "ー", "々", "…",  "”",  "’"};
  return std::find(marks.begin(), marks.end(), cell) != marks.end();
}

/// Puts words into lines.
class Lines {
 public:
  Lines(int first_width, int width)
      : limit_(std::max(first_width, 1)), width_(std::max(width, 1)) {}

  void add(const Cell &cell) {
    if (cell.bytes == "\n") return end_line();
    if (cell.bytes == " ") {
      end_word();
      ++spaces_;
      return;
    }
    const bool is_wide = cell.columns > 1;
    if ((is_wide || after_wide_) && !stays_with_previous(cell.bytes)) end_word();
    after_wide_ = is_wide;
    word_.push_back(cell);
    word_columns_ += cell.columns;
  }
  std::vector<std::string> take() {
    end_line();
    return std::move(lines_);
  }

 private:
  void end_word() {
    after_wide_ = false;
    if (word_.empty()) return;
    if (columns_ + spaces_ + word_columns_ > limit_ && columns_ > 0) next_line();
    if (columns_ > 0 || lines_.empty()) add_spaces();
    for (const Cell &cell : word_)
      put(cell);
    word_.clear();
    word_columns_ = spaces_ = 0;
  }
  void add_spaces() {
    const int fitting = std::min(spaces_, limit_ - columns_);
    line_.append(static_cast<std::size_t>(fitting), ' ');
    columns_ += fitting;
  }
  void put(const Cell &cell) {
    if (columns_ + cell.columns > limit_ && columns_ > 0) next_line();
    const bool fits = cell.columns <= limit_;
    line_ += fits ? cell.bytes : "?";
    columns_ += fits ? cell.columns : 1;
  }
  void next_line() {
    lines_.push_back(std::move(line_));
    line_.clear();
    columns_ = spaces_ = 0;
    limit_ = width_;
  }
  void end_line() {
    end_word();
    next_line();
  }

  std::vector<std::string> lines_;
  std::string line_;
  std::vector<Cell> word_;
  int limit_, width_, columns_ = 0, word_columns_ = 0, spaces_ = 0;
  bool after_wide_ = false;
};

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool after_wide = false;
  while (!text.empty()) {
    const auto c = take(text);
    if (c == '\r' && text.starts_with('\n')) continue;
    if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029) {
      result += '\n';
    } else if (c == '\t') {
      result += ' ';
    } else if (c == kJoiner) {
      if (!after_wide) append(result, c);  // it matters in scripts whose letters join
    } else if (!g_unichar_iscntrl(c) && !is_invisible(c)) {
      const int width = width_of(c);
      if (width < 0)
        append_replacement(result);
      else
        append(result, c);
      if (width != 0) after_wide = width > 1;
    }
  }
  return result;
}

std::string printable_line(std::string_view text) {
  auto line = printable(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::vector<Cell> cells(std::string_view text) {
  std::vector<Cell> result;
  int marks = 0;
  while (!text.empty()) {
    auto rest = text;
    const auto c = take(rest);
    const auto bytes = text.substr(0, text.size() - rest.size());
    text = rest;
    if (c == '\n') {
      result.push_back({bytes, 0});
      continue;
    }
    const int width = std::max(width_of(c), 0);
    if (width > 0) {
      result.push_back({bytes, width});
      marks = 0;
      continue;
    }
    // Only directly behind its character, so that the bytes are in one piece.
    const bool has_base = !result.empty() && result.back().columns > 0 &&
                          result.back().bytes.data() + result.back().bytes.size() == bytes.data();
    if (has_base && ++marks <= kMaxMarks)
      result.back().bytes = {result.back().bytes.data(), result.back().bytes.size() + bytes.size()};
  }
  return result;
}

int columns(std::string_view text) {
  int sum = 0;
  for (const Cell &cell : cells(text))
    sum += cell.columns;
  return sum;
}

std::vector<std::string> wrap(std::string_view text, int first_width, int width) {
  Lines lines(first_width, width);
  for (const Cell &cell : cells(text))
    lines.add(cell);
  return lines.take();
}

std::string cut(std::string_view text, int width) {
  const auto all = cells(text);
  const int dots = std::clamp(width, 0, 3);
  int used = 0;
  std::string line, cut_line;
  bool is_cut = false;
  for (const Cell &cell : all) {
    if (used + cell.columns > width)
      return cut_line + std::string(static_cast<std::size_t>(dots), '.');
    line += cell.bytes;
    used += cell.columns;
    if (!is_cut && used + dots <= width)
      cut_line = line;
    else
      is_cut = true;
  }
  return line;
}

}  // namespace gemlive::talk
