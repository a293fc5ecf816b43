// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_desk.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "text.hpp"
#include "wire.hpp"

namespace gemlive {

ToolCall ToolDesk::named(ToolCall call) {
  static std::atomic<unsigned> ids = 0;  // of the process: answers may come after a restart
  if (call.id.empty()) call.id = PendingToolCalls::own_id(++ids);
  return call;
}

bool ToolDesk::take(const ToolCall &call) {
  const bool is_declared = std::ranges::count(parts_.functions, call.name) > 0;
  const bool is_refused = parts_.refuse_unknown && !is_declared;
  parts_.calls->add({.id = call.id, .name = call.name, .called_at = parts_.now()});
  if (is_refused)
    refuse(call);
  else
    check();
  return !is_refused;
}

void ToolDesk::forget() {
  parts_.calls->forget();
  deadline_.stop();
}

void ToolDesk::refuse(const ToolCall &call) {
  if (const auto mine = parts_.calls->answer(call.id, call.name, false))
    answer(*mine, "There is no function of this name");
  const auto name = text::excerpt(call.name);
  parts_.warn({.kind = ErrorKind::bad_data,
               .message = "The model called a function that is not declared, and was told so: " +
                          name + ". Declare it in tools, or set refuse-unknown-tools to false",
               .detail = "undeclared function " + name});
}

/// Through the input_queue: it may have to wait.
void ToolDesk::answer(const PendingToolCalls::Call &call, const std::string &what) {
  auto message =
      wire::encode_tool_response(call.id_on_wire(), call.name, wire::failed_function(what));
  parts_.input_queue->push(input::ToolResponse{.message = std::move(message), .call = call});
}

void ToolDesk::check() {
  using std::chrono::microseconds;
  const microseconds limit(parts_.timeout);
  if (limit.count() == 0) return;
  const auto now = parts_.now();
  while (const auto call = parts_.calls->take_older(now - limit.count())) {
    answer(*call, "The application did not answer in time");
    parts_.tell_cancelled(call->id);
  }
  const auto oldest = parts_.calls->oldest();
  if (!oldest) return;
  const auto left = microseconds(*oldest - now) + limit;
  deadline_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check(); });
}

}  // namespace gemlive
