// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rfc6455_cases.hpp"

#include "rude_peer.hpp"

namespace gemlive::test::rfc6455 {

Part frame(std::uint8_t first, std::string_view payload) {
  return {RudePeer::frame_bytes(first, payload)};
}

Part text(std::string_view payload) {
  return frame(0x81, payload);
}

std::vector<Part> fragments(std::uint8_t opcode, std::string_view payload, std::size_t size) {
  std::vector<Part> parts;
  for (; payload.size() > size; payload.remove_prefix(size), opcode = 0)
    parts.push_back(frame(opcode, payload.substr(0, size)));
  parts.push_back(frame(static_cast<std::uint8_t>(0x80 | opcode), payload));
  return parts;
}

Answer echo(std::string_view payload) {
  return {Answer::Kind::text, std::string(payload)};
}

Exchange fails(int code, std::vector<Part> parts, Chop chop, std::vector<Answer> answers) {
  return {.parts = std::move(parts),
          .chop = chop,
          .answers = std::move(answers),
          .end = Exchange::End::failed,
          .code = code};
}

Case row(std::string id, std::string sent, Exchange exchange) {
  return {std::move(id), std::move(sent), [exchange = std::move(exchange)] { return exchange; }};
}

Part ping(std::string_view payload) {
  return frame(0x89, payload);
}

Answer pong(std::string_view payload) {
  return {Answer::Kind::pong, std::string(payload)};
}

Part then_wait(Part part, std::size_t answers) {
  return {std::move(part.bytes), answers};
}

std::string id_of(const char *section, std::size_t number) {
  return std::string(section) + '.' + std::to_string(number);
}

std::string counted(std::size_t size, bool is_binary) {
  std::string block;
  for (int i = 0; i < 2000; ++i)
    block += std::to_string(i) + (is_binary ? '\xfe' : ' ');
  std::string all;
  while (all.size() < size)
    all += block;
  all.resize(size);
  return all;
}

Case message(const std::string &id, bool is_binary, std::size_t size, Chop chop,
             std::size_t fragment) {
  auto sent = std::string(is_binary ? "binary" : "text") + " of " + std::to_string(size) + " bytes";
  if (chop != whole) sent += " in chops of " + std::to_string(chop);
  if (fragment != SIZE_MAX) sent += " in fragments of " + std::to_string(fragment);
  return {id, sent, [=] {
            auto payload = counted(size, is_binary);
            return Exchange{
                .parts = fragments(is_binary ? 2 : 1, payload, fragment),
                .chop = chop,
                .answers = {{is_binary ? Answer::Kind::binary : Answer::Kind::text, payload}}};
          }};
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const auto &section : {framing_cases(), utf8_cases(), close_cases(), limit_cases()})
    all.insert(all.end(), section.begin(), section.end());
  return all;
}

}  // namespace gemlive::test::rfc6455
