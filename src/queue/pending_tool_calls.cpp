// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pending_tool_calls.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {
namespace {

using Calls = std::vector<PendingToolCalls::Call>;

std::optional<PendingToolCalls::Call> take(Calls &calls, Calls::iterator at) {
  if (at == calls.end()) return std::nullopt;
  auto call = std::move(*at);
  calls.erase(at);
  return call;
}

}  // namespace

void PendingToolCalls::add(Call call) {
  auto state = state_.lock();
  call.epoch = state->epoch;
  std::erase(state->cancelled, call.id);
  if (state->calls.size() == max_calls) state->calls.erase(state->calls.begin());
  state->calls.push_back(std::move(call));
}

std::optional<PendingToolCalls::Call> PendingToolCalls::answer(const std::string &id,
                                                               const std::string &name,
                                                               bool more_to_come) {
  auto state = state_.lock();
  const auto found = std::ranges::find_if(state->calls, [&](const Call &call) {
    return id.empty() ? call.name == name : call.id == id;
  });
  if (found != state->calls.end() && more_to_come) return *found;
  return take(state->calls, found);
}

std::optional<PendingToolCalls::Call> PendingToolCalls::cancel(const std::string &id) {
  auto state = state_.lock();
  if (state->cancelled.size() == max_calls) state->cancelled.erase(state->cancelled.begin());
  state->cancelled.push_back(id);
  return take(state->calls, std::ranges::find(state->calls, id, &Call::id));
}

void PendingToolCalls::clear() {
  auto state = state_.lock();
  state->calls.clear();
  state->cancelled.clear();
  ++state->epoch;
}

bool PendingToolCalls::is_current(const Call &call) {
  auto state = state_.lock();
  return call.epoch == state->epoch && std::ranges::count(state->cancelled, call.id) == 0;
}

std::optional<PendingToolCalls::Call> PendingToolCalls::take_older(std::int64_t called_at) {
  auto state = state_.lock();
  return take(state->calls, std::ranges::find_if(state->calls, [&](const Call &call) {
                return call.called_at <= called_at;
              }));
}

std::string PendingToolCalls::names() {
  std::string names;
  auto state = state_.lock();
  for (const auto &call : state->calls)
    names += (names.empty() ? "" : ", ") + call.name;
  return names;
}

std::optional<std::int64_t> PendingToolCalls::oldest_called_at() {
  auto state = state_.lock();
  if (state->calls.empty()) return std::nullopt;
  return state->calls.front().called_at;
}

}  // namespace gemlive
