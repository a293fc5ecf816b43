// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "svg_picture.hpp"

#include <algorithm>
#include <vector>

#include "lettering.hpp"
#include "row_layout.hpp"
#include "summary.hpp"
#include "svg_row.hpp"
#include "svg_writer.hpp"

namespace gemlive::timeline {
namespace {

constexpr double head_line = 17;

constexpr const char *style = R"(<style>
text { font-family: sans-serif; font-size: 11px; fill: #000; white-space: pre }
.title { font-size: 18px; font-weight: bold }
.head, .words { font-size: 12px }
.side, .strong { font-weight: bold }
.clock { fill: #444; text-anchor: middle; font-size: 10px }
.first { text-anchor: start; font-weight: bold }
.halo { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round }
.unheard { font-style: italic; text-decoration: line-through; fill: #444 }
.user { stroke: #000; stroke-width: 2; fill: none }
.model { stroke: #666; stroke-width: 2; fill: none }
.speech { fill: #ddd; stroke: #000 }
.rest, .grid { stroke: #ccc; fill: none }
.leader { stroke: #000; stroke-width: .7; stroke-dasharray: 2 3 }
.turn { stroke: #000; stroke-width: 1.2 }
.wait { stroke: #000; stroke-width: 1.2; stroke-dasharray: 3 2 }
.stroke { stroke: #000; stroke-width: 1.4; fill: none }
.thick { stroke-width: 2.4 }
.fill { fill: #000 }
.offline { fill: url(#timeline-hatch); stroke: #000; stroke-width: .7 }
.discarded { fill: url(#timeline-cross); stroke: #000; stroke-dasharray: 5 3 }
.backlog { fill: url(#timeline-dots); stroke: #000; stroke-width: .8 }
</style>
<defs>
<pattern id="timeline-hatch" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M-2 2L2-2M0 8L8 0M6 10L10 6" stroke="#888" stroke-width="1.2"/></pattern>
<pattern id="timeline-cross" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M0 0L7 7M7 0L0 7" stroke="#bbb" stroke-width=".8"/></pattern>
<pattern id="timeline-dots" width="4" height="4" patternUnits="userSpaceOnUse"><circle cx="1.5" cy="1.5" r="1" fill="#000"/></pattern>
</defs>
)";

struct Head {
  std::vector<std::string> lines = {};
  double legend_y = 0;
  double bottom = 0;
};

Head head_of(const Model &model) {
  Head head;
  head.lines = wrap(headline_of(model), page_width - 8, words_size, 4);
  for (const auto &note : model.notes)
    for (auto &line : wrap("Note: " + note, page_width - 8, words_size, 2))
      if (head.lines.size() < 12) head.lines.push_back(std::move(line));
  head.legend_y = 26 + static_cast<double>(head.lines.size() + 1) * head_line;
  head.bottom = head.legend_y + 22;
  return head;
}

/// Explains the shapes that the picture has.
void draw_legend(SvgWriter &out, const Model &model, double y) {
  double x = 4;
  const auto add = [&](double sample, const char *text) {
    out.text(x + sample + 5, y, text, "label");
    x += sample + 5 + width(text, label_size) + 16;
  };
  const auto has = [&](Span::Kind kind) {
    return std::ranges::any_of(model.spans, [kind](const Span &span) { return span.kind == kind; });
  };
  if (!model.turns.empty()) {
    out.line(x, y - 4, x + 26, y - 4, "wait");
    out.line(x, y - 8, x, y, "wait");
    out.path('M' + SvgWriter::point(x + 21, y - 7.5) + "l5 3.5l-5 3.5", "stroke");
    add(26, "from the end of the question to the first sound");
    out.path('M' + SvgWriter::point(x, y) + "v-4h24v4", "stroke");
    add(24, "an answer");
  }
  if (std::ranges::any_of(model.turns, &Turn::is_interrupted)) {
    out.path('M' + SvgWriter::point(x, y - 4) + "h20m-4-4l8 8m0-8l-8 8", "stroke");
    add(24, "interrupted");
  }
  if (has(Span::Kind::discarded)) {
    out.rectangle(x, y - 10, 24, 12, "discarded");
    add(24, "came, but was not heard");
  }
  if (has(Span::Kind::offline)) {
    out.rectangle(x, y - 10, 24, 12, "offline");
    add(24, "no connection");
  }
  if (std::ranges::any_of(model.backlog,
                          [](const Backlog &point) { return point.seconds > least_backlog; })) {
    out.path('M' + SvgWriter::point(x, y) + "l14-10v10z", "backlog");
    add(14, "input that waits");
  }
  if ((model.user.peaks.empty() && has(Span::Kind::user_speech)) ||
      (model.model.peaks.empty() && has(Span::Kind::model_speech))) {
    out.rectangle(x, y - 9, 24, 9, "speech");
    add(24, "speech (its sound is not known)");
  }
}

std::string description(const Model &model) {
  auto text = headline_of(model) + ".";
  for (const auto &note : model.notes)
    text += ' ' + note;
  for (const auto &[at, who, what] : account_of(model, 300))
    text += '\n' + clock_text(at) + ' ' + (who.empty() ? "" : who + ": ") + what;
  return text;
}

}  // namespace

std::string svg_picture(const Model &model) {
  auto head = head_of(model);
  const auto layout = lay_out(model, head.bottom);
  SvgWriter out;
  const auto wide = number_text(page_width), high = number_text(layout.height);
  out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + wide + "\" height=\"" + high +
          "\" viewBox=\"0 0 " + wide + ' ' + high +
          "\" role=\"img\" aria-labelledby=\"timeline-title\" aria-describedby=\"timeline-desc\" "
          "data-left=\"" +
          number_text(plot_left) + "\" data-right=\"" + number_text(plot_right) + "\">\n");
  out.raw("<title id=\"timeline-title\">" + escape(title_of(model)) + "</title>\n");
  out.raw("<desc id=\"timeline-desc\">" + escape(description(model)) + "</desc>\n");
  out.raw(style);
  out.raw("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
  out.text(4, 24, title_of(model), "title");
  for (auto y = 26 + head_line; auto &line : head.lines) {
    out.text(4, y, line, "head");
    y += head_line;
  }
  draw_legend(out, model, head.legend_y);
  for (const auto &row : layout.rows)
    SvgRow(out, model, layout, row).draw();
  if (layout.hidden_words > 0)
    out.text(plot_left, layout.height - 4,
             std::to_string(layout.hidden_words) + " phrases have no room here.", "label");
  out.raw("</svg>\n");
  return out.take();
}

}  // namespace gemlive::timeline
