// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_handler.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "text.hpp"
#include "wire.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_name = 1024;  // of a function or a call

}  // namespace

void ToolCallHandler::declare(const std::vector<std::string> &functions) {
  for (const auto &name : functions)
    if (std::ranges::count(options_.functions, name) == 0) options_.functions.push_back(name);
}

ToolCall ToolCallHandler::with_id(ToolCall call) {
  static std::atomic<unsigned> ids =
      0;  // per process: a late answer must not match a call of the next session
  if (call.id.empty()) call.id = PendingToolCalls::own_id(++ids);
  return call;
}

/// Only a complete call is answered, so a call is never refused while it arrives.
bool ToolCallHandler::gather(const ToolCallPart &part) {
  if (!assembler_.add(part)) return false;
  auto complete = assembler_.take_complete();
  if (!complete) return true;
  switch (complete->fault) {
    case wire::PartialArgs::Fault::none:
      gathered_ = std::move(complete->call);
      break;
    case wire::PartialArgs::Fault::too_large:
      refuse(std::move(complete->call), "The arguments are too large",
             "arguments of more than 1 MiB");
      break;
    case wire::PartialArgs::Fault::bad_path:
      refuse(std::move(complete->call), "A jsonPath of the arguments cannot be read",
             "an argument whose jsonPath cannot be read");
      break;
  }
  return true;
}

/// `what` is said to the model, `fault` to the user.
void ToolCallHandler::refuse(ToolCall gathered, const std::string &what, const std::string &fault) {
  const auto call = add(with_id(std::move(gathered)));
  if (call && options_.calls->answer(*call)) answer(*call, what);
  count();
  options_.warn({.kind = ErrorKind::bad_data,
                 .message = "The model called a function with " + fault +
                            " and got an error: " + text::excerpt(call ? call->name : ""),
                 .detail = "tool call with " + fault});
}

/// None: it was ignored, with a warning.
std::optional<PendingToolCalls::Call> ToolCallHandler::add(const ToolCall &call) {
  const bool is_small = call.id.size() <= max_name && call.name.size() <= max_name;
  std::optional<PendingToolCalls::Call> added;
  if (is_small)
    added = options_.calls->add({.id = call.id, .name = call.name, .called_at = options_.now()});
  if (!added)
    options_.warn({.kind = ErrorKind::bad_data,
                   .message =
                       "A tool call was ignored: 64 calls already wait for an answer, or its name "
                       "or id is longer than 1 KiB. Answer calls with send-tool-response",
                   .detail = "too many tool calls"});
  return added;
}

bool ToolCallHandler::accept(const ToolCall &call) {
  const auto added = add(call);
  const bool is_declared = std::ranges::count(options_.functions, call.name) > 0;
  if (added && (is_declared || !options_.refuse_unknown)) {
    check();
    return true;
  }
  if (added) refuse(*added);
  count();
  return false;
}

void ToolCallHandler::cancel(const std::string &id) {
  const bool was_calling = exchange_.has_pending_calls() || is_gathering();
  options_.calls->cancel(id);
  assembler_.cancel(id);
  count();
  if (was_calling) exchange_.calls_cancelled(options_.now());
}

void ToolCallHandler::interrupt() {
  options_.calls->release_own_ids();
  drop_parts();
}

void ToolCallHandler::drop_parts() {
  assembler_.clear();
  count();
}

void ToolCallHandler::count() {
  exchange_.set_gathering(is_gathering());
  exchange_.set_pending_calls(options_.calls->count());
}

void ToolCallHandler::sent(const PendingToolCalls::Call &call, bool is_silent) {
  options_.calls->remove(call);
  exchange_.sent_tool_response(is_silent, options_.now());
  count();
}

void ToolCallHandler::clear() {
  deadline_.stop();
  drop_parts();
  for (const auto &call : options_.calls->clear())
    options_.notify_cancelled(call.id);
  count();
}

void ToolCallHandler::refuse(const PendingToolCalls::Call &call) {
  if (options_.calls->answer(call)) answer(call, "There is no function with this name");
  const auto name = text::excerpt(call.name);
  options_.warn({.kind = ErrorKind::bad_data,
                 .message = "The model called an undeclared function and got an error: " + name +
                            ". Declare it in tools, or set refuse-unknown-tools to false",
                 .detail = "undeclared function " + name});
}

/// Through the input queue: the transport may be full.
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
  while (const auto call = options_.calls->answer_older(now - limit.count())) {
    answer(*call, "The application did not answer in time");
    options_.notify_cancelled(call->id);
  }
  const auto oldest = options_.calls->oldest_called_at();
  if (!oldest) return;
  const auto left = microseconds(*oldest - now) + limit;
  deadline_.start(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { check(); });
}

}  // namespace gemlive
