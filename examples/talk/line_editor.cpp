// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "line_editor.hpp"

#include <algorithm>

#include "display_text.hpp"

namespace gemlive::talk {

void LineEditor::clear() {
  text_.clear();
  cursor_ = 0;
}

bool LineEditor::insert(std::string_view text) {
  const auto line = printable_line(text);
  if (text_.size() + line.size() > kLimit) return false;
  text_.insert(cursor_, line);
  cursor_ += line.size();
  return true;
}

std::size_t LineEditor::before() const {
  const auto all = cells(std::string_view(text_).substr(0, cursor_));
  return all.empty() ? 0 : static_cast<std::size_t>(all.back().bytes.data() - text_.data());
}

std::size_t LineEditor::behind() const {
  const auto all = cells(std::string_view(text_).substr(cursor_));
  // Up to the next one, with the marks that have no column.
  return all.size() < 2 ? text_.size()
                        : static_cast<std::size_t>(all[1].bytes.data() - text_.data());
}

void LineEditor::erase_before() {
  const auto start = before();
  text_.erase(start, cursor_ - start);
  cursor_ = start;
}

void LineEditor::erase_behind() {
  text_.erase(cursor_, behind() - cursor_);
}

void LineEditor::erase_word() {
  auto start = cursor_;
  while (start > 0 && text_[start - 1] == ' ')
    --start;
  while (start > 0 && text_[start - 1] != ' ')
    --start;
  text_.erase(start, cursor_ - start);
  cursor_ = start;
}

void LineEditor::erase_to_start() {
  text_.erase(0, cursor_);
  cursor_ = 0;
}

void LineEditor::erase_to_end() {
  text_.erase(cursor_);
}

void LineEditor::left() {
  cursor_ = before();
}

void LineEditor::right() {
  cursor_ = behind();
}

LineEditor::Part LineEditor::part(int width) const {
  Part part{"", 0};
  if (width < 1) return part;
  const auto ahead = cells(std::string_view(text_).substr(0, cursor_));
  // What is before the cursor has at most all columns but one.
  auto first = ahead.size();
  while (first > 0 && part.cursor_column + ahead[first - 1].columns < width)
    part.cursor_column += ahead[--first].columns;
  for (auto i = first; i < ahead.size(); ++i)
    part.text += ahead[i].bytes;
  int used = part.cursor_column;
  for (const Cell &cell : cells(std::string_view(text_).substr(cursor_))) {
    if (used + cell.columns > width) break;
    part.text += cell.bytes;
    used += cell.columns;
  }
  return part;
}

}  // namespace gemlive::talk
