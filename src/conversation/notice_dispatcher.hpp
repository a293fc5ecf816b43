// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <condition_variable>
#include <thread>
#include <vector>

#include "guarded.hpp"
#include "listener.hpp"
#include "notice.hpp"

namespace gemlive {

/// Who hears what a conversation tells: of all listeners with the same group the first.
class NoticeDispatcher {
 public:
  // Any thread
  /// False when the conversation has failed already, and nobody of this group hears that: it
  /// does not listen then.
  bool add(Listener &listener, const void *group);
  /// After it returns the listener hears nothing more (unless it is called by what it hears).
  void remove(Listener &listener);

  /// One thread at a time. Listeners are called without a lock.
  void dispatch(const Notice &notice);

 private:
  struct Entry {
    Listener *listener = nullptr;
    const void *group = nullptr;
  };
  struct State {
    std::vector<Entry> entries = {};
    Listener *called = nullptr;
    std::thread::id thread = {};
    bool failed = false;
  };
  enum class To { one_per_group, all };
  template <typename Call>
  void call(To whom, Call &&call);
  Listener *next(To whom, std::vector<const void *> &called_keys);

  Guarded<State> state_;
  std::condition_variable idle_;
};

}  // namespace gemlive
