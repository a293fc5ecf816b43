// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stats_structure.hpp"

#include <cstdint>
#include <utility>

#include "enums.hpp"

namespace gemlive {

GstStructure *to_structure(const Stats &stats) {
  auto *fields =
      gst_structure_new("gemlive/stats", "connection-state",
                        properties::Enum<ConnectionState>::gtype(), static_cast<int>(stats.state),
                        "session-id", G_TYPE_STRING, stats.session_id.c_str(), nullptr);
  const auto &input = stats.input;
  const auto &output = stats.output;
  const auto &pictures = stats.pictures;
  const std::pair<const char *, std::uint64_t> totals[] = {
      {"input-pushed", input.pushed},
      {"input-sent", input.sent},
      {"input-acknowledged", input.acknowledged},
      {"input-given-up", input.given_up},
      {"input-replayed", stats.resent},
      {"input-dropped", input.dropped},
      {"input-overflowed", input.overflowed},
      {"input-unmarked", input.unmarked},
      {"input-flushed", input.flushed},
      {"input-unsent", input.unsent},
      {"input-incomplete", input.incomplete},
      {"input-held", input.held},
      {"output-came", output.came},
      {"output-taken", output.taken},
      {"output-discarded", output.discarded},
      {"output-interrupted", output.interrupted},
      {"output-untaken", output.untaken},
      {"output-skipped", output.skipped},
      {"output-dropped", output.dropped},
      {"output-overflowed", output.overflowed},
      {"output-invalid", output.invalid},
      {"output-held", output.held},
      {"pictures-pushed", pictures.pushed},
      {"pictures-sent", pictures.sent},
      {"pictures-dropped", pictures.dropped},
      {"pictures-held", pictures.held},
      {"messages-sent", stats.messages_sent},
      {"messages-received", stats.messages_received},
  };
  for (const auto &[name, total] : totals)
    gst_structure_set(fields, name, G_TYPE_UINT64, total, nullptr);
  const std::pair<const char *, unsigned> counts[] = {
      {"turns", stats.turns},
      {"interruptions", stats.interruptions},
      {"connects", stats.connects},
      {"retries", stats.retries},
      {"resumptions", stats.resumptions},
      {"hand-overs", stats.planned_reconnects},
  };
  for (const auto &[name, count] : counts)
    gst_structure_set(fields, name, G_TYPE_UINT, count, nullptr);
  return fields;
}

}  // namespace gemlive
