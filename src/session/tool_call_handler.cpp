// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_handler.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "text.hpp"
#include "wire.hpp"

namespace gemlive {

ToolCall ToolCallHandler::named(ToolCall call) {
  static std::atomic<unsigned> ids = 0;  // of the process: answers may come after a restart
  if (call.id.empty()) call.id = PendingToolCalls::own_id(++ids);
  return call;
}

bool ToolCallHandler::take(const ToolCall &call) {
  const bool is_declared = std::ranges::count(options_.functions, call.name) > 0;
  const bool is_refused = options_.refuse_unknown && !is_declared;
  options_.calls->add({.id = call.id, .name = call.name, .called_at = options_.now()});
  if (is_refused)
    refuse(call);
  else
    check();
  return !is_refused;
}

void ToolCallHandler::forget() {
  options_.calls->forget();
  deadline_.stop();
}

void ToolCallHandler::refuse(const ToolCall &call) {
  if (const auto mine = options_.calls->answer(call.id, call.name, false))
    answer(*mine, "There is no function of this name");
  const auto name = text::excerpt(call.name);
  options_.warn({.kind = ErrorKind::bad_data,
                 .message = "The model called a function that is not declared, and was told so: " +
                            name + ". Declare it in tools, or set refuse-unknown-tools to false",
                 .detail = "undeclared function " + name});
}

/// Through the input_queue: it may have to wait.
void ToolCallHandler::answer(const PendingToolCalls::Call &call, const std::string &what) {
  auto message =
      wire::encode_tool_response(call.id_on_wire(), call.name, wire::failed_function(what));
  options_.input_queue->push(input::ToolResponse{.message = std::move(message), .call = call});
}

void ToolCallHandler::check() {
  using std::chrono::microseconds;
  const microseconds limit(options_.timeout);
  if (limit.count() == 0) return;
  const auto now = options_.now();
  while (const auto call = options_.calls->take_older(now - limit.count())) {
    answer(*call, "The application did not answer in time");
    options_.tell_cancelled(call->id);
  }
  const auto oldest = options_.calls->oldest();
  if (!oldest) return;
  const auto left = microseconds(*oldest - now) + limit;
  deadline_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check(); });
}

}  // namespace gemlive
