// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_source.hpp"

#include <utility>

#include "session_host.hpp"

namespace gemlive {

InputSource::InputSource(std::shared_ptr<SessionHost> host, std::string name)
    : host_(std::move(host)), input_(host_->inputs().add(std::move(name))) {}

InputSource::~InputSource() {
  const bool others_ended = host_->inputs().remove(input_);
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
  set_busy(true);  // it may wait for room
  return brought(host_->input_queue().push_audio(bytes, rate, overflow, producer_));
}

input::PushResult InputSource::push_text(input::TypedText typed) {
  set_busy(true);
  return brought(host_->input_queue().push_text(std::move(typed), producer_));
}

input::PushResult InputSource::push(input::Mark mark) {
  return brought(host_->input_queue().push(std::move(mark), producer_));
}

void InputSource::fill_hole(std::chrono::nanoseconds duration) {
  host_->input_queue().fill_pause(duration);
}

void InputSource::set_live(bool live) {
  host_->inputs().set_live_audio(*input_, live && audio_);
}

void InputSource::set_waiting(bool waiting) {
  host_->inputs().set_waiting(*input_, waiting);
}

bool InputSource::push_picture(PictureSlot::Jpeg jpeg) {
  set_busy(false);  // before the session wakes up and looks
  return host_->pictures().push(std::move(jpeg));
}

/// After `unlocked` the rest of the data waits for PLAYING.
input::PushResult InputSource::brought(input::PushResult result) {
  if (result != input::PushResult::unlocked) set_busy(false);
  return result;
}

void InputSource::set_busy(bool busy) {
  host_->inputs().set_busy(*input_, busy);
}

void InputSource::end() {
  auto &input_queue = host_->input_queue();
  if (!input_queue.end(producer_)) return;
  if (audio_) input_queue.end_audio(producer_);
  if (host_->inputs().end(*input_)) input_queue.push(input::EndOfInput{}, producer_);
}

void InputSource::set_flushing(bool flushing) {
  host_->input_queue().set_flushing(producer_, flushing);
  host_->inputs().reopen(*input_);
}

void InputSource::set_unlocked(bool unlocked) {
  host_->input_queue().set_unlocked(producer_, unlocked);
}

void InputSource::set_paused(bool paused) {
  host_->inputs().set_paused(*input_, paused);
  host_->input_queue().set_paused(producer_, paused);
  if (pictures_) host_->pictures().set_paused(paused);
}

bool InputSource::has_conversation_ended() {
  return host_->input_queue().is_closed();
}

}  // namespace gemlive
