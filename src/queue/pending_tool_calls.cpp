// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pending_tool_calls.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {

std::optional<PendingToolCalls::Call> PendingToolCalls::add(Call call) {
  auto state = state_.lock();
  if (state->entries.size() == max_calls) return std::nullopt;
  call.number = ++state->last_number;
  return state->entries.emplace_back(Entry{.call = std::move(call)}).call;
}

std::optional<PendingToolCalls::Call> PendingToolCalls::answer(const std::string &id,
                                                               const std::string &name,
                                                               bool more_to_come) {
  auto state = state_.lock();
  const auto found = std::ranges::find_if(state->entries, [&](const Entry &entry) {
    const auto &call = entry.call;
    return !entry.is_answered && (id.empty() ? call.name == name : call.id == id);
  });
  if (found == state->entries.end()) return std::nullopt;
  found->is_answered = !more_to_come;
  return found->call;
}

bool PendingToolCalls::answer(const Call &call) {
  auto state = state_.lock();
  const auto found = std::ranges::find(state->entries, call.number,
                                       [](const Entry &entry) { return entry.call.number; });
  if (found == state->entries.end()) return false;
  return !std::exchange(found->is_answered, true);
}

void PendingToolCalls::remove(const Call &call) {
  auto state = state_.lock();
  std::erase_if(state->entries,
                [&](const Entry &entry) { return entry.call.number == call.number; });
}

bool PendingToolCalls::cancel(const std::string &id) {
  bool found = false;
  auto state = state_.lock();
  std::erase_if(state->entries, [&](Entry &entry) {
    if (entry.is_void || entry.call.id != id) return false;
    found = entry.is_void = true;
    entry.is_owed = false;
    return !entry.is_answered;
  });
  return found;
}

void PendingToolCalls::release_own_ids() {
  auto state = state_.lock();
  for (auto &entry : state->entries)
    if (is_own_id(entry.call.id)) entry.is_owed = false;
}

std::vector<PendingToolCalls::Call> PendingToolCalls::clear() {
  std::vector<Call> unanswered;
  auto state = state_.lock();
  for (auto &entry : state->entries) {
    entry.is_void = true;
    entry.is_owed = false;
    if (!entry.is_answered) unanswered.push_back(entry.call);
  }
  std::erase_if(state->entries, [](const Entry &entry) { return !entry.is_answered; });
  return unanswered;
}

bool PendingToolCalls::is_current(const Call &call) {
  auto state = state_.lock();
  return std::ranges::any_of(state->entries, [&](const Entry &entry) {
    return entry.call.number == call.number && !entry.is_void;
  });
}

std::optional<PendingToolCalls::Call> PendingToolCalls::answer_older(std::int64_t called_at) {
  auto state = state_.lock();
  for (auto &entry : state->entries) {
    if (entry.is_answered || entry.call.called_at > called_at) continue;
    entry.is_answered = true;
    return entry.call;
  }
  return std::nullopt;
}

std::string PendingToolCalls::names() {
  std::string names;
  auto state = state_.lock();
  for (const auto &entry : state->entries)
    if (!entry.is_answered) names += (names.empty() ? "" : ", ") + entry.call.name;
  return names;
}

unsigned PendingToolCalls::count() {
  auto state = state_.lock();
  return static_cast<unsigned>(std::ranges::count(state->entries, true, &Entry::is_owed));
}

std::optional<std::int64_t> PendingToolCalls::oldest_called_at() {
  auto state = state_.lock();
  for (const auto &entry : state->entries)
    if (!entry.is_answered) return entry.call.called_at;
  return std::nullopt;
}

}  // namespace gemlive
