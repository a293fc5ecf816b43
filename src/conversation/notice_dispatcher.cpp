// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "notice_dispatcher.hpp"

#include <algorithm>

namespace gemlive {

bool NoticeDispatcher::add(Listener &listener, const void *group) {
  auto state = state_.lock();
  auto &entries = state->entries;
  if (state->failed && std::ranges::count(entries, group, &Entry::group) == 0) return false;
  entries.push_back({&listener, group});
  return true;
}

void NoticeDispatcher::remove(Listener &listener) {
  auto state = state_.lock();
  std::erase_if(state->entries, [&](const Entry &entry) { return entry.listener == &listener; });
  state.wait(idle_, [&] {
    return state->called != &listener || state->thread == std::this_thread::get_id();
  });
}

void NoticeDispatcher::dispatch(const Notice &notice) {
  if (std::holds_alternative<notice::Failed>(notice.body)) state_.lock()->failed = true;
  call(To::one_per_group, [&](Listener &listener) { listener.on_notice(notice); });
  if (std::holds_alternative<notice::StateChanged>(notice.body))
    call(To::all, [](Listener &listener) { listener.on_state_changed(); });
  if (std::holds_alternative<notice::Ended>(notice.body))
    call(To::all, [](Listener &listener) { listener.on_ended(); });
}

template <typename Call>
void NoticeDispatcher::call(To to, Call &&call) {
  std::vector<const void *> called_keys;
  while (auto *listener = next(to, called_keys)) {
    call(*listener);
    state_.lock()->called = nullptr;
    idle_.notify_all();
  }
}

Listener *NoticeDispatcher::next(To to, std::vector<const void *> &called_keys) {
  auto state = state_.lock();
  const auto &entries = state->entries;
  const auto key = [&](const Entry &entry) -> const void * {
    return to == To::all ? entry.listener : entry.group;
  };
  const auto found = std::ranges::find_if(entries, [&](const Entry &entry) {
    return std::ranges::count(called_keys, key(entry)) == 0;
  });
  if (found == entries.end()) return nullptr;
  called_keys.push_back(key(*found));
  state->called = found->listener;
  state->thread = std::this_thread::get_id();
  return found->listener;
}

}  // namespace gemlive
