// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

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
  static std::vector<std::int16_t> audio(unsigned id, bool is_speech);
  static std::string typed(unsigned id) { return "typed " + std::to_string(id) + "."; }

  // The network
  std::unique_ptr<Transport> make(Transport::Listener &listener);
  bool can_act() const { return server.alive && !server.closed && is_open && !has_ended; }
  void open();
  void end(int code, const std::string &reason);

  // What it says. Only if can_act().
  void confirm();
  /// Audible audio of this duration, in us.
  void speak(const std::string &json, std::int64_t duration);
  void transcribe();
  void hear();
  void begin_activity();
  void generated();
  void complete(bool more, bool is_last);
  void interrupt();
  void wait_for_input();
  /// With an id, which may be that of the call before it, or without one; of a function that is
  /// declared, or not.
  void call(bool has_id, bool is_declared, bool repeats_id);
  /// Cancels the calls with the oldest id.
  void cancel();
  /// The handle covers all messages up to `index`.
  void give_handle(const std::string &name, int index);

  // What must be resent
  /// Nothing is missing on a connection that takes everything.
  void check_resent();
  bool has_open_calls() const { return !calls_.empty(); }

  /// The user stops the answer that plays.
  void stop_playing();

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

  struct Wire;
  struct Item {
    Ledger::Number number = 0;  // the newest
    std::size_t audio_before = 0;
  };

  void receive(const std::string &text);
  void receive_audio(const std::string &text);
  /// Returns whether it is resent.
  bool receive_id(const std::string &id);
  void receive_response(const std::string &text);
  void count_calls();
  void lose();
  /// Then a question that was asked again should have its answer.
  bool has_lasted() const { return rules_.now() >= confirmed_at_ + 10'000'000; }

  const Rules rules_;
  Ledger::Number sent_ = 0;
  std::size_t audio_ = 0;  // chunks
  std::size_t resent_audio_ = 0;
  std::map<std::string, Item> items_;
  std::set<std::string> expected_;
  std::multimap<std::string, Call> calls_;  // of this connection, not answered
  unsigned ids_ = 0;
  int failure_weight_ = 0;
  std::int64_t confirmed_at_ = 0;
  // This turn
  void follow_turn();
  unsigned closed_ = 0;
  std::int64_t spoke_at_ = 0, spoken_ = 0;  // the first audio, and how much
  bool is_stopped_ = false;
  bool counts_ = false;
  bool has_setup_ = false, is_in_activity_ = false;
};

}  // namespace gemlive::test
