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
  sitting_->input_queue().shut(producer_);
  if (pictures_) sitting_->pictures().shut();
  if (others_ended) sitting_->input_queue().push(input::EndOfInput{});
}

bool Input::bring_audio() {
  audio_ = sitting_->input_queue().bring_audio(producer_);
  return audio_;
}

void Input::bring_pictures() {
  pictures_ = true;
}

int Input::rate() {
  return sitting_->input_queue().rate();
}

input::PushResult Input::push_audio(std::span<const std::byte> &bytes, int rate,
                                 input::Overflow overflow) {
  return sitting_->input_queue().push_audio(bytes, rate, overflow, producer_);
}

input::PushResult Input::push_text(input::TypedText typed) {
  return sitting_->input_queue().push_text(std::move(typed), producer_);
}

input::PushResult Input::push(input::AudioStreamEnd mark) {
  return sitting_->input_queue().push(mark, producer_);
}

bool Input::push_picture(PictureSlot::Jpeg jpeg) {
  return sitting_->pictures().push(std::move(jpeg));
}

void Input::end() {
  if (!sitting_->input_queue().end(producer_)) return;
  bool all_ended = false;
  {
    auto inputs = sitting_->inputs();
    if (!std::exchange(ended_, true)) {
      --inputs->open;
      ++inputs->ended;
    }
    all_ended = inputs->open == 0;
  }
  auto &input_queue = sitting_->input_queue();
  if (audio_) end_audio();
  if (all_ended) input_queue.push(input::EndOfInput{}, producer_);
}

/// The last of the audio goes on its way, and behind it what tells the service of its end.
void Input::end_audio() {
  auto &input_queue = sitting_->input_queue();
  const auto &config = sitting_->config();
  const bool any_audio = input_queue.rate() != 0;
  input_queue.finish_chunk();
  if (*config.activity_detection == ActivityDetection::manual) {
    input_queue.push(input::ActivityEnd{}, producer_);
  } else if (any_audio) {
    input_queue.push_silence(tail_of(config), producer_);
    input_queue.push(input::AudioStreamEnd{}, producer_);
  }
}

input::PushResult Input::wait_complete() {
  return sitting_->input_queue().wait_closed(producer_);
}

void Input::set_flushing(bool flushing) {
  sitting_->input_queue().set_flushing(producer_, flushing);
  if (!flushing) return;
  auto inputs = sitting_->inputs();
  if (!std::exchange(ended_, false)) return;
  ++inputs->open;
  --inputs->ended;
}

void Input::set_unlocked(bool unlocked) {
  sitting_->input_queue().set_unlocked(producer_, unlocked);
}

void Input::set_paused(bool paused) {
  sitting_->input_queue().set_paused(producer_, paused);
  if (pictures_) sitting_->pictures().set_paused(paused);
}

}  // namespace gemlive
