// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "tap.hpp"

namespace gemlive::test {

/// A time in which audio is loud, without 200 ms of quiet in it. In ms.
struct LoudSpan {
  double begin = 0;
  double end = 0;
};

/// The loud times of S16LE mono audio, by the PTS.
std::vector<LoudSpan> loud_spans(const std::vector<Tap::Item> &audio);

/// When a channel of S16LE audio becomes loud, in ms from the first sample.
std::vector<double> onsets_in(const std::string &samples, int rate, int channels = 1,
                              int channel = 0);

/// When S16LE mono audio becomes loud, in ms of running time. `reader` is the description of a
/// pipeline that reads it, without the sink.
std::vector<double> onsets_of(const std::string &reader);

}  // namespace gemlive::test
