// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

/// The .websocket.log form of google/test-server, in which Google's SDKs record their tests:
///
///   >39 {"realtimeInput":{"activityStart":{}}}
///   <27 {
///     "setupComplete": {}
///   }
///
/// `>` is a message of the client and `<` one of the server. The number is the payload's length
/// with the line feed behind it. The form has no times. Ours are white space at the end of the
/// payload, so that other readers see the same JSON: a tab, then 40 binary digits (space 0, tab 1),
/// the microseconds since the start. What is no message is a Note. Pure. Any thread.
namespace gemlive::websocket_log {

struct Entry {
  bool is_clients = false;
  std::string_view payload = {};  // without the time; points into the text
  std::optional<std::int64_t> time = {};
};

struct Entries {
  std::vector<Entry> list = {};
  bool is_cut = false;  // the text ends within an entry
};

void append(std::string &out, bool is_clients, std::string_view payload, std::int64_t time);

/// `text` must outlive the entries. Errors: bad_setting.
Result<Entries> parse(std::string_view text);

/// What happened at this point, as JSON in place of a message of the server.
struct Note {
  struct Closed {
    int code = 1006;  // 1006: without a Close frame
    std::string reason = {};
    bool operator==(const Closed &) const = default;
  };
  std::optional<Closed> closed = {};  // by the server
  unsigned dropped = 0;               // messages that are not in the file
  bool is_full = false;               // the file ends here, the conversation did not
  bool operator==(const Note &) const = default;
};

std::string text(const Note &note);
/// nullopt if the payload is a message.
std::optional<Note> read_note(std::string_view payload);

}  // namespace gemlive::websocket_log
