// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <span>

namespace gemlive {

/// Tells speech from the quiet around it by the loudest so far: enough to know whether something
/// was said that wants an answer. Pure but for what it has heard.
class Loudness {
 public:
  /// Whether this piece (S16LE) is loud: a tenth of the loudest peak so far, and not just noise.
  bool hear(std::span<const std::byte> samples);

 private:
  int loudest_ = 0;
};

}  // namespace gemlive
