// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "watchdog.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {

struct Watchdog::Entry {
  Watched *watched = nullptr;
  std::shared_ptr<const LoopHeartbeat> heartbeat = {};

  std::uint64_t received = 0;
  std::uint64_t messages = 0;
  std::uint64_t received_at_message = 0;
  std::uint64_t beats = 0;
  std::uint64_t received_at_beat = 0;
  int ticks_at_work = 0;

  void update() {
    received = watched->bytes_received();
    if (auto now = watched->messages(); now != messages) {
      messages = now;
      received_at_message = received;
    }
    if (!heartbeat) return;
    auto now = heartbeat->beats();
    if (now == beats && LoopHeartbeat::at_work(now)) {
      ++ticks_at_work;
    } else {
      restart(now);
    }
  }
  void restart(std::uint64_t now) {
    beats = now;
    received_at_beat = received;
    ticks_at_work = 0;
  }
};

Watchdog::Watchdog(std::chrono::milliseconds tick) : tick_(tick) {}

Watchdog::~Watchdog() {
  join_if_idle();
}

Watchdog &Watchdog::shared() {
  // Never destroyed: static destructors may still end connections.
  static auto *watchdog = new Watchdog;
  static struct AtExit {
    ~AtExit() { watchdog->join_if_idle(); }
  } at_exit;
  return *watchdog;
}

void Watchdog::add(Watched &watched, std::shared_ptr<const LoopHeartbeat> heartbeat) {
  Entry entry{.watched = &watched, .heartbeat = std::move(heartbeat)};
  entry.update();
  entry.received_at_message = entry.received;
  GThread *ended = nullptr;
  {
    std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
    if (running_) return;
    running_ = true;
    ended = std::exchange(thread_, g_thread_new("gemlive-watchdog", &Watchdog::run, this));
  }
  if (ended) g_thread_join(ended);  // it is about to end
}

void Watchdog::remove(Watched &watched) {
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry &entry) { return entry.watched == &watched; });
  if (entries_.empty()) changed_.notify_all();
}

gpointer Watchdog::run(gpointer self) {
  auto *watchdog = static_cast<Watchdog *>(self);
  std::unique_lock lock(watchdog->mutex_);
  auto nothing_left = [watchdog] { return watchdog->entries_.empty(); };
  while (!watchdog->changed_.wait_until(lock, std::chrono::steady_clock::now() + watchdog->tick_,
                                        nothing_left)) {
    watchdog->look();
  }
  watchdog->running_ = false;
  return nullptr;
}

void Watchdog::look() {
  for (auto &entry : entries_) {
    entry.update();
    if (entry.received - entry.received_at_message > kMaxSilentBytes) {
      entry.watched->condemn(Verdict::no_message);
    }
  }
  for (auto &entry : entries_) {
    if (entry.ticks_at_work >= 2) blame(*entry.heartbeat);
  }
}

/// The loop does not sleep. The connection that received most since then is the most likely cause.
void Watchdog::blame(const LoopHeartbeat &heartbeat) {
  Entry *guilty = nullptr;
  std::uint64_t most = kMinFloodBytes;
  for (auto &entry : entries_) {
    if (entry.heartbeat.get() != &heartbeat) continue;
    if (auto grown = entry.received - entry.received_at_beat; grown >= most) {
      guilty = &entry;
      most = grown;
    }
  }
  for (auto &entry : entries_) {
    if (entry.heartbeat.get() == &heartbeat) entry.restart(entry.beats);
  }
  if (guilty) guilty->watched->condemn(Verdict::starved_the_loop);
}

void Watchdog::join_if_idle() {
  GThread *ended = nullptr;
  {
    std::lock_guard lock(mutex_);
    if (entries_.empty()) ended = std::exchange(thread_, nullptr);
  }
  if (ended) g_thread_join(ended);
}

}  // namespace gemlive
