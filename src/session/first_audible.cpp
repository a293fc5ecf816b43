// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "first_audible.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

#include "base64.hpp"
#include "pcm.hpp"

namespace gemlive {

std::optional<std::size_t> first_audible(std::string_view base64, bool half) {
  constexpr std::size_t most = 1024;  // characters, whole groups
  std::array<std::byte, most / 4 * 3> bytes;
  std::size_t at = 0;
  unsigned low = 0;
  // A small first piece: speech is usually audible at its start.
  for (std::size_t characters = 64; !base64.empty(); characters = most) {
    const auto piece = base64.substr(0, characters);
    base64.remove_prefix(piece.size());
    const auto size = base64::decoded_size(piece);
    if (!size || *size > bytes.size() || !base64::decode(piece, bytes.data())) return std::nullopt;
    for (std::size_t i = 0; i < *size; ++i, ++at) {
      const auto byte = std::to_integer<unsigned>(bytes[i]);
      const bool is_low = (at % 2 == 0) != half;
      const auto sample = static_cast<std::int16_t>(low | byte << 8);
      if (!is_low && at > 0 && std::abs(sample) >= pcm::audible_level) return (at - 1) / 2;
      low = byte;
    }
  }
  return std::nullopt;
}

}  // namespace gemlive
