// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "svg_writer.hpp"

#include "lettering.hpp"

namespace gemlive::timeline {

std::string SvgWriter::point(double x, double y) {
  return number_text(x) + ' ' + number_text(y);
}

void SvgWriter::attribute(std::string_view name, double value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"" + number_text(value) + '"';
}

void SvgWriter::close(std::string_view style, std::string_view title, std::string_view tag) {
  out_ += " class=\"";
  out_ += style;
  if (title.empty()) {
    out_ += "\"/>\n";
    return;
  }
  out_ += "\"><title>" + escape(title) + "</title></";
  out_ += tag;
  out_ += ">\n";
}

void SvgWriter::text(double x, double y, std::string_view text, std::string_view style,
                     std::string_view title) {
  if (text.empty()) return;
  out_ += "<text";
  attribute("x", x);
  attribute("y", y);
  out_ += " class=\"";
  out_ += style;
  out_ += "\">";
  if (!title.empty()) out_ += "<title>" + escape(title) + "</title>";
  out_ += escape(text) + "</text>\n";
}

void SvgWriter::rectangle(double x, double y, double width, double height, std::string_view style,
                          std::string_view title) {
  out_ += "<rect";
  attribute("x", x);
  attribute("y", y);
  attribute("width", width > 0 ? width : 0);
  attribute("height", height > 0 ? height : 0);
  close(style, title, "rect");
}

void SvgWriter::line(double x1, double y1, double x2, double y2, std::string_view style) {
  out_ += "<line";
  attribute("x1", x1);
  attribute("y1", y1);
  attribute("x2", x2);
  attribute("y2", y2);
  close(style, {}, "line");
}

void SvgWriter::path(std::string_view data, std::string_view style) {
  if (data.empty()) return;
  out_ += "<path d=\"";
  out_ += data;
  out_ += '"';
  close(style, {}, "path");
}

void SvgWriter::glyph(Mark::Kind kind, double x, double y) {
  const auto at = 'M' + point(x, y);
  switch (kind) {
    case Mark::Kind::lost:  // a cross
      return path(at + "m-4.5-4.5l9 9m0-9l-9 9", "stroke thick");
    case Mark::Kind::connected:  // a ring
      return path(at + "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "stroke");
    case Mark::Kind::resumed:  // a ring, filled
      return path(at + "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "fill stroke");
    case Mark::Kind::tool:  // a diamond
      return path(at + "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z", "fill");
    case Mark::Kind::interrupted:  // two bars
      return path(at + "m-2.5-5v10m5-10v10", "stroke thick");
    case Mark::Kind::dropped:  // an arrow down
      return path(at + "m0-5v9m-4-4l4 4l4-4", "stroke");
    case Mark::Kind::typed:  // a key
      return path(at + "m-5-5h10v10h-10zm2.5 3h5m-2.5 0v5", "stroke");
    case Mark::Kind::warning:  // a triangle
      return path(at + "m0-5.5l5.5 10h-11zm0 3.5v3.5m0 1v1", "stroke");
    case Mark::Kind::error:  // a square with a cross
      return path(at + "m-5-5h10v10h-10zm2 2l6 6m0-6l-6 6", "stroke");
    case Mark::Kind::note:  // a dot
      return path(at + "m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0", "fill stroke");
  }
}

}  // namespace gemlive::timeline
