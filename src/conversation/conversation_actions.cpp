// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The action signals: what the application sends.

#include <string>
#include <utility>
#include <vector>

#include "client_message.hpp"
#include "conversation.hpp"
#include "overloaded.hpp"
#include "session_host.hpp"

namespace gemlive {
namespace {

using input::PushResult;

Error impossible(const std::string &why) {
  return {.kind = ErrorKind::bad_setting, .message = why};
}

bool push(SessionHost &host, input::Mark mark) {
  return host.input_queue().push(std::move(mark)) == PushResult::ok;
}

bool send(SessionHost &host, wire::client::Plain plain) {
  return push(host, input::Message{.text = std::move(plain.message),
                                   .wants_answer = plain.wants_answer,
                                   .is_resendable = plain.is_resendable,
                                   .functions = std::move(plain.functions)});
}

/// False when no such call is pending.
bool send(SessionHost &host, const wire::client::Response &given) {
  const auto &response = given.response;
  const auto call = host.tool_calls().answer(given.id, given.name, response.will_continue);
  if (!call) return false;
  auto message = wire::encode_tool_response(call->id_on_wire(), call->name, response);
  return push(host, input::ToolResponse{.message = std::move(message),
                                        .call = *call,
                                        .is_last = !response.will_continue,
                                        .is_silent = response.is_silent});
}

bool send(SessionHost &host, const std::vector<wire::client::Response> &responses) {
  bool are_taken = true;
  for (const auto &response : responses)
    are_taken &= send(host, response);
  return are_taken;
}

Conversation::Sent send(SessionHost &host, const wire::client::Audio &audio) {
  auto &input_queue = host.input_queue();
  if (const int rate = input_queue.rate(); rate != 0 && rate != audio.rate)
    return impossible("The audio of this conversation has " + std::to_string(rate) +
                      " Hz. It cannot change to " + std::to_string(audio.rate) + " Hz");
  const auto pushed = input_queue.push_application_audio(audio.samples, audio.rate);
  if (pushed == PushResult::full)
    return impossible(
        "An element already sends audio to this conversation. Mix the audio before the element");
  return pushed == PushResult::ok;
}

/// Why a mark is not possible with the activity detection of this conversation.
std::optional<Error> misfit(SessionHost &host, wire::client::Mark mark) {
  const bool is_manual = *host.config().activity_detection == ActivityDetection::manual;
  if (is_manual == (mark != wire::client::Mark::audio_stream_end)) return std::nullopt;
  return impossible(is_manual ? "audioStreamEnd needs activity-detection=automatic"
                              : "activityStart and activityEnd need activity-detection=manual");
}

}  // namespace

bool Conversation::send_text(const std::string &text, bool turn_complete) {
  if (text.empty() && !turn_complete) return false;
  const auto host = this->host();
  return host->input_queue().push(input::TypedText{text, turn_complete}) == PushResult::ok;
}

Conversation::Sent Conversation::send_content(const std::string &json) {
  auto content = wire::read_content(json);
  if (!content) return content.error();
  return send(*host(), std::move(*content));
}

Conversation::Sent Conversation::send_message(const std::string &json) {
  auto message = wire::read_client_message(json);
  if (!message) return message.error();
  const auto host = this->host();
  if (host->input_queue().is_closed()) return false;
  const auto mark = [&](wire::client::Mark mark) -> Sent {
    if (auto error = misfit(*host, mark)) return *error;
    if (mark == wire::client::Mark::audio_stream_end) return audio_stream_end();
    return mark == wire::client::Mark::activity_start ? activity_start() : activity_end();
  };
  return std::visit(
      Overloaded{mark, [&](auto &other) -> Sent { return send(*host, std::move(other)); }},
      *message);
}

Conversation::Sent Conversation::send_tool_response(const std::string &id, const std::string &name,
                                                    const std::string &json) {
  const auto response = wire::read_function_response(json);
  if (!response) return response.error();
  return send(*host(), {.id = id, .name = name, .response = *response});
}

bool Conversation::activity_start() {
  const auto host = this->host();
  return *host->config().activity_detection == ActivityDetection::manual &&
         host->input_queue().push(input::ActivityStart{}) == PushResult::ok;
}

bool Conversation::activity_end() {
  const auto host = this->host();
  return *host->config().activity_detection == ActivityDetection::manual &&
         host->input_queue().in_activity() &&
         host->input_queue().push(input::ActivityEnd{}) == PushResult::ok;
}

bool Conversation::audio_stream_end() {
  const auto host = this->host();
  return *host->config().activity_detection == ActivityDetection::automatic &&
         host->input_queue().push(input::AudioStreamEnd{}) == PushResult::ok;
}

}  // namespace gemlive
