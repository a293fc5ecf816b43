// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <algorithm>

#include "pending_tool_calls.hpp"

namespace gemlive {
namespace {

constexpr std::int64_t quiet_second = 1'000'000;
constexpr std::int64_t waiting_period = 3'000'000;
constexpr std::size_t max_pending_calls = 64;

}  // namespace

void Exchange::note_sent() {
  has_input_ = true;
  ended_at_.reset();
}

void Exchange::ask() {
  note_sent();
  unanswered_ = true;
  waiting_for_input_ = false;
}

void Exchange::end_input(std::int64_t now) {
  ended_at_ = now;
}

void Exchange::begin_turn(std::int64_t now) {
  unanswered_ = false;
  turn_done_ = false;
  generated_ = false;
  waiting_for_input_ = false;
  playing_until_ = 0;
  note_activity(now);
}

void Exchange::set_playing_until(std::int64_t end) {
  generated_ = false;
  playing_until_ = end;
}

/// The model answers the interrupting input, so an interrupted turn is never the last.
void Exchange::interrupt(std::int64_t now) {
  turn_done_ = false;
  generated_ = false;
  waiting_for_input_ = false;
  stop_playing();
  // The service cannot cancel calls that it sent without an id.
  std::erase_if(pending_calls_, &PendingToolCalls::is_own_id);
  note_activity(now);
}

void Exchange::complete_generation(std::int64_t now) {
  generated_ = true;
  note_activity(now);
}

void Exchange::complete_turn(TurnEnd end, std::int64_t now) {
  turn_done_ = !end.interrupted && !end.more_to_come;
  if (turn_done_ && end.empty) unanswered_ = false;
  generated_ = false;
  note_activity(now);
}

void Exchange::expect_input(std::int64_t now) {
  waiting_for_input_ = true;
  note_activity(now);
}

void Exchange::add_call(const std::string &id) {
  if (pending_calls_.size() < max_pending_calls) pending_calls_.push_back(id);
}

void Exchange::cancel_call(const std::string &id) {
  std::erase(pending_calls_, id);
}

void Exchange::answer_call(const std::string &id, bool is_silent, std::int64_t now) {
  const auto call = std::ranges::find(pending_calls_, id);
  if (call != pending_calls_.end()) pending_calls_.erase(call);
  note_activity(now);
  if (is_silent) return;
  turn_done_ = false;
  generated_ = false;
  waiting_for_input_ = false;
}

std::int64_t Exchange::quiet_since() const {
  return std::max(last_activity_, playing_until_);
}

/// The timeout starts after playout.
std::int64_t Exchange::timeout_at() const {
  return std::max(*ended_at_, quiet_since()) + timeout_.count();
}

std::int64_t Exchange::waiting_timeout_at() const {
  return std::max(*ended_at_, quiet_since()) + waiting_period;
}

Exchange::Verdict Exchange::verdict(std::int64_t now) const {
  if (!ended_at_) return Verdict::open;
  if (!has_input_) return Verdict::complete;
  if (turn_done_ && is_answered()) return Verdict::complete;
  if (waiting_for_input_ && pending_calls_.empty() && now >= waiting_timeout_at())
    return Verdict::assumed;
  if (generated_ && is_answered() && now >= quiet_since() + quiet_second) return Verdict::assumed;
  return now >= timeout_at() ? Verdict::timed_out : Verdict::open;
}

std::optional<std::int64_t> Exchange::next_check() const {
  if (!ended_at_) return std::nullopt;
  const auto timeout_at = this->timeout_at();
  if (waiting_for_input_ && pending_calls_.empty())
    return std::min(timeout_at, waiting_timeout_at());
  if (!generated_ || !is_answered()) return timeout_at;
  return std::min(timeout_at, quiet_since() + quiet_second);
}

}  // namespace gemlive
