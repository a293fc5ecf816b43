// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Compares every base64 routine with the scalar one: same result, same bytes, and a round trip.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base64.hpp"
#include "require.hpp"

using namespace gemlive;
using test::require;

namespace {

using Bytes = std::vector<std::byte>;

bool decode(const base64::Routine &routine, std::string_view text, Bytes &bytes) {
  bytes.assign(base64::decoded_size(text).value_or(0), std::byte{0});
  bytes.shrink_to_fit();  // so that ASan detects an overrun
  return routine.decode(text, bytes.data());
}

std::string encode(const base64::Routine &routine, std::span<const std::byte> bytes) {
  const auto size = base64::encoded_size(bytes.size());
  const auto text = std::make_unique<char[]>(size);
  routine.encode(bytes, text.get());
  return {text.get(), size};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  const std::span bytes(reinterpret_cast<const std::byte *>(data), size);
  const auto &scalar = base64::routines().front();
  Bytes expected;
  const bool valid = decode(scalar, text, expected);
  const auto encoded = encode(scalar, bytes);
  for (const auto &routine : base64::routines()) {
    Bytes decoded;
    require(decode(routine, text, decoded) == valid, "all routines accept the same text");
    if (valid) require(decoded == expected, "all routines decode the same bytes");
    require(encode(routine, bytes) == encoded, "all routines encode the same text");
    require(decode(routine, encoded, decoded), "encoded text is valid");
    require(std::equal(decoded.begin(), decoded.end(), bytes.begin(), bytes.end()),
            "a round trip restores the bytes");
  }
  return 0;
}
