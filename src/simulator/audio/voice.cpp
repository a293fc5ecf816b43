// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "voice.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <span>

#include "resample.hpp"

#ifdef GEMLIVE_HAVE_ESPEAK
#include <espeak-ng/speak_lib.h>
#endif

namespace gemlive::simulator {

namespace {

constexpr std::size_t cache_size = 16;

static_assert(std::endian::native == std::endian::little, "PCM is written as it lies in memory");

Pcm to_pcm(std::span<const std::int16_t> samples) {
  const auto bytes = std::as_bytes(samples);
  return std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
}

#ifdef GEMLIVE_HAVE_ESPEAK
int collect(short *samples, int count, espeak_EVENT *events) {
  auto *speech = static_cast<std::vector<std::int16_t> *>(events->user_data);
  if (samples && speech) speech->insert(speech->end(), samples, samples + count);
  return 0;
}

int start_espeak() {
  const int rate =
      espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT);
  if (rate <= 0) return 0;
  espeak_SetSynthCallback(collect);
  espeak_SetVoiceByName("en");
  return rate;
}

std::vector<std::int16_t> run_espeak(const std::string &text) {
  std::vector<std::int16_t> speech;
  espeak_Synth(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr,
               &speech);
  return speech;
}
#else
int start_espeak() {
  return 0;
}

std::vector<std::int16_t> run_espeak(const std::string &) {
  return {};
}
#endif

std::vector<std::int16_t> make_tones(int milliseconds, int seed, int rate) {
  constexpr std::array notes = {262.0, 294.0, 330.0, 392.0, 440.0, 523.0, 587.0};
  const auto count = static_cast<std::int64_t>(rate) * milliseconds / 1000;
  const std::int64_t note = rate / 5;
  const double fade = rate / 100.0;
  auto random = static_cast<std::uint32_t>(seed) * 2654435761u + 1;
  std::vector<std::int16_t> samples;
  samples.reserve(static_cast<std::size_t>(count));
  double phase = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    if (i % note == 0) random = random * 1664525u + 1013904223u;
    phase += 2 * std::numbers::pi * notes[(random >> 16) % notes.size()] / rate;
    const auto edge = static_cast<double>(std::min(i % note, note - 1 - i % note));
    samples.push_back(static_cast<std::int16_t>(
        std::lround(9000 * std::min(1.0, edge / fade) * std::sin(phase))));
  }
  return samples;
}

}  // namespace

Voice::Voice(Kind kind) : kind_(kind) {
  if (kind_ == Kind::espeak) espeak_rate_ = start_espeak();
  if (espeak_rate_ == 0) kind_ = Kind::tone;
}

template <typename Make>
Pcm Voice::cached(std::string key, Make make) {
  const auto found = std::ranges::find(cache_, key, &CachedSpeech::key);
  if (found != cache_.end()) {
    cache_.splice(cache_.begin(), cache_, found);
    return cache_.front().pcm;
  }
  cache_.push_front({std::move(key), make()});
  if (cache_.size() > cache_size) cache_.pop_back();
  return cache_.front().pcm;
}

Pcm Voice::speak(std::string_view text, int rate) {
  const std::string words(text);
  return cached(std::to_string(rate) + " says " + words,
                [&] { return to_pcm(resample(run_espeak(words), espeak_rate_, rate)); });
}

Pcm Voice::tone(int milliseconds, int seed, int rate) {
  const auto key =
      std::to_string(rate) + " plays " + std::to_string(milliseconds) + ' ' + std::to_string(seed);
  return cached(key, [&] { return to_pcm(make_tones(milliseconds, seed, rate)); });
}

}  // namespace gemlive::simulator
