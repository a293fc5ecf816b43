// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "error.hpp"
#include "input_queue.hpp"
#include "pending_tool_calls.hpp"
#include "server_event.hpp"
#include "timer.hpp"

namespace gemlive {

/// Sees to it that each tool call has an answer: the application's, or, where it gives none in time
/// or nobody declared the function, an error. The session's thread.
class ToolCallHandler {
 public:
  struct Options {
    std::shared_ptr<PendingToolCalls> calls = {};
    std::shared_ptr<InputQueue> input_queue = {};
    std::vector<std::string> functions = {};  // that the setup declares
    bool refuse_unknown = true;
    std::chrono::milliseconds timeout{0};  // 0: none
    std::function<std::int64_t()> now = {};
    std::function<void(const Error &)> warn = {};
    std::function<void(const std::string &id)> tell_cancelled = {};
  };

  explicit ToolCallHandler(Options options) : options_(std::move(options)) {}

  /// With an id of ours where it has none.
  ToolCall named(ToolCall call);
  /// The application may answer from now on. False: it is not to be told, for the call is refused.
  bool take(const ToolCall &call);
  /// By the service.
  void cancelled(const std::string &id) { options_.calls->cancel(id); }
  /// The connection has ended, and its calls with it.
  void forget();
  /// Whether an answer to `call` may still be sent.
  bool is_current(const PendingToolCalls::Call &call) { return options_.calls->is_current(call); }

 private:
  void refuse(const ToolCall &call);
  void answer(const PendingToolCalls::Call &call, const std::string &what);
  void check();

  Options options_;
  Timer deadline_;
};

}  // namespace gemlive
