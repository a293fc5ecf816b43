// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// An Exchange and an independent ledger (ledger.hpp) get the same events in any order. Each byte of
// the input is one event. Whoever asks gets the same answer: what is owed, what is not to be
// resent, and when EOS is due. No timeout is missed.

#include <cstdint>
#include <span>

#include "exchange.hpp"
#include "ledger.hpp"
#include "require.hpp"

using namespace gemlive;
using namespace std::chrono_literals;
using test::Ledger;
using test::require;

namespace {

constexpr Exchange::Time ms = 1000;
constexpr auto second = 1000 * ms;

struct Both {
  Exchange exchange{{.eos_timeout = 20s, .turn_timeout = 30s, .silence = 200ms, .pause = 3200ms}};
  Ledger ledger;
  Exchange::Time now = 100 * second;
  Exchange::Sequence sent = 0;
  unsigned calls = 0;
  bool has_ended = false;
  bool has_sent = false;
  Exchange::Time last_event = 0;

  void act(std::uint8_t byte) {
    now += 50 * ms;
    last_event = now;
    switch (static_cast<std::uint8_t>(byte - 'a') % 30) {
      case 0:
        has_sent = true;
        exchange.sent_audio(++sent, Sound::speech, 40ms, now, now);
        return ledger.speech(sent, now);
      case 1:
        has_sent = true;
        exchange.sent_audio(++sent, Sound::silence, 240ms, now, now);
        return ledger.quiet(sent, 240 * ms);
      case 2:
        has_sent = true;
        exchange.sent_question(++sent, now);
        return ledger.question(sent, now);
      case 3:
        exchange.sent_other(++sent);
        return ledger.other(sent);
      case 4:
        exchange.speech_ended();
        return ledger.speech_ended();
      case 5:
        exchange.content(now, byte % 2 == 0);
        return ledger.content(now, byte % 2 == 0 ? now : 0);
      case 6:
        require(exchange.is_user_transcript_late() == ledger.is_transcript_late(),
                "the same is late");
        if (exchange.is_user_transcript_late()) return;
        exchange.user_transcript(now);
        return ledger.user_transcript(now);
      case 7:
        exchange.activity_started();
        return ledger.activity_started();
      case 8:
        exchange.interrupted(now);
        return ledger.interrupted(now);
      case 9:
        exchange.generation_complete(now);
        return ledger.generated(now);
      case 10:
      case 11:
        exchange.turn_complete(false, false, now);
        return ledger.turn_complete(false, false, now);
      case 12:
        exchange.turn_complete(true, false, now);
        return ledger.turn_complete(true, false, now);
      case 13:
        exchange.waiting_for_input(now);
        return ledger.waiting_for_input(now);
      case 14:
        exchange.tool_call(now);
        ledger.tool_call(now);
        return set_calls(calls + 1);
      case 15:
      case 16: {
        if (calls == 0) return;
        const bool is_silent = byte % 26 == 16;
        exchange.sent_tool_response(is_silent, now);
        ledger.response(is_silent, now);
        return set_calls(calls - 1);
      }
      case 17:
        if (calls == 0) return;
        set_calls(0);
        exchange.calls_cancelled(now);
        return ledger.calls_cancelled(now);
      case 18:
        return lose();
      case 19:
        has_ended = true;
        return exchange.input_ended(now);
      case 20:
        has_ended = false;
        return exchange.input_goes_on();
      case 21:
        exchange.playing_until(now + 3 * second);
        exchange.progress(now + 3 * second);
        ledger.plays_until(now + 3 * second);
        return ledger.heard_until(now + 3 * second);
      case 22:
        now += 150 * ms;
        return;
      case 23:
        now += 2 * second;
        return;
      case 24:
        now += 31 * second;
        return;
      case 25:
        exchange.dismiss();
        return ledger.dismissed();
      case 26:
        require(exchange.is_model_transcript_late(now) == ledger.is_model_transcript_late(now),
                "the same transcript of the model is late");
        if (exchange.is_model_transcript_late(now)) return;
        exchange.content(now);
        return ledger.content(now, now);
      case 27:
        exchange.turn_complete(false, true, now);
        return ledger.turn_complete(false, true, now);
      case 28:
        exchange.disconnected(now);
        ledger.lost(now, exchange.answered_up_to());
        calls = 0;
        return exchange.withhold(1, now);
      default:
        return wait();
    }
  }

  void set_calls(unsigned count) {
    calls = count;
    exchange.set_pending_calls(calls);
    ledger.pending_calls(calls);
  }

  /// What has no answer is sent again.
  void lose() {
    exchange.disconnected(now);
    ledger.lost(now, exchange.answered_up_to());
    calls = 0;
    const auto fates = ledger.fates();
    for (const auto &[number, fate] : fates) {
      if (fate != Ledger::Fate::lost || number <= exchange.answered_up_to()) continue;
      exchange.sent_question(++sent, now);
      ledger.question(sent, now);
    }
  }

  /// To the next timeout, as the session does.
  void wait() {
    const auto at = exchange.next_check(now);
    if (const auto end = ledger.settles_at(); end && *end > now)
      require(at && *at <= *end, "an uncertain end is looked at in time");
    if (at) {
      require(*at > now, "the next check is ahead");
      now = *at;
    }
    give_up();
  }

  void give_up() {
    switch (exchange.overdue(now)) {
      case Exchange::Overdue::none:
        return;
      case Exchange::Overdue::no_answer:
      case Exchange::Overdue::empty_turn:
        exchange.give_up_question(now);
        ledger.gave_up_question(now);
        return require(!exchange.owed(), "what was given up is not waited for");
      case Exchange::Overdue::no_end:
        exchange.give_up_turn(now);
        return ledger.gave_up_turn(now);
      case Exchange::Overdue::settled:
        exchange.settle(now);
        return ledger.settle(now);
      case Exchange::Overdue::not_resent:
        exchange.give_up_lost();
        return ledger.gave_up_lost();
    }
  }

  void check() {
    using enum Exchange::End;
    require(exchange.owed() == ledger.owed(), "both know the same to be owed");
    require(static_cast<int>(exchange.turn()) == static_cast<int>(ledger.turn()), "the same turn");
    for (const auto &[number, fate] : ledger.fates()) {
      const bool is_settled = number <= exchange.answered_up_to();
      if (fate == Ledger::Fate::asked || fate == Ledger::Fate::taken)
        require(!is_settled, "what has no answer can be sent again");
      else if (fate != Ledger::Fate::silent && fate != Ledger::Fate::lost)
        require(is_settled, "what was answered, declined or given up is not sent again");
    }
    const auto settles_at = ledger.settles_at();
    const auto overdue = exchange.overdue(now);
    if (overdue != Exchange::Overdue::not_resent)
      require((overdue == Exchange::Overdue::settled) == (settles_at && now >= *settles_at),
              "both wait as long for more of an answer");
    require(!exchange.is_silent_end(now) || !ledger.owed(), "silence is the end of nothing owed");
    const auto end = exchange.end(now);
    if (!has_ended) return require(end == open, "no EOS before the end of the input");
    if (ledger.is_done() || (!has_sent && !ledger.owed()))
      require(end == complete, "EOS is due when nothing is owed");
    else
      require(end != complete, "EOS is not due before the last answer is complete");
    if (end == assumed)
      require(!ledger.owed() || ledger.turn() == Ledger::Turn::generated || settles_at ||
                  exchange.is_interpreter(),
              "only a whole answer, or an interpreter's, is assumed complete");
    require(!exchange.is_interpreter() || ledger.may_be_interpreter(),
            "an interpreter goes on while the user speaks, and never completes a turn");
    if (end != open) return;
    // Whatever is missing, the session looks again, and EOS is due in the end.
    const auto next = exchange.next_check(now);
    require(next && *next > now, "an open end is looked at again");
    auto later = now;
    for (int i = 0; i < 8 && exchange.end(later) == open; ++i) {
      const auto at = exchange.next_check(later);
      require(at && *at > later, "each check has a next one until EOS is due");
      later = *at;
    }
    require(exchange.end(later) != open, "EOS is due after eos-timeout");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  Both both;
  for (const auto byte : std::span(data, std::min<std::size_t>(size, 256))) {
    both.act(byte);
    both.check();
  }
  return 0;
}
