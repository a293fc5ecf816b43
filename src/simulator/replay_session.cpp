// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "replay_session.hpp"

#include <glib.h>

#include <chrono>
#include <string>
#include <utility>

#include "client.hpp"
#include "context.hpp"

namespace gemlive::simulator {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;
// RFC 6455: codes that no Close frame holds
constexpr int no_code = 1005;
constexpr int no_close_frame = 1006;

}  // namespace

void ReplaySession::log(std::string_view line) {
  context_.event_log.print(client_.number(), line);
}

/// At the first message: a connection without one is not in a recording.
void ReplaySession::begin() {
  has_begun_ = true;
  recorded_ = context_.replay->begin(client_.number());
  if (!recorded_) return client_.close(1008, "The recording has no other connection");
  anchor_ = g_get_monotonic_time();
  comparison_.emplace(*recorded_, [this](const std::string &difference) {
    context_.replay->report(client_.number(), difference);
  });
}

void ReplaySession::receive(std::string_view json) {
  if (!has_begun_) begin();
  if (!comparison_ || has_ended_) return;
  const auto messages = comparison_->messages(), audio = comparison_->audio();
  comparison_->add(context_.replay->without_secrets(json));
  const bool is_waiting = patience_.running();
  if (is_waiting) {
    const auto &step = recorded_->steps[next_];
    const bool helps =
        comparison_->messages() > messages ? messages < step.messages : audio < step.audio;
    if (helps) patience_.stop();
  }
  say_due();
}

bool ReplaySession::is_behind(const Recording::Step &step) const {
  return follows_client_ &&
         (comparison_->messages() < step.messages || comparison_->audio() < step.audio);
}

void ReplaySession::wait_for_client() {
  has_waited_ = true;
  if (patience_.running()) return;
  patience_.start(patience, [this] {
    log("the client is behind the recording: going on without it");
    follows_client_ = false;
    say_due();
  });
}

std::int64_t ReplaySession::due(const Recording::Step &step) const {
  const auto speed = context_.options.speed;
  if (!step.time || speed == 0) return 0;
  return anchor_ +
         static_cast<std::int64_t>(static_cast<double>(*step.time - anchor_time_) / speed);
}

void ReplaySession::say_due() {
  while (next_ < recorded_->steps.size() && !has_ended_) {
    const auto &step = recorded_->steps[next_];
    if (is_behind(step)) return wait_for_client();
    patience_.stop();
    const auto now = g_get_monotonic_time();
    const auto at = due(step);
    if (now < at) {
      const std::chrono::microseconds rest(at - now);
      return timer_.start(std::chrono::ceil<std::chrono::milliseconds>(rest),
                          [this] { say_due(); });
    }
    // A late client does not shorten the pauses behind it.
    if (std::exchange(has_waited_, false) && step.time) {
      anchor_time_ = *step.time;
      anchor_ = now;
    }
    ++next_;
    say(step);
  }
}

void ReplaySession::say(const Recording::Step &step) {
  if (!step.note) return client_.send(step.payload, {.compact = true});
  if (step.note->dropped > 0)
    return log(std::to_string(step.note->dropped) + " messages are not in the recording");
  if (step.note->is_full) return log("the recording ends here, the conversation did not");
  if (!step.note->closed) return;
  const auto &[code, reason] = *step.note->closed;
  if (code == no_close_frame) return client_.drop();
  client_.close(code == no_code ? 0 : code, reason);
}

void ReplaySession::end() {
  if (std::exchange(has_ended_, true) || !has_begun_) return;
  timer_.stop();
  patience_.stop();
  if (comparison_) {
    comparison_->finish();
    log("the client sent " + comparison_->summary());
  }
  context_.replay->end();
}

}  // namespace gemlive::simulator
