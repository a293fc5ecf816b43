// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a server may send to a client, and what RFC 6455 requires of the client then. The cases and
/// their numbers are those of the Autobahn test suite, sections 1 to 7, 9 and 10.
namespace gemlive::test::rfc6455 {

/// A frame from the client. Of a close frame, the payload is the code in decimal.
struct Answer {
  enum class Kind { text, binary, pong, close, other };

  Kind kind = Kind::text;
  std::string payload = {};

  bool operator==(const Answer &) const = default;
};

/// A frame from the server, or a part of one.
struct Part {
  std::string bytes = {};
  /// If set, the server sends the next part after it has received this number of frames, close
  /// frames included. The client must not have sent more.
  std::optional<std::size_t> answers = {};
};

/// The number of bytes that the server sends at once.
using Chop = std::size_t;
constexpr Chop whole = 0, each_frame = SIZE_MAX, each_octet = 1;

struct Exchange {
  enum class End {
    closed_afterwards,  // the server closes with code 1000 after all answers
    closed_by_parts,    // one of the parts is a valid close frame
    failed,             // the client fails the connection
    informational       // the RFC does not say
  };

  std::vector<Part> parts = {};
  Chop chop = whole;
  std::vector<Answer> answers = {};  // without the close frame. Messages are echoed.
  End end = End::closed_afterwards;
  int code = 1000;                                  // in the client's close frame
  std::pair<int, std::string> closed = {1000, ""};  // the end that the application sees
};

struct Case {
  std::string id = {};  // of the Autobahn test suite
  std::string sent = {};
  /// Makes the exchange. Some are large.
  std::function<Exchange()> make = {};
};

std::vector<Case> all_cases();
std::vector<Case> framing_cases();  // sections 1 to 5
std::vector<Case> utf8_cases();     // section 6
std::vector<Case> close_cases();    // section 7
std::vector<Case> limit_cases();    // sections 9 and 10

// For the tables.

/// `first` is the first byte: FIN, RSV and opcode.
Part frame(std::uint8_t first, std::string_view payload);
Part text(std::string_view payload);
Part ping(std::string_view payload);
/// A message in frames of at most `size` bytes.
std::vector<Part> fragments(std::uint8_t opcode, std::string_view payload, std::size_t size);
/// The server sends the next part after the client has sent `answers` frames.
Part then_wait(Part part, std::size_t answers);
Answer echo(std::string_view payload);
Answer pong(std::string_view payload);

Exchange fails(int code, std::vector<Part> parts, Chop chop = whole,
               std::vector<Answer> answers = {});
Case row(std::string id, std::string sent, Exchange exchange);
/// A message of `size` bytes, which the client echoes.
Case message(const std::string &id, bool is_binary, std::size_t size, Chop chop,
             std::size_t fragment = SIZE_MAX);
std::string id_of(const char *section, std::size_t number);
/// `size` bytes in which a lost or repeated part shows. Binary is not UTF-8.
std::string counted(std::size_t size, bool is_binary);

}  // namespace gemlive::test::rfc6455
