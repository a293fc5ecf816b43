// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <algorithm>

#include "pending_tool_calls.hpp"

namespace gemlive {
namespace {

constexpr std::int64_t quiet_second = 1'000'000;
constexpr std::int64_t second_thoughts = 3'000'000;
constexpr std::size_t max_pending_calls = 64;

}  // namespace

void Exchange::sent() {
  anything_ = true;
  ended_at_.reset();
}

void Exchange::asked() {
  sent();
  unanswered_ = true;
  waiting_for_input_ = false;
}

void Exchange::input_ended(std::int64_t now) {
  ended_at_ = now;
}

void Exchange::turn_began(std::int64_t now) {
  unanswered_ = false;
  turn_done_ = false;
  generated_ = false;
  waiting_for_input_ = false;
  playing_until_ = 0;
  sign(now);
}

void Exchange::playing_until(std::int64_t end) {
  generated_ = false;
  playing_until_ = end;
}

/// An answer to what interrupted is to follow, so an interrupted turn is never the last.
void Exchange::interrupted(std::int64_t now) {
  turn_done_ = false;
  generated_ = false;
  waiting_for_input_ = false;
  silenced();
  // Those without an id of the service's it cannot cancel one by one.
  std::erase_if(pending_calls_, &PendingToolCalls::is_own_id);
  sign(now);
}

void Exchange::generation_complete(std::int64_t now) {
  generated_ = true;
  sign(now);
}

void Exchange::turn_complete(TurnEnd end, std::int64_t now) {
  turn_done_ = !end.interrupted && !end.more_to_come;
  if (turn_done_ && end.empty) unanswered_ = false;
  generated_ = false;
  sign(now);
}

void Exchange::waiting_for_input(std::int64_t now) {
  waiting_for_input_ = true;
  sign(now);
}

void Exchange::tool_called(const std::string &id) {
  if (pending_calls_.size() < max_pending_calls) pending_calls_.push_back(id);
}

void Exchange::tool_cancelled(const std::string &id) {
  std::erase(pending_calls_, id);
}

void Exchange::tool_answered(const std::string &id, bool is_silent, std::int64_t now) {
  const auto call = std::ranges::find(pending_calls_, id);
  if (call != pending_calls_.end()) pending_calls_.erase(call);
  sign(now);
  if (is_silent) return;
  turn_done_ = false;
  generated_ = false;
  waiting_for_input_ = false;
}

std::int64_t Exchange::quiet_since() const {
  return std::max(last_sign_, playing_until_);
}

/// What is being played is being waited for gladly.
std::int64_t Exchange::patience_ends() const {
  return std::max(*ended_at_, quiet_since()) + patience_.count();
}

std::int64_t Exchange::waiting_ends() const {
  return std::max(*ended_at_, quiet_since()) + second_thoughts;
}

Exchange::Verdict Exchange::verdict(std::int64_t now) const {
  if (!ended_at_) return Verdict::open;
  if (!anything_) return Verdict::complete;
  if (turn_done_ && is_answered()) return Verdict::complete;
  if (waiting_for_input_ && pending_calls_.empty() && now >= waiting_ends())
    return Verdict::assumed;
  if (generated_ && is_answered() && now >= quiet_since() + quiet_second) return Verdict::assumed;
  return now >= patience_ends() ? Verdict::timed_out : Verdict::open;
}

std::optional<std::int64_t> Exchange::next_check() const {
  if (!ended_at_) return std::nullopt;
  const auto patience_ends = this->patience_ends();
  if (waiting_for_input_ && pending_calls_.empty()) return std::min(patience_ends, waiting_ends());
  if (!generated_ || !is_answered()) return patience_ends;
  return std::min(patience_ends, quiet_since() + quiet_second);
}

}  // namespace gemlive
