// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "interpreter_log.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "onsets.hpp"
#include "samples.hpp"

namespace gemlive::test {
namespace {

constexpr double voice_rate = 24000;

/// When the audio with this byte was in an event of this type, and how many bytes of it were
/// before.
struct Moment {
  double time = 0;
  std::size_t before = 0;
};

Moment find(const std::vector<ServerEvent> &events, int session, const char *type,
            std::size_t byte) {
  Moment moment;
  for (const auto &event : events) {
    if (event.session != session || event.type != type) continue;
    const auto bytes = static_cast<std::size_t>(event.number("bytes"));
    moment.time = static_cast<double>(event.time) / 1000;
    if (moment.before + bytes > byte) break;
    moment.before += bytes;
  }
  return moment;
}

/// Of S16LE.
std::size_t last_loud_byte(const std::string &samples) {
  for (auto at = samples.size() / 2 * 2; at >= 2; at -= 2) {
    std::int16_t sample = 0;
    std::memcpy(&sample, samples.data() + at - 2, sizeof sample);
    if (std::abs(sample) > 500) return at - 2;
  }
  return 0;
}

/// What of `times` is nearest to each of `schedule`, which is `distance` earlier: how much more
/// than that distance it is. Nothing: none is near.
std::vector<std::optional<double>> nearest(const std::vector<double> &schedule,
                                           const std::vector<double> &times, double distance) {
  constexpr double near = 600;  // ms; half of the shortest word with its pause
  std::vector<std::optional<double>> found;
  for (const auto planned : schedule) {
    auto &best = found.emplace_back();
    for (const auto time : times) {
      const auto more = time - planned - distance;
      if (std::abs(more) < std::abs(best.value_or(near))) best = more;
    }
  }
  return found;
}

std::vector<double> present(const std::vector<std::optional<double>> &values) {
  std::vector<double> found;
  for (const auto &value : values)
    if (value) found.push_back(*value);
  return found;
}

}  // namespace

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

std::vector<double> InterpreterLog::lateness(const std::vector<double> &schedule) const {
  std::vector<std::optional<double>> best;
  for (const auto planned : schedule)
    for (const auto word : words)
      if (auto found = nearest(schedule, words, word - planned);
          present(found).size() > present(best).size())
        best = std::move(found);
  const auto usual = median(present(best));
  std::vector<double> late;
  for (const auto &value : best)
    late.push_back(value ? *value - usual : 0);
  return late;
}

InterpreterLog::InterpreterLog(SimulatorProcess &simulator) {
  const auto events = simulator.events();
  int sessions = 0;
  for (const auto &event : events) {
    sessions = std::max(sessions, event.session);
    if (event.type == "closed") closed = static_cast<double>(event.time) / 1000;
  }
  for (int session = 1; session <= sessions; ++session) {
    const auto said = as_string(simulator.said(session));
    for (const auto onset : onsets_in(said, static_cast<int>(voice_rate))) {
      const auto byte = onset * voice_rate / 1000 * 2;
      const auto moment = find(events, session, "audio-sent", static_cast<std::size_t>(byte));
      words.push_back(moment.time +
                      (byte - static_cast<double>(moment.before)) / 2 * 1000 / voice_rate);
    }
  }
  const auto heard = as_string(simulator.heard(sessions));
  last_heard = find(events, sessions, "audio", last_loud_byte(heard)).time;
}

}  // namespace gemlive::test
