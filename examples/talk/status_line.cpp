// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "status_line.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace gemlive::talk {

namespace {

constexpr double kQuietest = -60;  // dB

std::string bar(double share, int width) {
  const auto full = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * width));
  return std::string(full, '#') + std::string(static_cast<std::size_t>(width) - full, '.');
}

/// The forms of a part, the longest first. An empty one leaves it out.
using Forms = std::vector<std::string>;

Forms connection_forms(Connection connection) {
  switch (connection) {
    case Connection::Connecting:
      return {"connecting", "conn..."};
    case Connection::Connected:
      return {"connected", "on"};
    case Connection::Reconnecting:
      return {"reconnecting", "reconn..."};
    case Connection::Disconnected:
      break;
  }
  return {"not connected", "off"};
}

Forms microphone_forms(const Status &status) {
  if (status.is_muted) return {"MUTED"};
  if (!status.push_to_talk) return {""};
  return status.is_talking ? Forms{"TALKING (space ends)", "TALKING"}
                           : Forms{"space to talk", "waiting"};
}

Forms level_forms(const Levels &levels) {
  const auto both = [&](const char *user, const char *model, int width) {
    return user + level_bar(levels.user_db, width) + "]  " + model +
           level_bar(levels.model_db, width) + "]";
  };
  return {both("you [", "model [", 8), both("you [", "model [", 4), both("[", "[", 3), ""};
}

std::string format(const char *text, double value) {
  g_autofree char *result = g_strdup_printf(text, value);
  return result;
}

Forms first_sound_forms(const Status &status) {
  if (!status.time_to_first_sound) return {""};
  const auto seconds = static_cast<double>(status.time_to_first_sound->count()) / 1000;
  return {format("first sound %.2f s", seconds), format("%.1f s", seconds), ""};
}

Forms token_forms(std::uint64_t tokens) {
  if (tokens == 0) return {""};
  auto digits = std::to_string(tokens);
  const auto value = static_cast<double>(tokens);
  const auto brief = tokens < 1000      ? digits
                     : tokens < 1000000 ? format("%.1fk", value / 1e3)
                                        : format("%.1fM", value / 1e6);
  for (auto i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), ",");
  return {digits + (tokens == 1 ? " token" : " tokens"), brief + " tok", ""};
}

std::string clock_time(std::chrono::nanoseconds time) {
  const auto seconds =
      std::max<long long>(std::chrono::duration_cast<std::chrono::seconds>(time).count(), 0);
  g_autofree char *text = g_strdup_printf("%lld:%02lld", seconds / 60, seconds % 60);
  return text;
}

Forms progress_forms(const std::optional<Progress> &progress) {
  if (!progress) return {""};
  const auto position = clock_time(progress->position);
  if (progress->duration.count() <= 0) return {position, ""};
  const auto share = static_cast<double>(progress->position.count()) /
                     static_cast<double>(progress->duration.count());
  const auto both = position + "/" + clock_time(progress->duration);
  return {"[" + bar(share, 10) + "] " + both, both, ""};
}

enum Part { kConnection, kMicrophone, kLevels, kFirstSound, kTokens, kProgress, kScrolled, kParts };

/// Which part gives up its form next, the least important first.
constexpr std::array kGivesUp{kTokens,     kFirstSound, kScrolled, kLevels,   kTokens,
                              kProgress,   kFirstSound, kLevels,   kScrolled, kMicrophone,
                              kConnection, kProgress,   kLevels};

}  // namespace

std::string level_bar(double db, int width) {
  return bar(std::isfinite(db) ? 1 - db / kQuietest : 0, std::max(width, 0));
}

std::string status_line(const Status &status, int width) {
  const std::array<Forms, kParts> parts{
      connection_forms(status.connection),
      microphone_forms(status),
      level_forms(status.levels),
      first_sound_forms(status),
      token_forms(status.tokens),
      progress_forms(status.progress),
      status.is_scrolled ? Forms{"PageDown: newer", "PgDn", ""} : Forms{""}};
  std::array<std::size_t, kParts> form{};
  const auto line = [&] {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto &part = parts[i][form[i]];
      if (!part.empty()) text += (text.empty() ? "" : "  ") + part;
    }
    return text;
  };
  auto text = line();
  for (auto part = kGivesUp.begin();
       static_cast<int>(text.size()) > width && part != kGivesUp.end(); ++part) {
    form[*part] = std::min(form[*part] + 1, parts[*part].size() - 1);
    text = line();
  }
  const auto limit = static_cast<std::size_t>(std::max(width, 0));
  // Whether the microphone is open matters most.
  const auto &microphone = parts[kMicrophone][form[kMicrophone]];
  if (text.size() > limit && !microphone.empty()) text = microphone;
  return text.substr(0, limit);
}

}  // namespace gemlive::talk
