// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gemlive {

/// Joins the pieces of a text stream to whole lines. A line is complete when the next word does not
/// fit, when its item ends, or when no text follows for `longest_pause`. It is shown from the time
/// at which its first word is said, if it is complete by then, and else from its completion. It is
/// shown until the next line, for `longest_show` at most. If the next line is not known, it is
/// shown as long as it takes to read. A line of words that were said before they arrived stands
/// where they were said. Pure: all times are arguments. One thread at a time.
class CaptionLines {
 public:
  using ns = std::chrono::nanoseconds;

  static constexpr ns longest_show = std::chrono::seconds(7);
  static constexpr ns shortest_read = std::chrono::seconds(2);
  static constexpr ns longest_pause = std::chrono::seconds(2);
  static constexpr std::size_t most_lines = 1000;

  struct Line {
    std::string text = {};  // without a line break
    ns pts{0};
    ns duration{0};
    bool ends_item = false;
    bool was_said = false;  // the PTS may lie in the past
  };

  /// `width` in characters. Without `paced`, a line never waits for the clock.
  explicit CaptionLines(std::size_t width = 42, bool paced = true) : width_(width), paced_(paced) {}

  /// A piece arrived that is said from `at` on. `said_until`: it was said before it arrived, until
  /// then.
  void add(std::string_view text, ns at, ns now, std::optional<ns> said_until = {});
  /// The item, such as a turn, has no more text. It is said until `end`, if that is known.
  void end_item(std::optional<ns> end, ns now);
  /// An interruption: what is not shown is dropped.
  void clear();

  /// Takes the next line, if it is to be shown now.
  std::optional<Line> take(ns now);
  /// When take() may return a line although nothing is added.
  std::optional<ns> next_time() const;
  bool empty() const { return complete_.empty() && open_.empty(); }
  /// Enough lines wait: take() before the next add().
  bool is_full() const { return complete_.size() >= most_lines; }

 private:
  struct Complete {
    std::string text = {};
    ns at{0};                    // its first word
    ns ready{0};                 // its completion
    std::optional<ns> end = {};  // the next line is said from here on
    bool ends_item = false;
    bool was_said = false;
  };
  /// A piece begins at this byte of the open line, and is said from `at` on.
  struct Mark {
    std::size_t position = 0;
    ns at{0};
    std::optional<ns> said_until = {};
  };

  std::size_t line_end() const;
  const Mark &mark_of(std::size_t position) const;
  ns time_of(std::size_t position) const;
  void complete(std::size_t size, ns now, std::optional<ns> end);
  ns pause_end() const;
  ns pts_of(const Complete &line) const;
  ns duration_of(const Complete &line) const;

  std::size_t width_;
  bool paced_;
  std::deque<Complete> complete_;
  std::string open_;  // an incomplete line
  std::size_t characters_ = 0;
  std::vector<Mark> marks_;
  ns newest_{0};  // arrival of the newest piece
};

}  // namespace gemlive
