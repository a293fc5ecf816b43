// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "onsets.hpp"
#include "tap.hpp"

namespace gemlive::test {

/// What a viewer of a dubbed LiveProgramme gets. Times in ms, with the same zero.
struct Dubbed {
  /// Reads a file of MPEG-TS, or of Matroska, which has captions as well.
  explicit Dubbed(const std::string &path);

  /// How far the voice begins from this moment. Positive: it is late.
  double voice_offset(double moment) const;

  std::vector<double> frames = {};
  std::vector<double> bright = {};  // when the picture becomes bright
  std::vector<LoudSpan> sound = {}, voice = {};
  std::vector<Tap::Item> captions = {};
  std::string voice_language = {}, caption_language = {};

 private:
  void read_picture(const std::vector<Tap::Item> &items);
};

}  // namespace gemlive::test
