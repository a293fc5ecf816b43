// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "client_message.hpp"

#include <array>
#include <optional>
#include <utility>

#include "api_names.hpp"
#include "base64.hpp"
#include "field_formats.hpp"
#include "json_object.hpp"
#include "json_string.hpp"
#include "text.hpp"

namespace gemlive::wire {
namespace {

using client::Audio;
using client::Mark;
using client::Plain;
using client::Response;
using json::Value;

Error refused(const std::string &why) {
  return {.kind = ErrorKind::bad_setting, .message = why};
}

std::string text_of(const Value &value) {
  std::string text;
  value.append_to(text);
  return text;
}

/// The string in a member. Empty if there is none.
std::string string_at(const Value &object, std::string_view field) {
  const auto *member = object.find(field);
  return member ? member->string().value_or("") : "";
}

Plain plain_content(json::Object message) {
  const auto *content = message.value().find("clientContent");
  const auto *complete = content->find("turnComplete");
  return {.message = message.text(), .wants_answer = complete && complete->text == "true"};
}

/// A blob with mimeType and data.
Result<Audio> read_audio(const Value &blob) {
  const auto mime_type = string_at(blob, "mimeType");
  if (mime_type.empty())
    return refused("The audio has no mimeType. Set it to audio/pcm;rate=16000");
  const auto rate = pcm_rate(mime_type, default_input_rate);
  if (!rate)
    return refused("The audio has the MIME type " + text::excerpt(mime_type) +
                   ". Send mono audio/pcm;rate=16000");
  const auto data = string_at(blob, "data");
  if (data.empty()) return refused("The audio has no data. Send samples as base64");
  const auto size = base64::decoded_size(data);
  Audio audio{.samples = std::vector<std::byte>(size.value_or(0)), .rate = *rate};
  if (!size || !base64::decode(data, audio.samples.data()))
    return refused("The data of the audio is not base64. Encode the samples as base64");
  if (*size % 2 != 0)
    return refused("The data of the audio does not consist of whole 16-bit samples. Send S16LE");
  return audio;
}

bool is_audio(const Value &blob) {
  return string_at(blob, "mimeType").starts_with("audio/");
}

Result<ClientMessage> read_media(const Value &chunks, std::string message) {
  if (!chunks.is_array() || chunks.inner.size() != 1)
    return refused("mediaChunks must have one chunk, because the service ignores the others");
  if (!is_audio(chunks.inner[0]))
    return ClientMessage(Plain{.message = std::move(message), .is_resendable = false});
  auto audio = read_audio(chunks.inner[0]);
  if (!audio) return audio.error();
  return ClientMessage(std::move(*audio));
}

Result<ClientMessage> read_realtime_input(const Value &input, std::string message) {
  if (input.inner.size() != 1) return refused("realtimeInput must have exactly one field");
  const auto &field = input.inner[0];
  const auto name = field.plain_name();
  if (name == "audio") {
    auto audio = read_audio(field);
    if (!audio) return audio.error();
    return ClientMessage(std::move(*audio));
  }
  if (name == "mediaChunks") return read_media(field, std::move(message));
  if (name == "activityStart") return ClientMessage(Mark::activity_start);
  if (name == "activityEnd") return ClientMessage(Mark::activity_end);
  if (name == "audioStreamEnd") {
    if (field.text != "true") return refused("audioStreamEnd must be true");
    return ClientMessage(Mark::audio_stream_end);
  }
  const bool is_text = name == "text";
  if (is_text && field.string().value_or("").empty())
    return refused("The text of realtimeInput is empty, which the service refuses");
  return ClientMessage(Plain{
      .message = std::move(message), .wants_answer = is_text, .is_resendable = name != "video"});
}

/// After {}, model 3.8 repeats the call. Beside willContinue, {} ends the answer as it is.
void fill_empty_response(Value &value) {
  auto *response = value.find("response");
  if (!response || !response->is_object() || !response->inner.empty()) return;
  if (value.find("willContinue")) return;
  auto output = Value::object();
  output.name = json::quoted("output");
  response->inner.push_back(std::move(output));
}

/// Takes id and name out of the response, since the session writes them.
Response take_response(Value &value) {
  fill_empty_response(value);
  Response result{.id = string_at(value, "id"), .name = string_at(value, "name")};
  std::erase_if(value.inner, [](const Value &member) {
    const auto name = member.plain_name();
    return name == "id" || name == "name";
  });
  const auto *goes_on = value.find("willContinue");
  result.response = {.json = text_of(value),
                     .will_continue = goes_on && goes_on->text == "true",
                     .is_silent = string_at(value, "scheduling") == "SILENT"};
  return result;
}

Result<ClientMessage> read_tool_response(Value &message) {
  auto *list = message.find("functionResponses");
  if (!list || !list->is_array() || list->inner.empty())
    return refused("toolResponse must have a list functionResponses");
  std::vector<Response> responses;
  for (auto &item : list->inner) {
    const auto *response = item.find("response");
    if (!response || !response->is_object())
      return refused("Each of functionResponses must have an object response");
    responses.push_back(take_response(item));
  }
  return ClientMessage(std::move(responses));
}

Error not_alone(std::size_t count) {
  return refused("A message must have exactly one field, such as contextUpdate. This one has " +
                 std::to_string(count));
}

}  // namespace

Result<ClientMessage> read_client_message(std::string_view json) {
  auto object = json::Object::parse(json, "The message");
  if (!object) return object.error();
  use_api_names(object->value(), "");
  auto &members = object->value().inner;
  if (members.size() != 1) return not_alone(members.size());
  const auto name = members[0].plain_name();
  if (name == "setup")
    return refused(
        "A setup can only be the first message of a connection, which gemlive sends. Set the "
        "property setup");
  if (!members[0].is_object()) return refused(text::excerpt(name) + " must be a JSON object");
  if (name == "clientContent") return ClientMessage(plain_content(std::move(*object)));
  if (name == "realtimeInput") return read_realtime_input(members[0], object->text());
  if (name == "toolResponse") return read_tool_response(members[0]);
  return ClientMessage(Plain{
      .message = object->text(),
      .functions = object->strings_at("contextUpdate.tools.tools.functionDeclarations.name")});
}

Result<Plain> read_content(std::string_view json) {
  auto object = json::Object::parse(json, "The content");
  if (!object) return object.error();
  use_api_names(object->value(), "");
  auto content = std::move(*object).unwrapped("clientContent");
  constexpr std::array others = {"setup", "realtimeInput", "toolResponse", "contextUpdate"};
  for (const auto *other : others)
    if (content.value().find(other))
      return refused(std::string("It is not clientContent, but a message ") + other +
                     ". Use the signal send-message");
  json::Object message;
  message.set("clientContent", std::move(content));
  return plain_content(std::move(message));
}

Result<FunctionResponse> read_function_response(std::string_view json) {
  auto response = json::Object::parse(json, "The response");
  if (!response) return response.error();
  json::Object whole;
  whole.value() = response->value();
  use_api_names(whole.value(), "functionResponses");
  const bool is_whole = whole.holds_object("response") &&
                        whole.has_only({"response", "scheduling", "willContinue", "parts"});
  if (!is_whole) {
    whole = json::Object();
    whole.set("response", std::move(*response));
  }
  return take_response(whole.value()).response;
}

}  // namespace gemlive::wire
