// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The frame parser, as client and as server, with any bytes in pieces of any size. The messages do
// not depend on the size of the pieces and keep the limits. After a fault there are no messages.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "frame_parser.hpp"
#include "require.hpp"

using namespace gemlive;
using test::require;

namespace {

struct Outcome {
  std::vector<std::string> messages = {};  // with their opcodes
  int fault = 0;

  bool operator==(const Outcome &) const = default;
};

Outcome read(FrameParser::Side side, std::string_view bytes, std::size_t piece) {
  FrameParser parser(side);
  Outcome outcome;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    // Memory of its own, so that ASan detects a view into an earlier piece.
    const std::vector<char> part(
        bytes.begin() + static_cast<std::ptrdiff_t>(at),
        bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), at + piece)));
    parser.feed({part.data(), part.size()}, 0);
    while (const auto incoming = parser.next()) {
      require(outcome.fault == 0, "no messages after a fault");
      const auto opcode = static_cast<std::uint8_t>(incoming->opcode);
      require(opcode != 0 && (opcode & 0x70) == 0, "fragments are assembled");
      require(opcode < 8 || incoming->payload.size() <= 125,
              "control frames have at most 125 bytes");
      outcome.messages.push_back(std::to_string(opcode) + std::string(incoming->payload));
    }
    if (parser.error()) outcome.fault = parser.error()->code;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size < 2) return 0;
  const auto side = data[0] & 1 ? FrameParser::Side::client : FrameParser::Side::server;
  const std::size_t piece = 1 + data[1];
  const std::string_view bytes(reinterpret_cast<const char *>(data + 2), size - 2);
  require(read(side, bytes, piece) == read(side, bytes, size),
          "the result does not depend on the size of the pieces");
  return 0;
}
