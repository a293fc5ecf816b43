// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "row_layout.hpp"
#include "svg_writer.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Draws one row of a picture. One thread at a time.
class SvgRow {
 public:
  SvgRow(SvgWriter &out, const Model &model, const RowLayout &layout, const Row &row)
      : out_(out), model_(model), layout_(layout), row_(row) {}

  void draw();

 private:
  double x(double time) const { return row_.x(time, layout_.pixels_a_second); }
  bool overlaps(double start, double end) const { return start < row_.end && end >= row_.start; }

  void quiet();
  void axis();
  void spans();
  void levels(const Levels &levels, double y, const char *style);
  void speech(Span::Kind kind, double y);
  void backlog();
  void turns();
  void turn(const Turn &turn, double right);
  void leaders();
  double label_y(const Label &label) const;
  void labels();
  void words(Side side, double y);

  SvgWriter &out_;
  const Model &model_;
  const RowLayout &layout_;
  const Row &row_;
};

}  // namespace gemlive::timeline
