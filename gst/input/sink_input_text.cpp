// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Typed text: what one turn is.

#include "categories.hpp"
#include "sink_input.hpp"
#include "upstream.hpp"

#define GST_CAT_DEFAULT gemlive::categories::input

namespace gemlive {

/// A stream of bytes has buffers of any size. A file is one text, a line of a terminal is one, too.
TextSplitter::Turns SinkInput::text_turns(const GstSegment &segment) const {
  using Turns = TextSplitter::Turns;
  switch (text_turns_) {
    case TextTurns::buffer:
      return Turns::buffer;
    case TextTurns::line:
      return Turns::line;
    case TextTurns::stream:
      return Turns::stream;
    case TextTurns::automatic:
      break;
  }
  auto *pad = GST_BASE_SINK_PAD(sink_);
  if (segment.format != GST_FORMAT_BYTES || upstream::is_appsrc(pad)) return Turns::buffer;
  return upstream::is_file(pad) ? Turns::stream : Turns::line;
}

GstFlowReturn SinkInput::render_text(std::span<const std::byte> bytes) {
  splitter_.lock()->append({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  for (;;) {
    const auto turn = splitter_.lock()->next();
    GST_LOG_OBJECT(sink_, "text, %zu bytes: turn of %zu bytes, %zu bytes wait for the next buffer",
                   bytes.size(), turn.size(), splitter_.lock()->pending());
    warn_of_text();
    if (turn.empty()) return GST_FLOW_OK;
    if (const auto flow = push_turn(turn); flow != GST_FLOW_OK) return flow;
  }
}

void SinkInput::warn_of_text() {
  if (splitter_.lock()->should_warn())
    GST_ELEMENT_WARNING(sink_, STREAM, DECODE,
                        ("The text is not valid UTF-8, and the wrong bytes are replaced: convert "
                         "the text before gemlivesink"),
                        (nullptr));
  if (splitter_.lock()->should_warn_of_cut())
    GST_ELEMENT_WARNING(sink_, STREAM, DECODE,
                        ("A turn of text is longer than 1 MiB, and is cut into several turns: send "
                         "shorter turns, or set text-turns"),
                        (nullptr));
}

}  // namespace gemlive
