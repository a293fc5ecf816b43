// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "metrics.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gemlive {

#define VALUE(field) [](const Stats &stats) -> std::uint64_t { return stats.field; }
const std::array<StatsMetric, stats_metric_count> stats_metrics = {{
    {"connections", "", "Connections that were set up", false, VALUE(connects)},
    {"connection_retries", "", "Retries after a failed or lost connection", false, VALUE(retries)},
    {"session_resumptions", "", "Connections that resumed their session", false,
     VALUE(resumptions)},
    {"planned_reconnects", "", "Connections that were replaced before the service ended them",
     false, VALUE(planned_reconnects)},
    {"messages", "direction=\"sent\"", "WebSocket messages", false, VALUE(messages_sent)},
    {"messages", "direction=\"received\"", "", false, VALUE(messages_received)},
    {"turns", "", "Turns that ended, interrupted or complete", false, VALUE(turns)},
    {"interruptions", "", "Interruptions", false, VALUE(interruptions)},
    {"input_audio_bytes", "", "Audio that entered", false, VALUE(input.pushed)},
    {"input_audio_sent_bytes", "", "Audio that was sent for the first time", false,
     VALUE(input.sent)},
    {"input_audio_resent_bytes", "", "Audio that was sent again on another connection", false,
     VALUE(resent)},
    {"input_audio_given_up_bytes", "", "Sent audio that was lost with a connection", false,
     VALUE(input.given_up)},
    {"input_audio_dropped_bytes", "reason=\"backlog_full\"", "Audio that was not sent", false,
     VALUE(input.overflowed)},
    {"input_audio_dropped_bytes", "reason=\"outside_activity\"", "", false, VALUE(input.unmarked)},
    {"input_audio_dropped_bytes", "reason=\"flushed\"", "", false, VALUE(input.flushed)},
    {"input_audio_dropped_bytes", "reason=\"ended\"", "", false, VALUE(input.unsent)},
    {"input_audio_dropped_bytes", "reason=\"incomplete\"", "", false, VALUE(input.incomplete)},
    {"input_audio_backlog_bytes", "", "Audio that waits to be sent", true, VALUE(input.held)},
    {"output_audio_bytes", "", "Audio from the service", false, VALUE(output.came)},
    {"output_audio_taken_bytes", "", "Audio that gemlivesrc has pushed", false,
     VALUE(output.taken)},
    {"output_audio_dropped_bytes", "reason=\"interrupted\"", "Audio that was not pushed", false,
     VALUE(output.interrupted)},
    {"output_audio_dropped_bytes", "reason=\"no_consumer\"", "", false, VALUE(output.untaken)},
    {"output_audio_dropped_bytes", "reason=\"late\"", "", false, VALUE(output.skipped)},
    {"output_audio_dropped_bytes", "reason=\"queue_full\"", "", false, VALUE(output.overflowed)},
    {"output_audio_dropped_bytes", "reason=\"invalid\"", "", false, VALUE(output.invalid)},
    {"output_audio_backlog_bytes", "", "Audio that waits for gemlivesrc", true, VALUE(output.held)},
    {"pictures", "", "Pictures that entered", false, VALUE(pictures.pushed)},
    {"pictures_sent", "", "Pictures that were sent", false, VALUE(pictures.sent)},
    {"pictures_dropped", "", "Pictures that a newer one replaced, or that the end left", false,
     VALUE(pictures.dropped)},
    {"conversations_connected", "", "Open conversations that are connected", true,
     [](const Stats &stats) -> std::uint64_t { return stats.state == ConnectionState::connected; }},
    {"conversations_failed", "", "Open conversations that an error has ended", true,
     [](const Stats &stats) -> std::uint64_t { return stats.state == ConnectionState::failed; }},
}};
#undef VALUE

namespace {

void add(Metrics::Totals &totals, const Stats &stats, bool is_open) {
  for (std::size_t i = 0; i < stats_metric_count; ++i)
    if (is_open || !stats_metrics[i].is_gauge) totals.stats[i] += stats_metrics[i].value(stats);
}

}  // namespace

Metrics::Source::Source(Metrics &metrics, std::function<Stats()> read)
    : metrics_(metrics), read_(std::move(read)) {
  auto state = metrics_.state_.lock();
  ++state->past.started;
  state->open.emplace(this, read_);
}

Metrics::Source::~Source() {
  const auto stats = read_();
  auto state = metrics_.state_.lock();
  state->open.erase(this);
  add(state->past, stats, false);
}

void Metrics::Source::count(const Notice &notice) {
  if (const auto *usage = std::get_if<Usage>(&notice.body))
    return count_tokens(notice.turn, *usage);
  const auto *turn = std::get_if<notice::TurnComplete>(&notice.body);
  const auto *failed = std::get_if<notice::Failed>(&notice.body);
  const bool is_warning = std::holds_alternative<notice::Warning>(notice.body);
  if (!failed && !is_warning && !(turn && turn->first_audio_delay)) return;
  auto state = metrics_.state_.lock();
  auto &past = state->past;
  if (failed) ++past.errors[failed->error.kind];
  if (is_warning) ++past.warnings;
  if (turn && turn->first_audio_delay)
    past.first_audio.add(std::chrono::duration<double>(*turn->first_audio_delay).count());
}

/// Of several reports in one turn, the last one counts.
void Metrics::Source::count_tokens(unsigned turn, const Usage &usage) {
  if (std::exchange(usage_turn_, turn) != turn) prompt_tokens_ = response_tokens_ = 0;
  const auto growth = [](std::uint64_t &known, std::optional<std::int64_t> reported) {
    const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(reported.value_or(0), 0));
    const auto before = known;
    known = std::max(known, now);
    return known - before;
  };
  const auto prompt = growth(prompt_tokens_, usage.counts[0]);
  const auto response = growth(response_tokens_, usage.counts[1]);
  auto state = metrics_.state_.lock();
  state->past.prompt_tokens += prompt;
  state->past.response_tokens += response;
}

/// Reads without the lock: each conversation has locks of its own.
Metrics::Totals Metrics::totals() {
  Totals totals;
  std::map<const Source *, std::function<Stats()>> open;
  {
    auto state = state_.lock();
    totals = state->past;
    open = state->open;
  }
  totals.open = open.size();
  for (const auto &[source, read] : open)
    add(totals, read(), true);
  return totals;
}

}  // namespace gemlive
