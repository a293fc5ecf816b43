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
  state.wait(heard_, [&] {
    return state->hearing != &listener || state->teller == std::this_thread::get_id();
  });
}

void NoticeDispatcher::tell(const Notice &notice) {
  if (std::holds_alternative<notice::Failed>(notice.body)) state_.lock()->failed = true;
  call(To::each_audience, [&](Listener &listener) { listener.on_notice(notice); });
  if (std::holds_alternative<notice::StateChanged>(notice.body))
    call(To::everyone, [](Listener &listener) { listener.on_state_changed(); });
}

template <typename Call>
void NoticeDispatcher::call(To whom, Call &&call) {
  std::vector<const void *> told;
  while (auto *listener = next(whom, told)) {
    call(*listener);
    state_.lock()->hearing = nullptr;
    heard_.notify_all();
  }
}

Listener *NoticeDispatcher::next(To whom, std::vector<const void *> &told) {
  auto state = state_.lock();
  const auto &entries = state->entries;
  const auto key = [&](const Entry &entry) -> const void * {
    return whom == To::everyone ? entry.listener : entry.group;
  };
  const auto found = std::ranges::find_if(
      entries, [&](const Entry &entry) { return std::ranges::count(told, key(entry)) == 0; });
  if (found == entries.end()) return nullptr;
  told.push_back(key(*found));
  state->hearing = found->listener;
  state->teller = std::this_thread::get_id();
  return found->listener;
}

}  // namespace gemlive
