// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a lost connection does to what is owed.

#include "exchange.hpp"

namespace gemlive {
namespace {

/// A connection that does not resend works if it has lasted this long.
constexpr Exchange::Time least_connection = 2'000'000;

}  // namespace

bool Exchange::disconnected(Time now) {
  const bool was_complete = is_complete();
  const bool is_replaced = turn_ == Turn::cut && question_;  // the user wants something else
  if (was_complete || is_dismissed_ || is_replaced) answer_up_to(answering_up_to_);
  const bool has_no_question = asked_ > 0 && asked_ <= answered_;
  const bool is_rest_owed = has_content() || turn_ == Turn::cut || continuation_;
  const bool is_rest_lost = is_rest_owed && has_no_question;
  is_done_ = (is_done_ && !owed()) || is_generated() || is_rest_lost;
  turn_ = Turn::none;
  closed_at_ = now;
  if (lost_from_ <= answered_) lost_from_ = question_ ? question_->from : 0;
  lost_up_to_ = sent_;
  known_up_to_ = 0;
  question_.reset();
  clear_continuation();
  calls_ = 0;
  is_gathering_ = false;
  answering_up_to_ = may_answer_up_to_ = answered_;
  doubt_.reset();
  empty_turn_.reset();
  maybe_answered_.reset();
  withheld_until_.reset();
  expects_late_end_ = is_cut_early_ = is_dismissed_ = false;
  has_closed_ = has_model_closed_ = false;
  playing_until_ = 0;
  interpretation_.disconnected();
  return was_complete;
}

void Exchange::withhold(Sequence oldest, Time now) {
  if (asked_ >= oldest && asked_ > answered_) withheld_until_ = now + least_connection;
}

/// What the service has received is not lost with the connection: it goes on with the answer. What
/// it has not, and cannot be resent, gets none.
void Exchange::resume(std::optional<Sequence> oldest, bool is_known, Time now) {
  if (asked_ <= answered_ || (oldest && asked_ >= *oldest)) return;
  if (!is_known) {
    withheld_until_ = now;
    return;
  }
  known_up_to_ = oldest ? *oldest - 1 : sent_;
  continuation_ = now;
}

/// A withheld question is not kept for another connection.
void Exchange::connection_works(Time now) {
  if (withheld_until_) withheld_until_ = now;
}

void Exchange::give_up_to(Sequence number) {
  settle_up_to(number);
  withheld_until_.reset();
  is_done_ = !owed();
}

}  // namespace gemlive
