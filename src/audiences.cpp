// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audiences.hpp"

#include <algorithm>

namespace gemlive {

void Audiences::add(Listener &listener, const void *audience) {
  state_.lock()->entries.push_back({&listener, audience});
}

void Audiences::remove(Listener &listener) {
  auto state = state_.lock();
  std::erase_if(state->entries, [&](const Entry &entry) { return entry.listener == &listener; });
  state.wait(heard_, [&] {
    return state->hearing != &listener || state->teller == std::this_thread::get_id();
  });
}

bool Audiences::contain(const void *audience) {
  return std::ranges::count(state_.lock()->entries, audience, &Entry::audience) != 0;
}

void Audiences::tell(const Notice &notice) {
  std::vector<const void *> told;
  while (auto *listener = next(told)) {
    listener->on_notice(notice);
    state_.lock()->hearing = nullptr;
    heard_.notify_all();
  }
}

Audiences::Listener *Audiences::next(std::vector<const void *> &told) {
  auto state = state_.lock();
  const auto &entries = state->entries;
  const auto found = std::ranges::find_if(
      entries, [&](const Entry &entry) { return std::ranges::count(told, entry.audience) == 0; });
  if (found == entries.end()) return nullptr;
  told.push_back(found->audience);
  state->hearing = found->listener;
  state->teller = std::this_thread::get_id();
  return found->listener;
}

}  // namespace gemlive
