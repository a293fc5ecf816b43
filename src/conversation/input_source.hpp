// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>

#include "input_queue.hpp"
#include "picture_slot.hpp"

namespace gemlive {

class SessionHost;

/// One source of a conversation's input, counted from its construction until its destruction. When
/// all have ended, the conversation ends with its answer.
class InputSource {
 public:
  explicit InputSource(std::shared_ptr<SessionHost> host);
  /// One that had not ended ends nothing, but the others may be all that is left.
  ~InputSource();
  InputSource(const InputSource &) = delete;
  InputSource &operator=(const InputSource &) = delete;

  // Any thread, one at a time
  /// Audio comes from here. False when another source brings it already.
  bool claim_audio();
  void claim_pictures();
  /// Of the conversation's audio; 0 before the first.
  int rate();
  /// As InputQueue has them.
  input::PushResult push_audio(std::span<const std::byte> &bytes, int rate,
                               input::Overflow overflow);
  input::PushResult push_text(input::TypedText typed);
  input::PushResult push(input::AudioStreamEnd mark);
  /// False when the conversation has ended.
  bool push_picture(PictureSlot::Jpeg jpeg);
  /// Waits until all is sent and the answer is complete (or given up, or the conversation failed):
  /// closed. Or unlocked, or flushing: ask again.
  input::PushResult wait_complete();

  // Any thread, also while another one waits. Only this source is meant.
  /// Says so to the service as Config asks for it (docs/protocol.md). What is pushed later is
  /// refused as closed, until a flush.
  void end();
  void set_flushing(bool flushing);
  void set_unlocked(bool unlocked);
  /// Audio and pictures that it has brought, and that are not sent yet, are kept.
  void set_paused(bool paused);

 private:
  void end_audio();

  const std::shared_ptr<SessionHost> host_;
  input::Producer producer_;
  std::atomic<bool> audio_ = false;
  std::atomic<bool> pictures_ = false;
  bool ended_ = false;  // behind the lock of the host's inputs
};

}  // namespace gemlive
