// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "server_events.hpp"

#include <simdjson.h>

#include <cstdint>
#include <fstream>
#include <string_view>
#include <utility>

namespace gemlive::bench {

namespace {

void append(std::vector<Stamp> &stamps, std::int64_t bytes, std::int64_t time) {
  const auto before = stamps.empty() ? 0 : stamps.back().end;
  stamps.push_back({before + static_cast<std::uint64_t>(bytes), time, 0});
}

}  // namespace

std::unordered_map<std::string, ServerSession> read_server_events(const std::string &file) {
  std::unordered_map<std::int64_t, ServerSession> by_number;
  std::unordered_map<std::int64_t, std::string> names;
  simdjson::dom::parser parser;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    simdjson::dom::element event;
    std::int64_t number = 0;
    std::int64_t time = 0;
    std::string_view type;
    if (parser.parse(line).get(event) || event["session"].get(number) || event["time"].get(time) ||
        event["type"].get(type))
      continue;
    std::int64_t bytes = 0;
    std::string_view name;
    if (type == "audio" && !event["bytes"].get(bytes)) {
      append(by_number[number].received, bytes, time);
    } else if (type == "audio-sent" && !event["bytes"].get(bytes)) {
      append(by_number[number].sent, bytes, time);
    } else if (type == "setup" &&
               !event.at_pointer("/setup/systemInstruction/parts/0/text").get(name)) {
      names[number] = name;
    }
  }
  std::unordered_map<std::string, ServerSession> by_name;
  for (auto &[number, name] : names)
    by_name[name] = std::move(by_number[number]);
  return by_name;
}

}  // namespace gemlive::bench
