// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "input_queue.hpp"
#include "input_registry.hpp"
#include "picture_slot.hpp"

namespace gemlive {

class SessionHost;

/// A source of a conversation's input. When all sources have ended, the conversation ends after its
/// answer. InputRegistry has the whole rule. Sources count from construction to destruction.
class InputSource {
 public:
  /// `name` is for the user: "element:pad".
  InputSource(std::shared_ptr<SessionHost> host, std::string name);
  /// A source that did not end does not count any more. If all others have ended, the input ends.
  ~InputSource();
  InputSource(const InputSource &) = delete;
  InputSource &operator=(const InputSource &) = delete;

  // Any thread, one at a time
  /// Makes this source the source of the audio. False when another source already is.
  bool claim_audio();
  /// This source pushes pictures.
  void claim_pictures();
  /// Sample rate of the conversation's audio; 0 before the first audio.
  int rate();
  /// As the methods of InputQueue.
  input::PushResult push_audio(std::span<const std::byte> &bytes, int rate,
                               input::Overflow overflow);
  input::PushResult push_text(input::TypedText typed);
  /// Does not wait.
  input::PushResult push(input::Mark mark);
  /// A hole of this duration in the timestamps of the audio, before the next push: InputQueue fills
  /// it as a pause.
  void fill_hole(std::chrono::nanoseconds duration);
  /// Whether the audio of this source arrives in real time: then a pause is silence, too.
  void set_live(bool live);
  /// The next audio waits for the clock, behind a hole.
  void set_waiting(bool waiting);
  /// False when the conversation has ended.
  bool push_picture(PictureSlot::Jpeg jpeg);
  /// True while the element holds data of this source, which waits for the clock or for room. A
  /// source that neither holds nor pushes data becomes inactive.
  void set_busy(bool busy);

  // Any thread, also while another one waits. They affect only this source.
  /// Ends the source and marks the end for the service (docs/protocol.md). Later pushes return
  /// `closed`, until a flush.
  void end();
  void set_flushing(bool flushing);
  void set_unlocked(bool unlocked);
  /// True: holds back the audio and pictures of this source that are not sent yet.
  void set_paused(bool paused);
  /// The conversation has ended: after the last answer, or after a failure.
  bool has_conversation_ended();

 private:
  input::PushResult brought(input::PushResult result);

  const std::shared_ptr<SessionHost> host_;
  const std::shared_ptr<InputRegistry::Input> input_;
  input::Producer producer_;
  std::atomic<bool> audio_ = false;
  std::atomic<bool> pictures_ = false;
};

}  // namespace gemlive
