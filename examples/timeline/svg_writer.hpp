// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Shapes of a SVG picture. Texts are escaped, numbers are finite. One thread at a time.
class SvgWriter {
 public:
  /// `style` is a class of the style sheet, `title` is told when the pointer rests on the shape.
  void text(double x, double y, std::string_view text, std::string_view style,
            std::string_view title = {});
  void rectangle(double x, double y, double width, double height, std::string_view style,
                 std::string_view title = {});
  void line(double x1, double y1, double x2, double y2, std::string_view style);
  /// Path data: made with move() and the like, or fixed.
  void path(std::string_view data, std::string_view style);
  /// What a mark looks like, 11 pixels wide and high, around a place.
  void glyph(Mark::Kind kind, double x, double y);
  void raw(std::string_view xml) { out_ += xml; }

  std::string take() { return std::move(out_); }

  static std::string point(double x, double y);

 private:
  void attribute(std::string_view name, double value);
  void close(std::string_view style, std::string_view title, std::string_view tag);

  std::string out_;
};

}  // namespace gemlive::timeline
