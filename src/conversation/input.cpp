// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sitting.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// Some models need to hear the silence, some the mark behind it.
std::chrono::milliseconds tail_of(const Config &config) {
  return std::max(1000ms, std::chrono::milliseconds(*config.silence_duration) + 200ms);
}

}  // namespace

Input::Input(std::shared_ptr<Sitting> sitting) : sitting_(std::move(sitting)) {
  ++sitting_->inputs()->open;
}

Input::~Input() {
  bool others_ended = false;
  {
    auto inputs = sitting_->inputs();
    if (!ended_) others_ended = --inputs->open == 0 && inputs->ended > 0;
    if (ended_) --inputs->ended;
  }
  sitting_->outbox().shut(gate_);
  if (pictures_) sitting_->pictures().shut();
  if (others_ended) sitting_->outbox().push(Outbox::EndOfInput{});
}

bool Input::bring_audio() {
  audio_ = sitting_->outbox().bring_audio(gate_);
  return audio_;
}

void Input::bring_pictures() {
  pictures_ = true;
}

int Input::rate() {
  return sitting_->outbox().rate();
}

Outbox::Pushed Input::push_audio(std::span<const std::byte> &bytes, int rate,
                                 Outbox::Overflow overflow) {
  return sitting_->outbox().push_audio(bytes, rate, overflow, gate_);
}

Outbox::Pushed Input::push_text(Outbox::TypedText typed) {
  return sitting_->outbox().push_text(std::move(typed), gate_);
}

Outbox::Pushed Input::push(Outbox::AudioStreamEnd mark) {
  return sitting_->outbox().push(mark, gate_);
}

bool Input::push_picture(PictureSlot::Jpeg jpeg) {
  return sitting_->pictures().push(std::move(jpeg));
}

void Input::end() {
  if (!sitting_->outbox().end(gate_)) return;
  bool all_ended = false;
  {
    auto inputs = sitting_->inputs();
    if (!std::exchange(ended_, true)) {
      --inputs->open;
      ++inputs->ended;
    }
    all_ended = inputs->open == 0;
  }
  auto &outbox = sitting_->outbox();
  if (audio_) end_audio();
  if (all_ended) outbox.push(Outbox::EndOfInput{}, gate_);
}

/// The last of the audio goes on its way, and behind it what tells the service of its end.
void Input::end_audio() {
  auto &outbox = sitting_->outbox();
  const auto &config = sitting_->config();
  const bool any_audio = outbox.rate() != 0;
  outbox.finish_chunk();
  if (*config.activity_detection == ActivityDetection::manual) {
    outbox.push(Outbox::ActivityEnd{}, gate_);
  } else if (any_audio) {
    outbox.push_silence(tail_of(config), gate_);
    outbox.push(Outbox::AudioStreamEnd{}, gate_);
  }
}

Outbox::Pushed Input::wait_complete() {
  return sitting_->outbox().wait_closed(gate_);
}

void Input::set_flushing(bool flushing) {
  sitting_->outbox().set_flushing(gate_, flushing);
  if (!flushing) return;
  auto inputs = sitting_->inputs();
  if (!std::exchange(ended_, false)) return;
  ++inputs->open;
  --inputs->ended;
}

void Input::set_unlocked(bool unlocked) {
  sitting_->outbox().set_unlocked(gate_, unlocked);
}

void Input::set_paused(bool paused) {
  sitting_->outbox().set_paused(gate_, paused);
  if (pictures_) sitting_->pictures().set_paused(paused);
}

}  // namespace gemlive
