// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"
#include "exchange.hpp"
#include "input_queue.hpp"
#include "pending_tool_calls.hpp"
#include "server_event.hpp"
#include "timer.hpp"
#include "tool_call_assembler.hpp"

namespace gemlive {

/// Gives each tool call an answer: the application's, or an error if the function is undeclared or
/// the application does not answer in time. Session's thread only.
class ToolCallHandler {
 public:
  struct Options {
    std::shared_ptr<PendingToolCalls> calls = {};
    std::shared_ptr<InputQueue> input_queue = {};
    std::vector<std::string> functions = {};  // declared in the setup
    bool refuse_unknown = true;
    std::chrono::milliseconds timeout{0};  // 0: none
    std::function<std::int64_t()> now = {};
    std::function<void(const Error &)> warn = {};
    std::function<void(const std::string &id)> notify_cancelled = {};
  };

  ToolCallHandler(Options options, Exchange &exchange)
      : options_(std::move(options)), exchange_(exchange) {}

  /// Functions that the application declares after the setup. The setup's stay declared: the
  /// service may call one before it gets the update.
  void declare(const std::vector<std::string> &functions);
  /// Takes a part of a call. False: it belongs to no call.
  bool gather(const ToolCallPart &part);
  /// Parts of a call have arrived, and more is to come.
  bool is_gathering() const { return !assembler_.empty(); }
  /// The call that the last part has completed.
  std::optional<ToolCall> take_gathered() { return std::exchange(gathered_, std::nullopt); }
  /// Adds an id of our own if the call has none.
  ToolCall with_id(ToolCall call);
  /// Registers the call; the application may answer it now. False: the call is refused, so the
  /// application must not see it.
  bool accept(const ToolCall &call);
  /// Tells Exchange what is pending: of a call that has come, or a part, when its turn has begun.
  void count();
  /// The service cancelled the call.
  void cancel(const std::string &id);
  /// The service interrupted itself.
  void interrupt();
  /// The rest of a call has not come in time.
  void drop_parts();
  /// The connection ended, and with it its calls: the application is told.
  void clear();
  /// The conversation ended: calls do not time out any more.
  void stop() { deadline_.stop(); }
  /// Whether an answer to `call` may still be sent.
  bool is_current(const PendingToolCalls::Call &call) { return options_.calls->is_current(call); }
  /// The last answer to `call` left the input queue and was not sent.
  void discarded(const PendingToolCalls::Call &call) { options_.calls->remove(call); }
  /// The last answer to `call` was sent. The model goes on unless it is silent.
  void sent(const PendingToolCalls::Call &call, bool is_silent);

 private:
  std::optional<PendingToolCalls::Call> add(const ToolCall &call);
  void refuse(const PendingToolCalls::Call &call);
  void refuse(ToolCall gathered, const std::string &what, const std::string &fault);
  void answer(const PendingToolCalls::Call &call, const std::string &what);
  void check();

  Options options_;
  Exchange &exchange_;
  ToolCallAssembler assembler_;
  std::optional<ToolCall> gathered_;
  Timer deadline_;
};

}  // namespace gemlive
