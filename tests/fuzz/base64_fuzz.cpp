// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Every routine against the scalar one: the same verdict, the same bytes, and back again.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base64.hpp"

using namespace gemlive;

namespace {

using Bytes = std::vector<std::byte>;

void require(bool holds) {
  if (!holds) std::abort();
}

bool decode(const base64::Routine &routine, std::string_view text, Bytes &bytes) {
  bytes.assign(base64::decoded_size(text).value_or(0), std::byte{0});
  bytes.shrink_to_fit();  // so that ASan sees a step too far
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
    require(decode(routine, text, decoded) == valid);
    if (valid) require(decoded == expected);
    require(encode(routine, bytes) == encoded);
    require(decode(routine, encoded, decoded));
    require(std::equal(decoded.begin(), decoded.end(), bytes.begin(), bytes.end()));
  }
  return 0;
}
