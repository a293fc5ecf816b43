// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Where audio becomes audible. Pure functions: any thread.
namespace gemlive {

/// The index of the first audible sample of base64-encoded S16LE audio. None if the audio is
/// silent, or contains invalid base64 before that sample. With `half` the first byte ends an
/// earlier sample.
std::optional<std::size_t> first_audible(std::string_view base64, bool half = false);

}  // namespace gemlive
