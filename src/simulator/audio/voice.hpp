// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gemlive::simulator {

/// S16LE mono.
using Pcm = std::shared_ptr<const std::vector<std::byte>>;

/// Synthesizes answers: speech from espeak-ng, or a sequence of tones. Falls back to tones if
/// espeak-ng is not built in or its data is not installed. One per process. Main thread.
class Voice {
 public:
  enum class Kind { espeak, tone };

  explicit Voice(Kind kind);
  Kind kind() const { return kind_; }

  /// Caches the last few answers, so that many sessions share one synthesis.
  Pcm speak(std::string_view text, int rate);
  /// Notes of 200 ms. The same `seed` gives the same samples on every machine.
  Pcm tone(int milliseconds, int seed, int rate);

 private:
  struct CachedSpeech {
    std::string key = {};
    Pcm pcm = {};
  };
  template <typename Make>
  Pcm cached(std::string key, Make make);

  Kind kind_;
  int espeak_rate_ = 0;
  std::list<CachedSpeech> cache_;
};

}  // namespace gemlive::simulator
