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

/// The byte behind the first `count` characters of UTF-8.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool is_first_byte = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (is_first_byte && count-- == 0) break;
  }
  return at;
}

}  // namespace

void CaptionLines::add(std::string_view text, ns at, ns now) {
  append(text, at);
  if (!open_.empty()) newest_ = std::max(newest_, now);
  while (static_cast<std::size_t>(TextTimeline::characters(open_)) > width_) {
    const auto size = line_end();
    const auto next = open_.find_first_not_of(' ', size);
    if (next == std::string::npos) break;  // only a space is too much
    complete(size, now, time_of(next));
  }
}

/// White space becomes a single space.
void CaptionLines::append(std::string_view text, ns at) {
  bool is_marked = false;
  for (const char c : text) {
    if (is_space(c) && (open_.empty() || open_.back() == ' ')) continue;
    if (!std::exchange(is_marked, true)) marks_.push_back({.position = open_.size(), .at = at});
    open_ += is_space(c) ? ' ' : c;
  }
}

/// The end of the last word that fits. A word that is longer than a line is cut.
std::size_t CaptionLines::line_end() const {
  const auto most = bytes_of(open_, width_);
  if (open_[most] == ' ') return most;
  const auto space = open_.rfind(' ', most);
  return space == std::string::npos || space == 0 ? most : space;
}

/// When the character at this byte is said.
CaptionLines::ns CaptionLines::time_of(std::size_t position) const {
  const auto next = std::ranges::upper_bound(marks_, position, {}, &Mark::position);
  const auto &mark = *std::prev(next);
  const auto before = std::string_view(open_).substr(mark.position, position - mark.position);
  const ns at = mark.at + TextTimeline::characters(before) * per_character;
  return next == marks_.end() ? at : std::min(at, std::max(next->at, mark.at));
}

void CaptionLines::complete(std::size_t size, ns now, std::optional<ns> end) {
  complete_.push_back({.text = open_.substr(0, size), .at = time_of(0), .ready = now, .end = end});
  const auto next = std::min(open_.find_first_not_of(' ', size), open_.size());
  const auto rest = next < open_.size() ? time_of(next) : ns(0);
  open_.erase(0, next);
  std::vector<Mark> marks;
  if (!open_.empty()) marks.push_back({.position = 0, .at = rest});
  for (const auto &mark : marks_)
    if (mark.position > next) marks.push_back({.position = mark.position - next, .at = mark.at});
  marks_ = std::move(marks);
}

void CaptionLines::end_item(std::optional<ns> end, ns now) {
  const auto size = open_.find_last_not_of(' ') + 1;
  if (size > 0) {
    complete(size, now, std::nullopt);
    const auto &line = complete_.back();
    if (end) complete_.back().end = std::max(*end, line.at + TextTimeline::spoken(line.text));
  }
  open_.clear();
  marks_.clear();
  if (!complete_.empty()) complete_.back().ends_item = true;
}

bool CaptionLines::clear() {
  const bool had_text = !empty();
  complete_.clear();
  open_.clear();
  marks_.clear();
  return had_text;
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
              .ends_item = line.ends_item};
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
  return paced_ ? std::max(line.at, line.ready) : line.at;
}

/// Text that arrives ahead of its time is followed by other text before that.
CaptionLines::ns CaptionLines::pause_end() const {
  return std::max(newest_, time_of(open_.size())) + longest_pause;
}

std::optional<CaptionLines::ns> CaptionLines::next_time() const {
  if (!paced_ || empty()) return std::nullopt;
  return complete_.empty() ? pause_end() : pts_of(complete_.front());
}

}  // namespace gemlive
