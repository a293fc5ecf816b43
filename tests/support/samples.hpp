// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace gemlive::test {

/// Bytes as Tap::bytes() returns them, to compare with a recording of the simulator.
std::string as_string(const std::vector<std::byte> &bytes);

/// S16LE mono that every detector takes for speech.
std::string loud(std::chrono::milliseconds duration, int rate = 16000);

/// Whether `heard` is `said`, followed only by silence.
bool is_followed_by_silence(const std::string &heard, const std::string &said);

/// A WAV file of S16LE mono.
std::string wav(const std::string &samples, int rate = 16000);

/// The samples of a WAV file; empty if it is not one.
std::string wav_samples(const std::string &path);

}  // namespace gemlive::test
