// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_source.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "session_host.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Some models detect the end of speech by silence, some by AudioStreamEnd.
std::chrono::milliseconds tail_of(const Config &config) {
  return std::max(1000ms, std::chrono::milliseconds(*config.silence_duration) + 200ms);
}

}  // namespace

InputSource::InputSource(std::shared_ptr<SessionHost> host) : host_(std::move(host)) {
  ++host_->inputs()->open;
}

InputSource::~InputSource() {
  bool others_ended = false;
  {
    auto inputs = host_->inputs();
    if (!ended_) others_ended = --inputs->open == 0 && inputs->ended > 0;
    if (ended_) --inputs->ended;
  }
  host_->input_queue().release_audio(producer_);
  if (pictures_) host_->pictures().release();
  if (others_ended) host_->input_queue().push(input::EndOfInput{});
}

bool InputSource::claim_audio() {
  audio_ = host_->input_queue().claim_audio(producer_);
  return audio_;
}

void InputSource::claim_pictures() {
  pictures_ = true;
}

int InputSource::rate() {
  return host_->input_queue().rate();
}

input::PushResult InputSource::push_audio(std::span<const std::byte> &bytes, int rate,
                                          input::Overflow overflow) {
  return host_->input_queue().push_audio(bytes, rate, overflow, producer_);
}

input::PushResult InputSource::push_text(input::TypedText typed) {
  return host_->input_queue().push_text(std::move(typed), producer_);
}

input::PushResult InputSource::push(input::AudioStreamEnd mark) {
  return host_->input_queue().push(mark, producer_);
}

bool InputSource::push_picture(PictureSlot::Jpeg jpeg) {
  return host_->pictures().push(std::move(jpeg));
}

void InputSource::end() {
  if (!host_->input_queue().end(producer_)) return;
  bool all_ended = false;
  {
    auto inputs = host_->inputs();
    if (!std::exchange(ended_, true)) {
      --inputs->open;
      ++inputs->ended;
    }
    all_ended = inputs->open == 0;
  }
  auto &input_queue = host_->input_queue();
  if (audio_) end_audio();
  if (all_ended) input_queue.push(input::EndOfInput{}, producer_);
}

/// Queues the last audio and the marks of its end.
void InputSource::end_audio() {
  auto &input_queue = host_->input_queue();
  const auto &config = host_->config();
  const bool any_audio = input_queue.rate() != 0;
  input_queue.finish_chunk();
  if (*config.activity_detection == ActivityDetection::manual) {
    input_queue.push(input::ActivityEnd{}, producer_);
  } else if (any_audio) {
    input_queue.push_silence(tail_of(config), producer_);
    input_queue.push(input::AudioStreamEnd{}, producer_);
  }
}

input::PushResult InputSource::wait_complete() {
  return host_->input_queue().wait_closed(producer_);
}

void InputSource::set_flushing(bool flushing) {
  host_->input_queue().set_flushing(producer_, flushing);
  if (!flushing) return;
  auto inputs = host_->inputs();
  if (!std::exchange(ended_, false)) return;
  ++inputs->open;
  --inputs->ended;
}

void InputSource::set_unlocked(bool unlocked) {
  host_->input_queue().set_unlocked(producer_, unlocked);
}

void InputSource::set_paused(bool paused) {
  host_->input_queue().set_paused(producer_, paused);
  if (pictures_) host_->pictures().set_paused(paused);
}

}  // namespace gemlive
