// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer_style_reader.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace gemlive::simulator {

using simdjson::dom::array;
using simdjson::dom::element;

std::vector<MemberReader::Member> framing_members(MemberReader &reader, Framing &framing,
                                                  std::string &kind) {
  return {reader.text("frame", kind), reader.flag("compact", framing.compact),
          reader.number("fragment", framing.fragment), reader.number("pad", framing.pad),
          reader.number("cut", framing.cut)};
}

void finish_framing(MemberReader &reader, Framing &framing, const std::string &kind) {
  framing.text = kind == "text";
  if (kind != "text" && kind != "binary") reader.fail("\"frame\" must be text or binary");
}

namespace {

std::vector<std::size_t> read_chunks(MemberReader &reader, element value) {
  std::vector<std::size_t> chunks;
  array items;
  if (!value.get(items)) {
    for (const auto item : items) {
      std::uint64_t size = 0;
      if (item.get(size) || size == 0) break;
      chunks.push_back(size);
    }
  }
  if (!chunks.empty() && chunks.size() == items.size()) return chunks;
  reader.fail("\"chunks\" must be a list of whole numbers from 1");
  return {1};
}

void read_bundle(MemberReader &reader, element value, AnswerStyle &style) {
  const std::string_view what = value.is_string() ? std::string_view(value) : std::string_view();
  style.bundle_transcript = what == "transcript" || what == "end";
  style.bundle_end = what == "end";
  if (!style.bundle_transcript) reader.fail("\"bundle\" must be transcript or end");
}

}  // namespace

AnswerStyle read_answer_style(MemberReader &reader, element value) {
  AnswerStyle style;
  std::string kind = "binary";
  auto members = framing_members(reader, style.framing, kind);
  const std::vector<MemberReader::Member> more = {
      {"say",
       [&](element item) {
         std::string_view text;
         if (item.get(text)) return reader.fail("\"say\" must be a string");
         style.say = text;
       }},
      {"tone", [&](element item) { reader.number("tone", style.tone.emplace()).take(item); }},
      {"speed",
       [&](element item) {
         double speed = 0;
         if (item.get(speed) || speed < 0) return reader.fail("\"speed\" must be a number from 0");
         style.speed = speed;
       }},
      reader.number("rate", style.rate),
      reader.text("mime", style.mime),
      {"chunks", [&](element item) { style.chunks = read_chunks(reader, item); }},
      reader.number("parts", style.parts),
      {"bundle", [&](element item) { read_bundle(reader, item, style); }},
      reader.flag("url-safe", style.url_safe),
      reader.flag("escape", style.escape),
      reader.flag("generation-complete", style.generation_complete),
      reader.flag("turn-complete", style.turn_complete),
      reader.flag("usage", style.usage),
      reader.flag("interrupted-complete", style.interrupted_complete),
      reader.text("reason", style.reason),
      reader.text("status", style.status),
      {"extra", [&](element item) {
         const auto text = compact(item);
         if (!item.is_object() || text.size() < 3)
           return reader.fail("\"extra\" must be an object with members");
         style.extra = text.substr(1, text.size() - 2);
       }}};
  members.insert(members.end(), more.begin(), more.end());
  reader.read(value, "answer", members);
  finish_framing(reader, style.framing, kind);
  if (style.parts < 1) reader.fail("\"parts\" must be at least 1");
  if (style.rate < 1000 || style.rate > 192000) reader.fail("\"rate\" must be from 1000 to 192000");
  return style;
}

}  // namespace gemlive::simulator
