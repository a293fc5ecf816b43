// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <iterator>
#include <utility>
#include <vector>

#include "server_message_reader.hpp"
#include "wire.hpp"

namespace gemlive::wire {
namespace {

constexpr std::size_t max_message = 16 * 1024 * 1024;

Error bad_data(const char *problem) {
  return {
      .kind = ErrorKind::bad_data,
      .message =
          "The service sent a message that is not valid in the Live API. If uri is set, check that "
          "it is the address of a Live API service",
      .detail = problem};
}

}  // namespace

struct Decoder::Memory {
  JsonReader reader;
  OrderedEvents ordered;
  std::vector<ServerEvent> events;
};

Decoder::Decoder() : memory_(std::make_unique<Memory>()) {}
Decoder::~Decoder() = default;

Result<std::span<const ServerEvent>> Decoder::decode(std::string_view message) {
  auto &[reader, ordered, events] = *memory_;
  events.clear();
  for (auto &list : ordered)
    list.clear();
  if (message.size() > max_message) return bad_data("larger than 16 MiB");

  ServerMessageReader server_message(reader, message, ordered);
  if (!server_message.read()) return bad_data(server_message.problem());
  // It is what the user interrupts with, unless the interrupted turn is in the same message.
  if (!ordered[at_interruption].empty() && ordered[at_content].empty())
    std::swap(ordered[at_user_transcript], ordered[at_behind_interruption]);
  for (auto &list : ordered)
    events.insert(events.end(), std::move_iterator(list.begin()), std::move_iterator(list.end()));
  return std::span<const ServerEvent>(events);
}

}  // namespace gemlive::wire
