// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guarded.hpp"

namespace gemlive {

/// The tool calls of a connection whose answers have not been sent: the only table of them. A call
/// whose answer waits in the input queue keeps its place, even if it is cancelled or its connection
/// ends, so that the table also limits the queue. A service may use an id again: each call is still
/// one entry, the oldest is answered first, and a cancellation cancels all calls with the id. All
/// methods: any thread. Times are monotonic us.
class PendingToolCalls {
 public:
  struct Call {
    std::string id = {};
    std::string name = {};
    std::int64_t called_at = 0;
    std::uint64_t number = 0;  // given by add(), from 1

    /// Empty for an id of our own.
    std::string id_on_wire() const { return is_own_id(id) ? std::string() : id; }
  };

  /// An id for a call that the service sends without one, so that a late answer finds its call.
  static std::string own_id(unsigned number) { return own_prefix + std::to_string(number); }
  static bool is_own_id(std::string_view id) { return id.starts_with(own_prefix); }

  /// The call with its number. None: too many are pending.
  std::optional<Call> add(Call call);
  /// Finds the oldest unanswered call with this id, or without an id with this name. After that
  /// the call cannot be answered again, unless `more_to_come`. None: answered or cancelled already,
  /// or never made.
  std::optional<Call> answer(const std::string &id, const std::string &name, bool more_to_come);
  /// Answers just this call. False: answered or cancelled already.
  bool answer(const Call &call);
  /// The last answer to `call` has left the input queue.
  void remove(const Call &call);
  /// All calls with this id. Returns whether there is one.
  bool cancel(const std::string &id);
  /// The service has interrupted itself. It cannot cancel calls without an id one by one: gemlive
  /// stops waiting for their answers, but still sends them.
  void release_own_ids();
  /// The connection ended: answers to its calls must not be sent on the next one. Returns the calls
  /// that the application has not answered.
  std::vector<Call> clear();
  /// Whether an answer to `call` may still be sent: not after a cancellation or a new connection.
  bool is_current(const Call &call);
  /// The oldest unanswered call made at `called_at` or earlier; as answer().
  std::optional<Call> answer_older(std::int64_t called_at);
  /// When the oldest unanswered call was made.
  std::optional<std::int64_t> oldest_called_at();
  /// The functions of the unanswered calls: "weather, news".
  std::string names();
  /// How many answers are waited for.
  unsigned count();

 private:
  static constexpr std::size_t max_calls = 64;
  static constexpr auto own_prefix = "gemlive-call-";
  struct Entry {
    Call call = {};
    bool is_answered = false;  // and the answer is not sent yet
    bool is_owed = true;
    bool is_void = false;  // the answer must not be sent any more
  };
  struct State {
    std::vector<Entry> entries = {};
    std::uint64_t last_number = 0;
  };
  Guarded<State> state_;
};

}  // namespace gemlive
