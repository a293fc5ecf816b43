// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <set>
#include <string>

namespace gemlive {

/// Whether, after the end of the input, the last answer is complete. Pure.
class Completion {
 public:
  /// Something was sent that wants an answer: speech, a typed turn.
  void said() { unanswered_ = anything_ = true; }
  /// Audio was sent, loud or not.
  void sent_audio() { anything_ = true; }
  void input_ended() { ended_ = true; }
  void input_resumed() { ended_ = false; }

  void turn_began() { in_turn_ = true; }
  /// The model has begun to answer what was said so far.
  void answer_began() {
    unanswered_ = owed_ = false;
    in_turn_ = true;
  }
  /// `owed`: another turn follows, since the server was interrupted or says so. An empty turn is
  /// the answer to what was said, too.
  void turn_ended(bool owed, bool empty) {
    in_turn_ = false;
    owed_ = owed;
    if (owed) return;
    answered_ = true;
    if (empty) unanswered_ = false;
  }
  void tool_called(const std::string &id) { tool_calls_.insert(id); }
  void tool_cancelled(const std::string &id) { tool_calls_.erase(id); }

  bool has_ended() const { return ended_; }
  bool is_complete() const {
    if (!ended_) return false;
    if (!anything_) return true;
    return answered_ && !in_turn_ && !unanswered_ && !owed_ && tool_calls_.empty();
  }

 private:
  bool ended_ = false;
  bool anything_ = false;
  bool unanswered_ = false;
  bool in_turn_ = false;
  bool owed_ = false;      // an answer must follow the last turn
  bool answered_ = false;  // a turn has ended as it should
  std::set<std::string> tool_calls_;
};

}  // namespace gemlive
