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

#include "process.hpp"
#include "random_faults.hpp"

namespace gemlive::chaos {

namespace {

using namespace std::chrono_literals;

#ifdef GEMLIVE_SANITIZED
constexpr bool keeps_freed_memory = true;
#else
constexpr bool keeps_freed_memory = false;
#endif

/// A simulated one.
constexpr auto kMinute = 600ms;

double ms(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 32;
}

void print(const Weather::Account &account) {
  std::printf("%zu faults:", account.faults);
  for (const auto &[kind, times] : account.kinds)
    std::printf(" %s %d;", kind.c_str(), times);
  std::printf("\nrecovery p50 %.3f s, p99 %.3f s, max %.3f s; connections %zu, errors %zu\n",
              percentile(account.recoveries, 50), percentile(account.recoveries, 99),
              percentile(account.recoveries, 100), account.connects, account.errors);
  std::printf(
      "audio handed in %.1f ms = sent %.1f + dropped %.1f + held at the end %.1f + refused at an "
      "error %.1f; "
      "heard %.1f, of it once %.1f, broken on the way %.1f; sent again %.1f, acknowledged %.1f, "
      "given up %.1f, cut off %.1f, "
      "sent and never heard %.1f\n",
      ms(account.handed_in), ms(account.sent), ms(account.dropped), ms(account.held),
      ms(account.handed_in - account.sent - account.dropped - account.held), ms(account.heard),
      ms(account.heard_once), ms(account.unknown), ms(account.replayed), ms(account.acknowledged),
      ms(account.given_up), ms(account.cut_off),
      ms(account.sent - std::min(account.sent, account.heard_once)));
  std::printf("of that speech: %.1f ms handed in, %.1f never heard\n", ms(account.speech),
              ms(account.speech_lost));
  for (const auto &failure : account.failures)
    std::printf("FAIL: %s\n", failure.c_str());
}

/// Of y over x, by least squares.
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

/// What the process held, at even times.
class Watch {
 public:
  void look() {
    const auto now = holdings();
    hours_.push_back(static_cast<double>(now_us() - start_) / 36e6);  // simulated
    memory_.push_back(static_cast<double>(now.memory));
    heap_.push_back(static_cast<double>(now.heap));
    files_.push_back(static_cast<double>(now.files));
    threads_.push_back(static_cast<double>(now.threads));
  }

  /// Whether it is flat after the first quarter, which is for getting warm.
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

bool endure_faults(int faults, std::uint32_t seed) {
  std::printf("seed %u\n", seed);
  std::fflush(stdout);
  Weather weather(seed);
  for (int i = 0; i < faults; ++i)
    weather.strike();
  weather.settle();
  print(weather.account());
  return weather.account().failures.empty();
}

bool soak(int minutes, std::uint32_t seed) {
  std::printf("seed %u; %.1f hours, a minute in 0.6 s\n", seed, minutes / 60.0);
  std::fflush(stdout);
  std::vector<std::unique_ptr<Weather>> calls;
  for (std::uint32_t i = 0; i < 2; ++i)
    calls.push_back(std::make_unique<Weather>(seed + i));
  std::atomic<std::size_t> running = calls.size();
  std::vector<std::thread> threads;
  for (auto &call : calls) {
    threads.emplace_back([&running, minutes, call = call.get()] {
      auto next = std::chrono::steady_clock::now();
      for (int minute = 1; minute <= minutes; ++minute) {
        if (minute % 10 == 0)
          call->end_connection();
        else
          call->strike();
        next = std::max(next + kMinute, std::chrono::steady_clock::now());
        std::this_thread::sleep_until(next);
      }
      call->settle();  // here: what this thread has started ends with it
      --running;
    });
  }
  Watch watch;
  for (; running > 0; std::this_thread::sleep_for(kMinute))
    watch.look();
  for (auto &thread : threads)
    thread.join();
  bool good = true;
  for (auto &call : calls) {
    print(call->account());
    good = good && call->account().failures.empty();
  }
  const bool flat = watch.is_flat();
  if (!flat) std::printf("FAIL: it grows\n");
  return good && flat;
}

}  // namespace gemlive::chaos
