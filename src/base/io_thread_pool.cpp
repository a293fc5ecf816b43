// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Which thread a lease gets.

#include <algorithm>
#include <iterator>
#include <utility>

#include "io_thread.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_leases = 16;

}  // namespace

/// Holds the threads that have leases, and the retired threads without leases. A retired thread
/// ends by itself. A later lease() or the end of the process joins it.
class IoThread::Pool {
 public:
  // Never destroyed: static destructors may still release leases.
  static Pool &instance() {
    static auto *pool = new Pool;
    static AtExit at_exit;
    return *pool;
  }

  std::shared_ptr<IoThread> lease() {
    join_ended();
    std::lock_guard lock(mutex_);
    auto least = std::min_element(active_.begin(), active_.end(),
                                  [](auto &a, auto &b) { return a->leases < b->leases; });
    if (least == active_.end() || (*least)->leases >= max_leases) {
      active_.push_back(std::make_unique<Slot>());
      least = active_.end() - 1;
    }
    Slot *slot = least->get();
    ++slot->leases;
    return {&slot->thread, [this, slot](IoThread *) { give_back(slot); }};
  }

 private:
  struct Slot {
    IoThread thread;
    std::size_t leases = 0;
  };
  struct AtExit {
    ~AtExit() { instance().join_all(); }
  };

  void give_back(Slot *slot) {
    auto unused = take_unused(slot);
    if (!unused) return;
    unused->thread.quit();
    std::lock_guard lock(mutex_);
    retired_.push_back(std::move(unused));
  }

  std::unique_ptr<Slot> take_unused(Slot *slot) {
    std::lock_guard lock(mutex_);
    if (--slot->leases > 0) return nullptr;
    auto at = std::find_if(active_.begin(), active_.end(),
                           [slot](auto &candidate) { return candidate.get() == slot; });
    auto unused = std::move(*at);
    active_.erase(at);
    return unused;
  }

  std::vector<std::unique_ptr<Slot>> take_retired(bool all) {
    std::lock_guard lock(mutex_);
    auto keep = std::partition(retired_.begin(), retired_.end(),
                               [all](auto &slot) { return !all && !slot->thread.has_ended(); });
    std::vector<std::unique_ptr<Slot>> taken(std::make_move_iterator(keep),
                                             std::make_move_iterator(retired_.end()));
    retired_.erase(keep, retired_.end());
    return taken;
  }
  void join_ended() { take_retired(false); }
  void join_all() { take_retired(true); }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Slot>> active_;
  std::vector<std::unique_ptr<Slot>> retired_;
};

std::shared_ptr<IoThread> IoThread::lease() {
  return Pool::instance().lease();
}

}  // namespace gemlive
