// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "fake_service.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base64.hpp"

namespace gemlive::test {

/// Passes on each message that the session sends.
struct FakeService::Wire final : Transport {
  Wire(FakeService &owner, std::unique_ptr<Transport> transport)
      : service(owner), real(std::move(transport)) {}
  void connect(const Request &request) override { real->connect(request); }
  bool can_send() override { return real->can_send(); }
  void send(const std::string &text) override {
    service.receive(text);
    real->send(text);
  }
  void close(int code, const std::string &reason) override {
    if (!service.server.closed && !service.has_ended) {
      service.failure_weight_ += !service.is_up ? 4 : service.has_lasted();
      service.lose();
    }
    real->close(code, reason);
  }
  FakeService &service;
  std::unique_ptr<Transport> real;
};

std::vector<std::int16_t> FakeService::audio(unsigned id, bool is_speech) {
  std::vector<std::int16_t> samples(chunk / 2, 0);
  // Speech contains quiet moments, and the id is quieter than any speech.
  std::fill_n(samples.begin(), samples.size() / 2, std::int16_t(is_speech ? 8000 : 0));
  for (auto at = samples.end() - id_digits; at != samples.end(); ++at, id /= id_base)
    *at = static_cast<std::int16_t>(id % id_base);
  return samples;
}

std::unique_ptr<Transport> FakeService::make(Transport::Listener &listener) {
  require(!server.alive || server.closed || has_ended, "the old connection is closed first");
  is_open = has_ended = is_up = is_in_activity_ = has_setup_ = false;
  resent_audio_ = 0;
  calls_.clear();
  auto transport = server.make(listener);
  server.keeps_messages = false;
  return std::make_unique<Wire>(*this, std::move(transport));
}

void FakeService::open() {
  if (!server.alive || server.closed || std::exchange(is_open, true)) return;
  server.open();
}

void FakeService::end(int code, const std::string &reason) {
  if (!can_act()) return;
  const bool states_nothing = code == 0 || code == 1001;
  failure_weight_ += !is_up || code == 1007 ? 4 : states_nothing ? has_lasted() : 2;
  lose();
  has_ended = true;
  server.close(code, reason);
}

void FakeService::confirm() {
  is_up = has_setup_;
  confirmed_at_ = rules_.now();
  server.say(R"({"setupComplete":{}})");
}

void FakeService::speak(const std::string &json, std::int64_t duration) {
  const auto now = rules_.now();
  ledger.pass(now);
  ledger.content(now, now);
  follow_turn();
  if (!is_stopped_) {
    if (spoken_ == 0) spoke_at_ = now;
    spoken_ += duration;
    ledger.plays_until(spoke_at_ + spoken_);
    ledger.heard_until(std::max(spoke_at_ + spoken_, now));
  }
  server.say(json);
}

void FakeService::transcribe() {
  const auto now = rules_.now();
  ledger.pass(now);
  if (!ledger.is_model_transcript_late(now)) ledger.content(now, now);
  server.say(R"({"serverContent":{"outputTranscription":{"text":"hm"}}})");
}

void FakeService::follow_turn() {
  if (ledger.closed() == closed_) return;
  closed_ = ledger.closed();
  is_stopped_ = false;
  spoken_ = 0;
}

void FakeService::stop_playing() {
  follow_turn();
  ledger.dismissed();
  if (ledger.has_content()) is_stopped_ = true;
}

void FakeService::hear() {
  const auto now = rules_.now();
  ledger.pass(now);
  if (!ledger.is_transcript_late()) ledger.user_transcript(now);
  server.say(R"({"serverContent":{"inputTranscription":{"text":"hm"}}})");
}

void FakeService::begin_activity() {
  ledger.activity_started();
  server.say(R"({"voiceActivity":{"voiceActivityType":"ACTIVITY_START"}})");
}

void FakeService::generated() {
  ledger.pass(rules_.now());
  ledger.generated(rules_.now());
  server.say(R"({"serverContent":{"generationComplete":true}})");
}

void FakeService::complete(bool more, bool is_last) {
  ledger.pass(rules_.now());
  ledger.turn_complete(more, is_last, rules_.now());
  const std::string status = more      ? R"(,"interactionStatus":"IN_PROGRESS")"
                             : is_last ? R"(,"interactionStatus":"IDLE")"
                                       : "";
  server.say(R"({"serverContent":{"turnComplete":true)" + status + "}}");
}

void FakeService::interrupt() {
  ledger.pass(rules_.now());
  ledger.interrupted(rules_.now());
  for (auto &[id, call] : calls_)
    if (call.is_own) call.is_owed = false;
  count_calls();
  server.say(R"({"serverContent":{"interrupted":true}})");
}

void FakeService::wait_for_input() {
  ledger.pass(rules_.now());
  ledger.waiting_for_input(rules_.now());
  server.say(R"({"serverContent":{"waitingForInput":true}})");
}

void FakeService::call(bool has_id, bool is_declared, bool repeats_id) {
  if (calls_.size() >= 60) return;
  if (!repeats_id || !has_id || ids_ == 0) ++ids_;
  ledger.pass(rules_.now());
  const auto id = "call-" + std::to_string(ids_);
  calls_.insert({id, {.is_own = !has_id}});
  if (is_declared) ledger.tool_call(rules_.now());
  count_calls();
  const std::string function = is_declared ? R"("name":"f")" : R"("name":"x")";
  server.say(R"({"toolCall":{"functionCalls":[{)" + (has_id ? R"("id":")" + id + R"(",)" : "") +
             function + "}]}}");
}

void FakeService::cancel() {
  for (auto at = calls_.begin(); at != calls_.end(); ++at) {
    if (at->second.is_own) continue;
    const auto id = at->first;
    std::erase_if(calls_,
                  [&](const auto &call) { return call.first == id && !call.second.is_own; });
    count_calls();
    ledger.calls_cancelled(rules_.now());
    return server.say(R"({"toolCallCancellation":{"ids":[")" + id + R"("]}})");
  }
}

void FakeService::give_handle(const std::string &name, int index) {
  if (rules_.is_exact && index > 0) counts_ = true;
  const auto count =
      index > 0 ? R"(,"lastConsumedClientMessageIndex":")" + std::to_string(index) + '"' : "";
  server.say(R"({"sessionResumptionUpdate":{"newHandle":")" + name + R"(","resumable":true)" +
             count + "}}");
}

void FakeService::check_resent() {
  if (!is_up || !can_act() || !server.writable || rules_.is_finished()) return;
  require(expected_.empty(), "what has no answer is sent again after a loss");
  if (counts_ || !is_exact || rules_.now() < confirmed_at_ + 3'000'000) return;
  for (const auto &[id, item] : items_)
    require(ledger.fate(item.number) != Ledger::Fate::lost ||
                audio_ - item.audio_before >= most_audio_behind,
            "what is not sent again is reported");
}

void FakeService::receive(const std::string &text) {
  ledger.pass(rules_.now());
  const auto has = [&](const char *part) { return text.find(part) != std::string::npos; };
  require(is_open && !has_ended && !server.closed, "sent only on an open connection");
  require(!std::exchange(has_setup_, true) == (text.find(R"("setup")") < 3),
          "the setup is sent first, and once");
  if (text.find(R"("setup")") < 3) return;
  require(is_up, "input is sent only after the confirmed setup");
  ++sent_;
  if (has("activityStart")) {
    require(!std::exchange(is_in_activity_, true), "no activityStart inside an activity");
    ledger.question(sent_, rules_.now());
  } else if (has("activityEnd")) {
    require(std::exchange(is_in_activity_, false), "no activityEnd outside an activity");
    ledger.speech_ended();
    ledger.activity_end(sent_, rules_.now());
  } else if (has("audio/pcm")) {
    receive_audio(text);
  } else if (const auto at = text.find("typed "); at != std::string::npos) {
    receive_id("t" + text.substr(at, text.find('.', at) - at));
    ledger.question(sent_, rules_.now());
  } else if (has("toolResponse")) {
    receive_response(text);
  } else {
    ledger.other(sent_);
  }
}

void FakeService::receive_audio(const std::string &text) {
  require(is_in_activity_ || !rules_.is_manual, "manual mode: audio only inside an activity");
  const auto at = text.find(R"("data":")") + 8;
  const auto base64 = std::string_view(text).substr(at, text.rfind('"') - at);
  std::array<std::byte, chunk> bytes = {};
  require(base64::decoded_size(base64) == chunk, "a whole chunk of audio");
  require(base64::decode(base64, bytes.data()), "valid base64");
  std::array<std::int16_t, chunk / 2> samples = {};
  std::memcpy(samples.data(), bytes.data(), chunk);
  unsigned id = 0;
  for (int i = 1; i <= id_digits; ++i)
    id = id * id_base + static_cast<unsigned>(samples[samples.size() - static_cast<unsigned>(i)]);
  heard += chunk;
  ++audio_;
  const auto is_speech = samples[0] > 1000;
  if (receive_id("a" + std::to_string(id))) resent_audio_ += chunk;
  most_resent = std::max(most_resent, resent_audio_);
  if (is_speech)
    ledger.speech(sent_, rules_.now());
  else
    ledger.quiet(sent_, chunk_duration);
}

bool FakeService::receive_id(const std::string &id) {
  expected_.erase(id);
  const auto [at, is_new] = items_.insert({id, {sent_, audio_}});
  if (is_new) return false;
  using enum Ledger::Fate;
  const auto fate = ledger.fate(at->second.number);
  require(fate == lost || fate == silent || (counts_ && fate == answered) || !is_exact,
          "only what was lost without an answer is sent again");
  at->second = {sent_, audio_};
  return true;
}

void FakeService::receive_response(const std::string &text) {
  ledger.other(sent_);
  const auto key = text.find(R"("id":"call-)");
  auto found = calls_.begin();
  if (key != std::string::npos) {
    const auto id = text.substr(key + 6, text.find('"', key + 6) - key - 6);
    found = calls_.lower_bound(id);
    while (found != calls_.end() && found->second.is_own)
      ++found;
    if (found != calls_.end() && found->first != id) found = calls_.end();
  } else {
    while (found != calls_.end() && !found->second.is_own)
      ++found;
  }
  require(found != calls_.end(), "a tool response answers a call of this connection, once");
  calls_.erase(found);
  ledger.response(text.find("SILENT") != std::string::npos, rules_.now());
  count_calls();
}

void FakeService::count_calls() {
  unsigned count = 0;
  for (const auto &[id, call] : calls_)
    count += call.is_owed ? 1 : 0;
  ledger.pending_calls(count);
}

void FakeService::lose() {
  ledger.pass(rules_.now());
  ledger.lost(rules_.now());
  calls_.clear();
  is_up = false;
  expected_.clear();
  // A handle that covers it, a failed rung of the ladder, and the bound are reasons not to.
  const bool is_expected = !counts_ && failure_weight_ < 4 && is_exact && !rules_.is_finished();
  for (const auto &[id, item] : items_) {
    if (ledger.fate(item.number) != Ledger::Fate::lost) continue;
    if (is_expected && audio_ - item.audio_before < most_audio_behind) expected_.insert(id);
    // The end of the input is resent with the speech before it, but without a message.
    if (input_has_ended && id.starts_with('a')) is_exact = false;
  }
}

}  // namespace gemlive::test
