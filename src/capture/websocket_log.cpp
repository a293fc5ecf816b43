// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "websocket_log.hpp"

#include <charconv>

#include "json_string.hpp"
#include "json_value.hpp"

namespace gemlive::websocket_log {
namespace {

constexpr std::size_t digits = 40;
constexpr std::string_view note_start = R"({"gemliveCapture":)";

std::string stamp(std::int64_t time) {
  std::string text(digits + 1, '\t');
  for (std::size_t digit = digits; digit > 0; --digit, time >>= 1)
    text[digit] = time & 1 ? '\t' : ' ';
  return text;
}

std::optional<std::int64_t> take_stamp(std::string_view &payload) {
  if (payload.size() <= digits) return {};
  const auto text = payload.substr(payload.size() - digits - 1);
  if (text[0] != '\t') return {};
  std::int64_t time = 0;
  for (const char c : text.substr(1)) {
    if (c != ' ' && c != '\t') return {};
    time = time << 1 | (c == '\t');
  }
  payload.remove_suffix(text.size());
  return time;
}

Error malformed(std::size_t at, const char *expected) {
  return {ErrorKind::bad_setting, "The file is not in the form of a .websocket.log: at byte " +
                                      std::to_string(at) + ' ' + expected + " is missing"};
}

int number(const json::Value *value) {
  int result = 0;
  if (value) std::from_chars(value->text.data(), value->text.data() + value->text.size(), result);
  return result;
}

}  // namespace

void append(std::string &out, bool is_clients, std::string_view payload, std::int64_t time) {
  out += is_clients ? '>' : '<';
  out += std::to_string(payload.size() + digits + 2);
  out += ' ';
  out += payload;
  out += stamp(time);
  out += '\n';
}

Result<Entries> parse(std::string_view text) {
  Entries entries;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '>' && text[at] != '<') return malformed(at, "> or <");
    const bool is_clients = text[at] == '>';
    std::size_t size = 0;
    const auto *begin = text.data() + at + 1, *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, size);
    if (begin == end || rest == end) break;
    if (error != std::errc() || size == 0) return malformed(at + 1, "a length");
    const auto start = static_cast<std::size_t>(rest - text.data()) + 1;
    if (start > text.size() || size > text.size() - start) break;
    Entry entry{.is_clients = is_clients, .payload = text.substr(start, size - 1)};
    entry.time = take_stamp(entry.payload);
    entries.list.push_back(entry);
    at = start + size;
    if (at == text.size()) return entries;
  }
  entries.is_cut = !text.empty();
  return entries;
}

std::string text(const Note &note) {
  std::string inner;
  if (note.closed)
    inner = R"("closed":{"code":)" + std::to_string(note.closed->code) + R"(,"reason":)" +
            json::quoted(note.closed->reason) + '}';
  else if (note.is_full)
    inner = R"("full":true)";
  else
    inner = R"("dropped":)" + std::to_string(note.dropped);
  return std::string(note_start) + '{' + inner + "}}";
}

std::optional<Note> read_note(std::string_view payload) {
  json::Value message;
  if (!payload.starts_with(note_start) || json::parse(payload, message)) return {};
  const auto *inner = message.find("gemliveCapture");
  Note note{.dropped = static_cast<unsigned>(number(inner->find("dropped"))),
            .is_full = inner->find("full") != nullptr};
  if (const auto *closed = inner->find("closed")) {
    const auto *reason = closed->find("reason");
    note.closed = Note::Closed{.code = number(closed->find("code")),
                               .reason = reason ? reason->string().value_or("") : ""};
  }
  return note;
}

}  // namespace gemlive::websocket_log
