// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// When audio can be heard. Pure, any thread.
namespace gemlive {

/// Samples below this are silence: 1/256 of full scale, -48 dBFS.
constexpr int audible_level = 128;

/// The first audible sample of S16LE audio that is still base64; none where all is silent, or what
/// stands before is not base64. With `half` the first byte belongs to a sample before.
std::optional<std::size_t> first_audible(std::string_view base64, bool half = false);

}  // namespace gemlive
