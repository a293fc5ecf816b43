// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "endurance.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "percentile.hpp"
#include "process.hpp"
#include "random_faults.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;
using test::percentile;

#ifdef GEMLIVE_SANITIZED
constexpr bool keeps_freed_memory = true;
#else
constexpr bool keeps_freed_memory = false;
#endif

/// Real time.
constexpr auto simulated_minute = 600ms;

double ms(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 32;
}

void print(const RandomFaults::Totals &totals) {
  std::printf("%zu faults:", totals.faults);
  for (const auto &[kind, times] : totals.kinds)
    std::printf(" %s %d;", kind.c_str(), times);
  std::printf("\nrecovery p50 %.3f s, p99 %.3f s, max %.3f s; connections %zu, errors %zu\n",
              percentile(totals.recoveries, 50), percentile(totals.recoveries, 99),
              percentile(totals.recoveries, 100), totals.connects, totals.errors);
  std::printf(
      "audio handed in %.1f ms = sent %.1f + dropped %.1f + held at the end %.1f + refused after "
      "an error %.1f; "
      "server received %.1f, without repetitions %.1f, corrupted %.1f; resent %.1f, "
      "acknowledged %.1f, given up %.1f, open at an error %.1f, never received %.1f\n",
      ms(totals.handed_in), ms(totals.sent), ms(totals.dropped), ms(totals.held),
      ms(totals.handed_in - totals.sent - totals.dropped - totals.held), ms(totals.received),
      ms(totals.received_once), ms(totals.unknown), ms(totals.resent), ms(totals.acknowledged),
      ms(totals.given_up), ms(totals.cut_off),
      ms(totals.sent - std::min(totals.sent, totals.received_once)));
  std::printf("speech: %.1f ms handed in, %.1f never received\n", ms(totals.speech),
              ms(totals.speech_lost));
  for (const auto &failure : totals.failures)
    std::printf("FAIL: %s\n", failure.c_str());
}

/// Slope of y over x, by least squares.
double slope(const std::vector<double> &x, const std::vector<double> &y) {
  const auto count = static_cast<double>(x.size());
  double sx = 0;
  double sy = 0;
  double sxx = 0;
  double sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sx += x[i];
    sy += y[i];
    sxx += x[i] * x[i];
    sxy += x[i] * y[i];
  }
  const auto spread = count * sxx - sx * sx;
  return spread == 0 ? 0 : (count * sxy - sx * sy) / spread;
}

/// The usage of the process over time.
class UsageSeries {
 public:
  void sample() {
    const auto now = process_usage();
    hours_.push_back(static_cast<double>(now_us() - start_) / 36e6);  // simulated time
    memory_.push_back(static_cast<double>(now.memory));
    heap_.push_back(static_cast<double>(now.heap));
    files_.push_back(static_cast<double>(now.files));
    threads_.push_back(static_cast<double>(now.threads));
  }

  /// True if there is no growth after the first quarter, the warm-up. Prints the usage.
  bool is_flat() const {
    const auto tail = [](const std::vector<double> &all) {
      return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(all.size() / 4),
                                 all.end());
    };
    const auto hours = tail(hours_);
    const auto memory = tail(memory_);
    if (memory.size() < 8) return false;
    const auto a_quarter = static_cast<std::ptrdiff_t>(memory.size() / 4);
    const auto middle = [](auto begin, auto end) {
      return percentile(std::vector<double>(begin, end), 50);
    };
    const auto grown = [&](const std::vector<double> &all) {
      return middle(all.end() - a_quarter, all.end()) -
             middle(all.begin(), all.begin() + a_quarter);
    };
    const auto files = tail(files_);
    const auto threads = tail(threads_);
    const auto heap = tail(heap_);
    std::printf(
        "memory %.0f KiB, %+.1f KiB per simulated hour, %+.0f KiB in all; allocated %.0f KiB, "
        "%+.0f KiB; descriptors %.0f to %.0f, %+.0f; threads %.0f to %.0f, %+.0f\n",
        memory.back(), slope(hours, memory), grown(memory), heap.back(), grown(heap),
        percentile(files, 0), percentile(files, 100), grown(files), percentile(threads, 0),
        percentile(threads, 100), grown(threads));
    const bool is_memory_flat = grown(memory) <= 1024 && grown(heap) <= 512;
    return (is_memory_flat || keeps_freed_memory) && grown(files) <= 4 && grown(threads) <= 2;
  }

 private:
  std::int64_t start_ = now_us();
  std::vector<double> hours_, memory_, heap_, files_, threads_;
};

}  // namespace

bool run_random_faults(int faults, std::uint32_t seed) {
  std::printf("seed %u\n", seed);
  std::fflush(stdout);
  RandomFaults call(seed);
  for (int i = 0; i < faults; ++i)
    call.inject();
  call.finish();
  print(call.totals());
  return call.totals().failures.empty();
}

bool run_soak(int minutes, std::uint32_t seed) {
  std::printf("seed %u; %.1f hours, a minute in 0.6 s\n", seed, minutes / 60.0);
  std::fflush(stdout);
  std::vector<std::unique_ptr<RandomFaults>> calls;
  for (std::uint32_t i = 0; i < 2; ++i)
    calls.push_back(std::make_unique<RandomFaults>(seed + i));
  std::atomic<std::size_t> running = calls.size();
  std::vector<std::thread> threads;
  for (auto &call : calls) {
    threads.emplace_back([&running, minutes, call = call.get()] {
      auto next = std::chrono::steady_clock::now();
      for (int minute = 1; minute <= minutes; ++minute) {
        if (minute % 10 == 0)
          call->end_connection();
        else
          call->inject();
        next = std::max(next + simulated_minute, std::chrono::steady_clock::now());
        std::this_thread::sleep_until(next);
      }
      call->finish();  // here: child processes end with the thread that started them
      --running;
    });
  }
  UsageSeries observation;
  for (; running > 0; std::this_thread::sleep_for(simulated_minute))
    observation.sample();
  for (auto &thread : threads)
    thread.join();
  bool good = true;
  for (auto &call : calls) {
    print(call->totals());
    good = good && call->totals().failures.empty();
  }
  const bool flat = observation.is_flat();
  if (!flat) std::printf("FAIL: the process grows\n");
  return good && flat;
}

}  // namespace gemlive::chaos
