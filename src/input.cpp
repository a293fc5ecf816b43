// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input.hpp"

#include <utility>

#include "sitting.hpp"

namespace gemlive {

Input::Input(std::shared_ptr<Sitting> sitting) : sitting_(std::move(sitting)) {
  ++sitting_->inputs()->open;
}

Input::~Input() {
  bool others_ended = false;
  {
    auto inputs = sitting_->inputs();
    if (audio_) inputs->has_audio = false;
    if (!ended_) others_ended = --inputs->open == 0 && inputs->ended > 0;
    if (ended_) --inputs->ended;
  }
  if (others_ended) sitting_->outbox().push(Outbox::EndOfInput{});
}

bool Input::bring_audio() {
  auto inputs = sitting_->inputs();
  if (!audio_) audio_ = !std::exchange(inputs->has_audio, true);
  return audio_;
}

void Input::end() {
  bool all_ended = false;
  {
    auto inputs = sitting_->inputs();
    if (!std::exchange(ended_, true)) {
      --inputs->open;
      ++inputs->ended;
    }
    all_ended = inputs->open == 0;
  }
  if (audio_) sitting_->end_audio();
  if (all_ended) sitting_->outbox().push(Outbox::EndOfInput{});
}

}  // namespace gemlive
