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

/// Delivers the notices of a conversation to its listeners: each notice to the first listener of
/// each group (a pipeline), state changes and the end to all.
class NoticeDispatcher {
 public:
  // Any thread
  /// False, and not added, when the conversation failed and no listener of the group got the error.
  bool add(Listener &listener, const void *group);
  /// Waits for a running callback of the listener, unless called inside it. No callbacks follow.
  void remove(Listener &listener);

  /// I/O thread. Calls the listeners without a lock.
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
  void call(To to, Call &&call);
  Listener *next(To to, std::vector<const void *> &called_keys);

  Guarded<State> state_;
  std::condition_variable idle_;
};

}  // namespace gemlive
