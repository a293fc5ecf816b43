// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_registry.hpp"

#include <glib.h>

#include <algorithm>
#include <utility>

namespace gemlive {

std::shared_ptr<InputRegistry::Input> InputRegistry::add(std::string name) {
  auto input = std::make_shared<Input>();
  input->name = std::move(name);
  input->active = g_get_monotonic_time();
  inputs_.lock()->push_back(input);
  return input;
}

bool InputRegistry::remove(const std::shared_ptr<Input> &input) {
  auto inputs = inputs_.lock();
  std::erase(*inputs, input);
  return !input->ended && !inputs->empty() &&
         std::ranges::all_of(*inputs, [](const auto &other) { return other->ended; });
}

bool InputRegistry::end(Input &input) {
  {
    auto inputs = inputs_.lock();
    input.ended = true;
    input.active = g_get_monotonic_time();
    if (std::ranges::all_of(*inputs, [](const auto &other) { return other->ended; })) return true;
  }
  wake_();
  return false;
}

void InputRegistry::reopen(Input &input) {
  auto inputs = inputs_.lock();
  input.ended = input.waiting = false;
  input.busy = false;
  input.active = g_get_monotonic_time();
}

void InputRegistry::set_paused(Input &input, bool paused) {
  auto inputs = inputs_.lock();
  input.paused = paused;
  input.active = g_get_monotonic_time();
}

void InputRegistry::set_busy(Input &input, bool busy) {
  if (busy && input.busy.load(std::memory_order_relaxed)) return;
  input.active.store(g_get_monotonic_time(), std::memory_order_release);
  input.busy.store(busy, std::memory_order_release);
}

void InputRegistry::set_live_audio(Input &input, bool live_audio) {
  auto inputs = inputs_.lock();
  input.live_audio = live_audio;
}

void InputRegistry::set_waiting(Input &input, bool waiting) {
  {
    auto inputs = inputs_.lock();
    input.waiting = waiting;
  }
  if (waiting) wake_();
}

std::optional<std::int64_t> InputRegistry::silent_since() {
  auto inputs = inputs_.lock();
  for (const auto &input : *inputs)
    if (!input->ended && (input->live_audio || (input->waiting && !input->paused)))
      return input->active;
  return std::nullopt;
}

std::optional<std::int64_t> InputRegistry::inactive_since(std::int64_t now) {
  auto inputs = inputs_.lock();
  const auto open =
      std::ranges::count(*inputs, false, [](const auto &input) { return input->ended; });
  if (open == 0 || open == std::ssize(*inputs)) return std::nullopt;
  std::int64_t since = 0;
  for (const auto &input : *inputs) {
    if (!input->ended && (input->paused || input->busy)) return now;
    since = std::max(since, input->active.load());
  }
  return since;
}

std::vector<std::string> InputRegistry::open_names() {
  auto inputs = inputs_.lock();
  std::vector<std::string> names;
  for (const auto &input : *inputs)
    if (!input->ended) names.push_back(input->name);
  return names;
}

}  // namespace gemlive
