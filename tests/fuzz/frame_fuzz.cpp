// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The frame reader, either side, against any bytes however they are cut: what it hands out does not
// depend on the cuts and is within its limits, and nothing comes behind a fault.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "frame_parser.hpp"

using namespace gemlive;

namespace {

void require(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

struct Outcome {
  std::vector<std::string> messages = {};  // with their opcodes
  int fault = 0;

  bool operator==(const Outcome &) const = default;
};

Outcome read(FrameParser::Side side, std::string_view bytes, std::size_t piece) {
  FrameParser reader(side);
  Outcome outcome;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    // Its own memory, so that a view into the last piece is seen.
    const std::vector<char> part(
        bytes.begin() + static_cast<std::ptrdiff_t>(at),
        bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), at + piece)));
    reader.feed({part.data(), part.size()}, 0);
    while (const auto incoming = reader.next()) {
      require(outcome.fault == 0, "nothing comes behind a fault");
      const auto opcode = static_cast<std::uint8_t>(incoming->opcode);
      require(opcode != 0 && (opcode & 0x70) == 0, "fragments are put together");
      require(opcode < 8 || incoming->payload.size() <= 125, "control frames are short");
      outcome.messages.push_back(std::to_string(opcode) + std::string(incoming->payload));
    }
    if (reader.error()) outcome.fault = reader.error()->code;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size < 2) return 0;
  const auto side = data[0] & 1 ? FrameParser::Side::client : FrameParser::Side::server;
  const std::size_t piece = 1 + data[1];
  const std::string_view bytes(reinterpret_cast<const char *>(data + 2), size - 2);
  require(read(side, bytes, piece) == read(side, bytes, size), "cuts do not matter");
  return 0;
}
