// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "live_session.hpp"

#include <glib.h>

#include <charconv>
#include <utility>

#include "base64.hpp"
#include "client.hpp"
#include "json_string.hpp"
#include "json_value.hpp"
#include "service_messages.hpp"

namespace gemlive::simulator {

namespace {

using simdjson::dom::element;

/// Returns the rate of an audio/pcm type, 16000 if it has none, 0 for any other type.
int pcm_rate(std::string_view mime) {
  constexpr std::string_view type = "audio/pcm";
  if (mime.substr(0, type.size()) != type) return 0;
  mime.remove_prefix(type.size());
  if (mime.empty()) return 16000;
  constexpr std::string_view parameter = ";rate=";
  if (!mime.starts_with(parameter)) return 0;
  mime.remove_prefix(parameter.size());
  int rate = 0;
  const auto [end, error] = std::from_chars(mime.data(), mime.data() + mime.size(), rate);
  const bool whole = error == std::errc() && (end == mime.data() + mime.size() || *end == ';');
  return whole && rate >= 1000 && rate <= 192000 ? rate : 0;
}

std::string string_of(std::optional<element> value) {
  std::string_view text;
  return value && !value->get(text) ? std::string(text) : std::string();
}

/// A field of a message with the client's own numbers: simdjson's elements have rounded ones.
std::string as_written(std::string_view message, std::string_view name) {
  json::Value value;
  std::string text;
  if (json::parse(message, value, simdjson::DEFAULT_MAX_DEPTH)) return "null";
  if (const auto *found = value.find(name)) found->append_to(text);
  return text;
}

bool is_true(std::optional<element> value) {
  bool flag = false;
  return value && !value->get(flag) && flag;
}

/// Returns the texts of all turns in `content`.
std::string typed_text(element content) {
  std::string text;
  const auto turns = field(content, "turns");
  if (!turns) return text;
  for (const auto turn : simdjson::dom::array(*turns)) {
    const auto parts = field(turn, "parts");
    if (!parts) continue;
    for (const auto part : simdjson::dom::array(*parts)) {
      const auto piece = string_of(field(part, "text"));
      if (!text.empty() && !piece.empty()) text += ' ';
      text += piece;
    }
  }
  return text;
}

std::string reply_to(const std::string &text) {
  return text.empty() ? "You said nothing." : "You said: " + text;
}

/// Hides the resumption handle: it is a credential.
std::string hide_handle(const std::string &handle, std::string json) {
  const auto quoted = json::quoted(handle);
  const auto at = handle.empty() ? json.npos : json.find(quoted);
  return at == json.npos ? json : json.replace(at, quoted.size(), "\"(hidden)\"");
}

}  // namespace

LiveSession::LiveSession(Client &client, Context &context, Service service, bool bad_key)
    : client_(client), context_(context), service_(service), bad_key_(bad_key) {}

void LiveSession::event(const char *type, std::string_view members) {
  context_.event_log.write(client_.number(), type, members);
}

void LiveSession::log(std::string_view line) {
  context_.event_log.print(client_.number(), line);
}

void LiveSession::end() {
  timer_.stop();
  handle_timer_.stop();
  media_pause_.stop();
  interpreter_.reset();
  answer_.reset();
  state_ = State::idle;
}

void LiveSession::refuse(const Refusal &refusal) {
  client_.close(refusal.code, refusal.reason);
}

void LiveSession::receive(std::string_view json) {
  element message;
  if (parser_.parse(json.data(), json.size()).get(message))
    return refuse({1007, "Invalid JSON payload received. Unexpected token."});
  if (const auto refusal = check(message, service_)) return refuse(*refusal);
  const auto setup = field(message, "setup");
  if (setup.has_value() == setup_.has_value())
    return refuse({});  // setup must be the first message and come once
  if (setup) return set_up(*setup);
  ++received_messages_;
  if (const auto content = field(message, "clientContent")) return handle_content(*content, json);
  if (const auto input = field(message, "realtimeInput")) return handle_input(*input);
  if (const auto response = field(message, "toolResponse"))
    return handle_tool_response(*response, json);
}

void LiveSession::set_up(element setup) {
  setup_ = read_setup(setup, context_.options.silence_duration);
  event("setup", "\"setup\":" + hide_handle(setup_->handle, simdjson::minify(setup)));
  log("setup: " + summary(*setup_));
  if (const auto refusal = check_access(*setup_, service_, bad_key_)) return refuse(*refusal);
  if (!setup_->handle.empty()) {
    const auto known = context_.handles.find(setup_->handle);
    if (known == context_.handles.end() || known->second != setup_->model)
      return refuse({1008, "BidiGenerateContent session not found"});
  }
  receiving_history_ = setup_->history_first;
  if (!context_.options.record.empty()) {
    heard_file_.open(recording_path("heard"), 16000);
    said_file_.open(recording_path("said"), 24000);
  }
  client_.fire({Trigger::setup});
  if (setup_complete_withheld_ || !client_.is_open()) return;
  const StrPtr id(g_uuid_string_random());
  client_.send(messages::setup_complete(service_ == Service::vertex ? id.get() : ""));
  update_resumption(true);
  client_.fire({Trigger::ready});
}

void LiveSession::handle_content(element content, std::string_view message) {
  event("content", "\"content\":" + as_written(message, "clientContent"));
  const bool complete = is_true(field(content, "turnComplete"));
  if (receiving_history_) {
    receiving_history_ = !complete;
    return log("history received");
  }
  const auto text = typed_text(content);
  log("typed: \"" + text + '"');
  interrupt();
  typed_text_ += typed_text_.empty() || text.empty() ? text : ' ' + text;
  if (complete) request_answer({reply_to(std::exchange(typed_text_, {}))});
}

void LiveSession::handle_input(element input) {
  if (const auto audio = field(input, "audio")) return handle_blob(*audio);
  if (const auto video = field(input, "video")) return handle_blob(*video);
  if (const auto chunks = field(input, "mediaChunks")) return handle_media_chunks(*chunks);
  if (const auto text = field(input, "text")) {
    const auto words = string_of(text);
    event("text", "\"text\":" + json::quoted(words));
    log("typed: \"" + words + '"');
    barge_in();
    return request_answer({reply_to(words)});
  }
  if (const auto end = field(input, "audioStreamEnd")) {
    if (is_true(end)) end_stream();
    return;
  }
  if (setup_->automatic)
    return refuse(
        {1007,
         "Explicit activity control is not supported when automatic activity detection is "
         "enabled."});
  if (field(input, "activityStart")) return start_activity();
  if (field(input, "activityEnd")) return end_activity();
}

void LiveSession::handle_blob(element blob) {
  const auto mime = string_of(field(blob, "mimeType"));
  const auto data = string_of(field(blob, "data"));
  std::vector<std::byte> bytes(base64::decoded_size(data).value_or(0));
  base64::decode(data, bytes.data());  // valid: check() has decoded it
  if (mime.starts_with("audio/")) return handle_audio(mime, bytes);
  if (!mime.starts_with("image/")) return refuse({});
  event("video", "\"bytes\":" + std::to_string(bytes.size()));
}

void LiveSession::handle_audio(std::string_view mime, const std::vector<std::byte> &bytes) {
  const int rate = pcm_rate(mime);
  if (rate == 0) return refuse({});
  if (audio_input_ && rate != audio_input_->rate())
    return refuse({1007, "Sample rate changed from previously " +
                             std::to_string(audio_input_->rate()) + " to " + std::to_string(rate) +
                             ", which is not supported."});
  if (!audio_input_) {
    setup_->speech.rate = rate;
    audio_input_.emplace(setup_->speech, setup_->automatic);
    log("receiving audio at " + std::to_string(rate) + " Hz");
    if (heard_file_.is_open() && rate != 16000) heard_file_.open(recording_path("heard"), rate);
  }
  event("audio", "\"bytes\":" + std::to_string(bytes.size()));
  heard_file_.write(bytes);
  for (const auto &boundary : audio_input_->feed(bytes)) {
    if (client_.is_open()) handle_boundary(boundary);
  }
  send_interim_transcription();
  hear_as_interpreter(bytes);
  if (client_.is_open())
    client_.fire({Trigger::heard, 0, static_cast<int>(audio_input_->ms(audio_input_->samples()))});
}

/// Returns the path of a WAV file. `what` is "heard" or "said".
std::string LiveSession::recording_path(const char *what) const {
  return context_.options.record + "/session-" + std::to_string(client_.number()) + '-' + what +
         ".wav";
}

void LiveSession::handle_boundary(const SpeechBoundary &boundary) {
  const auto ms = [this](std::int64_t samples) {
    return std::to_string(audio_input_->ms(samples));
  };
  if (boundary.is_start) {
    event("speech-start", "\"at\":" + ms(boundary.speech_start));
    log("speech started");
    activity_start_ = interim_sent_ = boundary.speech_start;
    client_.fire({Trigger::speech});
    return barge_in();
  }
  event("speech-end", "\"at\":" + ms(boundary.speech_end) +
                          ",\"duration\":" + ms(boundary.speech_end - boundary.speech_start));
  answer_speech(boundary.speech_start, boundary.speech_end);
}

void LiveSession::start_activity() {
  event("activity-start");
  in_activity_ = true;
  activity_start_ = interim_sent_ = audio_input_ ? audio_input_->samples() : 0;
  client_.fire({Trigger::speech});
  barge_in();
}

void LiveSession::end_activity() {
  event("activity-end");
  if (!std::exchange(in_activity_, false)) return;
  answer_speech(activity_start_, audio_input_ ? audio_input_->samples() : activity_start_);
}

void LiveSession::end_stream() {
  event("audio-stream-end");
  if (!setup_->automatic) return refuse({});
  finish_speech();
}

void LiveSession::handle_tool_response(element response, std::string_view message) {
  event("tool-response", "\"response\":" + as_written(message, "toolResponse"));
  log("tool response received");
  const bool expected = !pending_tool_calls_.empty();
  for (const auto item : simdjson::dom::array(*field(response, "functionResponses"))) {
    if (is_true(field(item, "willContinue"))) continue;
    const auto id = field(item, "id");
    pending_tool_calls_.erase(string_of(id ? id : field(item, "name")));
  }
  client_.fire({Trigger::tool_response});
  if (!expected || !pending_tool_calls_.empty() || !client_.is_open()) return;
  if (state_ != State::waiting) return request_answer({"The tool has answered."});
  reply_.text = "The tool has answered.";
  reply_.from_script = false;
  start_answer();
}

}  // namespace gemlive::simulator
