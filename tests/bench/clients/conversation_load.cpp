// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation_load.hpp"

#include "audio_stamp.hpp"

namespace gemlive::bench {

namespace {

constexpr double bytes_per_second_down = 48000;

std::int64_t us(double seconds) {
  return static_cast<std::int64_t>(seconds * 1e6);
}

}  // namespace

ConversationLoad::ConversationLoad(const ClientOptions &options)
    : run_(options), started_(now_us()), audio_(AudioMessage::from_client(options.chunk_ms)) {
  // No allocation while measuring.
  const double messages = options.sessions * options.seconds * 1000 / options.chunk_ms;
  latencies_.reserve(static_cast<std::size_t>(2 * messages));
}

bool ConversationLoad::count_set_up() {
  if (++set_up_ < run_.options().sessions) return false;
  run_.connected(started_);
  return true;
}

void ConversationLoad::receive(std::string_view message, bool &was_heard) {
  const auto bytes = reader_.read(message);
  if (bytes == 0) return;
  if (!was_heard && ++heard_ == run_.options().sessions)
    next_stage_ = now_us() + us(run_.options().warm_up);
  was_heard = true;
  const auto stamp = reader_.stamp();
  if (!run_.is_measuring()) return;
  received_ += bytes;
  if (stamp) latencies_.push_back(static_cast<std::int32_t>(now_us() - *stamp));
}

std::string_view ConversationLoad::speak() {
  if (run_.is_measuring()) ++sent_;
  return audio_.stamped(now_us());
}

bool ConversationLoad::proceed(std::int64_t now) {
  if (next_stage_ < 0 || now < next_stage_) return true;
  if (run_.is_measuring()) {
    run_.end();
    return false;
  }
  run_.begin();
  next_stage_ = now_us() + us(run_.options().seconds);
  return true;
}

void ConversationLoad::report() {
  run_.report(static_cast<double>(sent_) * run_.options().chunk_ms / 1e3,
              static_cast<double>(received_) / bytes_per_second_down, latencies_);
}

}  // namespace gemlive::bench
