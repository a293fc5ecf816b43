// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "tap.hpp"

namespace gemlive::test {

/// The times, by the PTS, at which S16LE mono audio becomes loud after 200 ms of quiet, in ms.
std::vector<double> onsets(const std::vector<Tap::Item> &audio);

/// The same, by the running time, for all that a pipeline reads. `reader` is its description
/// without the sink.
std::vector<double> onsets_of(const std::string &reader);

}  // namespace gemlive::test
