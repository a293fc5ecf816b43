// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base64.hpp"
#include "fake_transport.hpp"
#include "ledger.hpp"
#include "require.hpp"

namespace gemlive::test {

/// A service that keeps a ledger of each message, and requires that nothing is sent that must not
/// be sent. Recognizes resent input: each chunk of audio and each typed turn has an id.
class FakeService {
 public:
  struct Rules {
    bool is_manual = false;
    bool is_exact = false;                   // the session trusts the service's own count
    std::function<std::int64_t()> now = {};  // us
    std::function<bool()> is_finished = {};  // the conversation
  };

  explicit FakeService(Rules rules) : rules_(std::move(rules)) {}

  // The user's input
  static constexpr std::size_t chunk = 1280;  // 40 ms at 16 kHz
  static constexpr std::int64_t chunk_duration = 40'000;
  static std::vector<std::int16_t> audio(unsigned id, bool is_speech) {
    std::vector<std::int16_t> samples(chunk / 2, 0);
    // Speech contains quiet moments, and the id is quieter than any speech.
    std::fill_n(samples.begin(), samples.size() / 2, std::int16_t(is_speech ? 8000 : 0));
    for (auto at = samples.end() - id_digits; at != samples.end(); ++at, id /= id_base)
      *at = static_cast<std::int16_t>(id % id_base);
    return samples;
  }
  static std::string typed(unsigned id) { return "typed " + std::to_string(id) + "."; }

  // The network
  std::unique_ptr<Transport> make(Transport::Listener &listener) {
    require(!server.alive || server.closed || has_ended, "the old connection is closed first");
    is_open = has_ended = is_up = is_in_activity_ = has_setup_ = false;
    resent_audio_ = 0;
    calls_.clear();
    auto transport = server.make(listener);
    server.keeps_messages = false;
    return std::make_unique<Wire>(*this, std::move(transport));
  }
  bool can_act() const { return server.alive && !server.closed && is_open && !has_ended; }
  void open() {
    if (!server.alive || server.closed || std::exchange(is_open, true)) return;
    server.open();
  }
  void end(int code, const std::string &reason) {
    if (!can_act()) return;
    doubt_ += !is_up ? 4 : code == 1007 ? 4 : code == 0 || code == 1001 ? 0 : 2;
    lose();
    has_ended = true;
    server.close(code, reason);
  }

  // What it says. Only if can_act().
  void confirm() {
    is_up = has_setup_;
    server.say(R"({"setupComplete":{}})");
  }
  void speak(const std::string &json) {
    ledger.content(rules_.now());
    server.say(json);
  }
  void hear() {
    if (!ledger.is_transcript_late()) ledger.user_transcript();
    server.say(R"({"serverContent":{"inputTranscription":{"text":"hm"}}})");
  }
  void begin_activity() {
    ledger.activity_started();
    server.say(R"({"voiceActivity":{"voiceActivityType":"ACTIVITY_START"}})");
  }
  void generated() {
    ledger.generated();
    server.say(R"({"serverContent":{"generationComplete":true}})");
  }
  void complete(bool more) {
    ledger.turn_complete(more, rules_.now());
    server.say(more ? R"({"serverContent":{"turnComplete":true,"interactionStatus":"IN_PROGRESS"}})"
                    : R"({"serverContent":{"turnComplete":true}})");
  }
  void interrupt() {
    ledger.interrupted();
    for (auto &[id, call] : calls_)
      if (call.is_own) call.is_owed = false;
    count_calls();
    server.say(R"({"serverContent":{"interrupted":true}})");
  }
  void wait_for_input() {
    ledger.waiting_for_input(rules_.now());
    server.say(R"({"serverContent":{"waitingForInput":true}})");
  }
  /// With an id, or without one; of a function that is declared, or not.
  void call(bool has_id, bool is_declared) {
    if (calls_.size() >= 60) return;
    const auto id = "call-" + std::to_string(++ids_);
    calls_[id] = {.is_own = !has_id};
    count_calls();
    if (is_declared) ledger.content(rules_.now());
    const std::string function = is_declared ? R"("name":"f")" : R"("name":"x")";
    server.say(R"({"toolCall":{"functionCalls":[{)" + (has_id ? R"("id":")" + id + R"(",)" : "") +
               function + "}]}}");
  }
  /// Cancels the oldest call that has an id.
  void cancel() {
    for (auto at = calls_.begin(); at != calls_.end(); ++at) {
      if (at->second.is_own) continue;
      const auto id = at->first;
      calls_.erase(at);
      count_calls();
      return server.say(R"({"toolCallCancellation":{"ids":[")" + id + R"("]}})");
    }
  }
  /// The handle covers all messages up to `index`.
  void give_handle(const std::string &name, int index) {
    if (rules_.is_exact && index > 0) counts_ = true;
    const auto count =
        index > 0 ? R"(,"lastConsumedClientMessageIndex":")" + std::to_string(index) + '"' : "";
    server.say(R"({"sessionResumptionUpdate":{"newHandle":")" + name + R"(","resumable":true)" +
               count + "}}");
  }

  // What must be resent
  /// Nothing is missing on a connection that takes everything.
  void check_resent() {
    if (!is_up || !can_act() || !server.writable || rules_.is_finished()) return;
    require(expected_.empty(), "what has no answer is sent again after a loss");
  }
  bool has_open_calls() const { return !calls_.empty(); }

  FakeServer server;
  Ledger ledger;
  bool is_open = false, has_ended = false, is_up = false;
  std::uint64_t heard = 0;      // bytes of audio
  std::size_t most_resent = 0;  // bytes of audio, on one connection
  bool input_has_ended = false;
  bool is_exact = true;  // the ledger knows when speech has ended

 private:
  struct Call {
    bool is_own = false;
    bool is_owed = true;
  };
  static constexpr int id_base = 50, id_digits = 4;
  static constexpr unsigned most_audio_behind = 4;  // chunks: less than max-backlog

  /// Each message that the session sends.
  struct Wire final : Transport {
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
        if (!service.is_up) service.doubt_ += 4;
        service.lose();
      }
      real->close(code, reason);
    }
    FakeService &service;
    std::unique_ptr<Transport> real;
  };

  void receive(const std::string &text) {
    const auto has = [&](const char *part) { return text.find(part) != std::string::npos; };
    require(is_open && !has_ended && !server.closed, "sent only on an open connection");
    require(!std::exchange(has_setup_, true) == (text.find(R"("setup")") < 3),
            "the setup is sent first, and once");
    if (text.find(R"("setup")") < 3) return;
    require(is_up, "input is sent only after the confirmed setup");
    ++sent_;
    if (has("activityStart")) {
      require(!std::exchange(is_in_activity_, true), "no activityStart inside an activity");
      ledger.question(sent_);
    } else if (has("activityEnd")) {
      require(std::exchange(is_in_activity_, false), "no activityEnd outside an activity");
      ledger.speech_ended();
      ledger.question(sent_);
    } else if (has("audio/pcm")) {
      receive_audio(text);
    } else if (const auto at = text.find("typed "); at != std::string::npos) {
      receive_id("t" + text.substr(at, text.find('.', at) - at));
      ledger.question(sent_);
    } else if (has("toolResponse")) {
      receive_response(text);
    } else {
      ledger.other(sent_);
    }
  }

  void receive_audio(const std::string &text) {
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

  /// Returns whether it is resent.
  bool receive_id(const std::string &id) {
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

  void receive_response(const std::string &text) {
    ledger.other(sent_);
    const auto key = text.find(R"("id":"call-)");
    auto found = calls_.begin();
    if (key != std::string::npos) {
      found = calls_.find(text.substr(key + 6, text.find('"', key + 6) - key - 6));
    } else {
      while (found != calls_.end() && !found->second.is_own)
        ++found;
    }
    require(found != calls_.end(), "a tool response answers a call of this connection, once");
    calls_.erase(found);
    ledger.response(text.find("SILENT") != std::string::npos);
    count_calls();
  }

  void count_calls() {
    unsigned count = 0;
    for (const auto &[id, call] : calls_)
      count += call.is_owed ? 1 : 0;
    ledger.pending_calls(count);
  }

  void lose() {
    ledger.lost();
    calls_.clear();
    is_up = false;
    expected_.clear();
    // A handle that covers it, a failed rung of the ladder, and the bound are reasons not to.
    const bool is_expected = !counts_ && doubt_ < 4 && is_exact && !rules_.is_finished();
    for (const auto &[id, item] : items_) {
      if (ledger.fate(item.number) != Ledger::Fate::lost) continue;
      if (is_expected && audio_ - item.audio_before < most_audio_behind) expected_.insert(id);
      // The end of the input is resent with the speech before it, but without a message.
      if (input_has_ended && id.starts_with('a')) is_exact = false;
    }
  }

  struct Item {
    Ledger::Number number = 0;  // the newest
    std::size_t audio_before = 0;
  };
  const Rules rules_;
  Ledger::Number sent_ = 0;
  std::size_t audio_ = 0;  // chunks
  std::size_t resent_audio_ = 0;
  std::map<std::string, Item> items_;
  std::set<std::string> expected_;
  std::map<std::string, Call> calls_;  // of this connection, not answered
  unsigned ids_ = 0;
  int doubt_ = 0;
  bool counts_ = false;
  bool has_setup_ = false, is_in_activity_ = false;
};

}  // namespace gemlive::test
