// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <variant>
#include <vector>

#include "guarded.hpp"
#include "listener.hpp"
#include "wait.hpp"

namespace gemlive::test {

/// Records notices and runs `then` on the I/O thread.
class RecordingListener final : public Listener {
 public:
  void on_notice(const Notice &notice) override {
    {
      auto heard = heard_.lock();
      heard->push_back(notice);
    }
    changed_.notify_all();
    if (then) then(notice);
  }

  template <typename Body>
  bool wait_for(std::size_t count = 1) {
    auto heard = heard_.lock();
    return heard.wait_until(changed_, std::chrono::steady_clock::now() + patience, [&] {
      return static_cast<std::size_t>(count_of<Body>(*heard)) >= count;
    });
  }
  template <typename Body>
  std::size_t count() {
    return count_of<Body>(*heard_.lock());
  }
  template <typename Body>
  Body first() {
    const auto heard = heard_.copy();
    for (const auto &notice : heard)
      if (const auto *event = std::get_if<Body>(&notice.body)) return *event;
    return {};
  }
  std::size_t all() { return heard_.lock()->size(); }

  void on_ended() override { ++ends; }

  std::function<void(const Notice &)> then = {};
  std::atomic<int> ends = 0;

 private:
  template <typename Body>
  static std::size_t count_of(const std::vector<Notice> &notices) {
    std::size_t count = 0;
    for (const auto &notice : notices)
      count += std::holds_alternative<Body>(notice.body);
    return count;
  }

  Guarded<std::vector<Notice>> heard_;
  std::condition_variable changed_;
};

}  // namespace gemlive::test
