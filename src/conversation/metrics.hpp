// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>

#include "conversation_stats.hpp"
#include "guarded.hpp"
#include "histogram.hpp"
#include "notice.hpp"

namespace gemlive {

/// A number of the statistics of a conversation, and the metric that its sum is.
struct StatsMetric {
  const char *family;  // without the prefix "gemlive_"
  const char *label;   // "name=\"value\"", or ""
  const char *help;
  bool is_gauge;  // of the conversations that are open, otherwise of all since the start
  std::uint64_t (*value)(const Stats &stats);
};
inline constexpr std::size_t stats_metric_count = 31;
/// Metrics of one family follow each other.
extern const std::array<StatsMetric, stats_metric_count> stats_metrics;

/// What all conversations of a process have done. All methods: any thread.
class Metrics {
 public:
  struct Totals {
    std::array<std::uint64_t, stats_metric_count> stats = {};  // in the order of stats_metrics
    std::uint64_t started = 0;
    std::uint64_t open = 0;
    std::uint64_t warnings = 0;
    std::map<ErrorKind, std::uint64_t> errors = {};  // that ended a conversation
    std::uint64_t prompt_tokens = 0;
    std::uint64_t response_tokens = 0;
    Histogram first_audio = {};
  };

  /// One conversation. It counts from its construction, and in the totals for ever.
  class Source {
   public:
    /// `read` is called on any thread.
    Source(Metrics &metrics, std::function<Stats()> read);
    ~Source();
    Source(const Source &) = delete;
    Source &operator=(const Source &) = delete;
    /// One thread.
    void count(const Notice &notice);

   private:
    void count_tokens(unsigned turn, const Usage &usage);

    Metrics &metrics_;
    const std::function<Stats()> read_;
    unsigned usage_turn_ = 0;
    std::uint64_t prompt_tokens_ = 0;  // of that turn
    std::uint64_t response_tokens_ = 0;
  };

  Totals totals();

 private:
  struct State {
    Totals past = {};  // of ended conversations, and what notices say
    std::map<const Source *, std::function<Stats()>> open = {};
  };
  Guarded<State> state_;
};

}  // namespace gemlive
