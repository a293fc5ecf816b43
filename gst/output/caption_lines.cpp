// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "caption_lines.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "text_timeline.hpp"

namespace gemlive {
namespace {

constexpr auto per_character = std::chrono::milliseconds(65);
constexpr CaptionLines::ns shortest_show = std::chrono::milliseconds(300);

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool is_first_byte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// The byte behind the first `count` characters of UTF-8.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (is_first_byte(text[at]) && count-- == 0) break;
  }
  return at;
}

}  // namespace

/// White space becomes a single space.
void CaptionLines::add(std::string_view text, ns at, ns now, std::optional<ns> said_until) {
  bool is_marked = false;
  for (const char c : text) {
    if (is_space(c) && (open_.empty() || open_.back() == ' ')) continue;
    if (!std::exchange(is_marked, true))
      marks_.push_back({.position = open_.size(), .at = at, .said_until = said_until});
    open_ += is_space(c) ? ' ' : c;
    characters_ += is_first_byte(c);
    if (characters_ <= width_ || open_.back() == ' ') continue;
    const auto size = line_end();
    complete(size, now, time_of(open_.find_first_not_of(' ', size)));
  }
  if (is_marked) newest_ = std::max(newest_, now);
}

/// The end of the last word that fits. A word that is longer than a line is cut.
std::size_t CaptionLines::line_end() const {
  const auto most = bytes_of(open_, width_);
  if (open_[most] == ' ') return most;
  const auto space = open_.rfind(' ', most);
  return space == std::string::npos || space == 0 ? most : space;
}

/// The piece that this byte belongs to.
const CaptionLines::Mark &CaptionLines::mark_of(std::size_t position) const {
  return *std::prev(std::ranges::upper_bound(marks_, position, {}, &Mark::position));
}

/// When the character at this byte is said.
CaptionLines::ns CaptionLines::time_of(std::size_t position) const {
  const auto &mark = mark_of(position);
  const auto before = std::string_view(open_).substr(mark.position, position - mark.position);
  ns at = mark.at + TextTimeline::characters(before) * per_character;
  if (mark.said_until) at = std::min(at, std::max(*mark.said_until, mark.at));
  return &mark == &marks_.back() ? at : std::min(at, std::max((&mark + 1)->at, mark.at));
}

void CaptionLines::complete(std::size_t size, ns now, std::optional<ns> end) {
  const bool was_said = mark_of(0).said_until.has_value();
  if (was_said && !end) end = mark_of(size - 1).said_until.value_or(time_of(size));
  complete_.push_back({.text = open_.substr(0, size),
                       .at = time_of(0),
                       .ready = now,
                       .end = end,
                       .was_said = was_said});
  const auto next = std::min(open_.find_first_not_of(' ', size), open_.size());
  Mark rest;
  if (next < open_.size()) rest = {.at = time_of(next), .said_until = mark_of(next).said_until};
  open_.erase(0, next);
  characters_ = static_cast<std::size_t>(TextTimeline::characters(open_));
  std::vector<Mark> marks;
  if (!open_.empty()) marks.push_back(rest);
  for (auto mark : marks_) {
    if (mark.position <= next) continue;
    mark.position -= next;
    marks.push_back(mark);
  }
  marks_ = std::move(marks);
}

void CaptionLines::end_item(std::optional<ns> end, ns now) {
  const auto size = open_.find_last_not_of(' ') + 1;
  if (size > 0) {
    complete(size, now, std::nullopt);
    const auto &line = complete_.back();
    if (end && !line.was_said)
      complete_.back().end = std::max(*end, line.at + TextTimeline::spoken(line.text));
  }
  open_.clear();
  characters_ = 0;
  marks_.clear();
  if (!complete_.empty()) complete_.back().ends_item = true;
}

void CaptionLines::clear() {
  complete_.clear();
  open_.clear();
  characters_ = 0;
  marks_.clear();
}

std::optional<CaptionLines::Line> CaptionLines::take(ns now) {
  if (paced_ && complete_.empty() && !open_.empty() && now >= pause_end())
    complete(open_.find_last_not_of(' ') + 1, now, std::nullopt);
  if (complete_.empty() || (paced_ && pts_of(complete_.front()) > now)) return std::nullopt;
  const auto line = std::move(complete_.front());
  complete_.pop_front();
  return Line{.text = line.text,
              .pts = pts_of(line),
              .duration = std::clamp(duration_of(line), shortest_show, longest_show),
              .ends_item = line.ends_item,
              .was_said = line.was_said};
}

/// Until the next line. If that is not complete yet, it is late if this one is.
CaptionLines::ns CaptionLines::duration_of(const Complete &line) const {
  if (!complete_.empty()) return pts_of(complete_.front()) - pts_of(line);
  if (!line.end)
    return line.ends_item ? longest_show : std::max(TextTimeline::spoken(line.text), shortest_read);
  const auto said = *line.end - line.at;
  const auto left = *line.end - pts_of(line);
  return left >= said / 2 ? left : said;
}

CaptionLines::ns CaptionLines::pts_of(const Complete &line) const {
  return paced_ && !line.was_said ? std::max(line.at, line.ready) : line.at;
}

/// Text that arrives ahead of its time can be completed until it is shown.
CaptionLines::ns CaptionLines::pause_end() const {
  return std::max(newest_, marks_.front().at) + longest_pause;
}

std::optional<CaptionLines::ns> CaptionLines::next_time() const {
  if (!paced_ || empty()) return std::nullopt;
  return complete_.empty() ? pause_end() : pts_of(complete_.front());
}

}  // namespace gemlive
