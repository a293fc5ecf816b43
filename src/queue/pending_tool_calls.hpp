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

/// The tool calls of one connection that wait for an answer. Any thread; times are monotonic us.
class PendingToolCalls {
 public:
  struct Call {
    std::string id = {};
    std::string name = {};
    std::int64_t called_at = 0;
    unsigned epoch = 0;

    /// None where it is our own.
    std::string id_on_wire() const { return is_own_id(id) ? std::string() : id; }
  };

  /// For a call that the service names by its function only: answers, which may come late, belong
  /// to one call all the same.
  static std::string own_id(unsigned number) { return own_prefix + std::to_string(number); }
  static bool is_own_id(std::string_view id) { return id.starts_with(own_prefix); }

  void add(Call call);
  /// The call to which an answer belongs: by its id; without one the oldest of that name. It waits
  /// no longer unless more answers are to come. None: it was answered, cancelled, or never made.
  std::optional<Call> answer(const std::string &id, const std::string &name, bool more_to_come);
  std::optional<Call> cancel(const std::string &id);
  /// Those of a connection that has ended: what answers them must not be sent on the next.
  void forget();
  /// Whether an answer to `call` may still be sent: not to one that was cancelled meanwhile.
  bool is_current(const Call &call);
  /// The oldest, where it has waited since then or longer.
  std::optional<Call> take_older(std::int64_t called_at);
  /// When the oldest was made.
  std::optional<std::int64_t> oldest();
  /// What is called: "weather, news".
  std::string names();

 private:
  static constexpr std::size_t max_calls = 64;
  static constexpr auto own_prefix = "gemlive-call-";
  struct State {
    std::vector<Call> calls = {};
    std::vector<std::string> cancelled = {};  // the newest: their answers may be on their way
    unsigned epoch = 0;
  };
  Guarded<State> state_;
};

}  // namespace gemlive
