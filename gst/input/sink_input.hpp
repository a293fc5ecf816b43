// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesink.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "config.hpp"
#include "conversation.hpp"
#include "conversation_client.hpp"
#include "text_splitter.hpp"

namespace gemlive {

/// From buffers and events of a sink to a conversation's input. Lives from READY→PAUSED until
/// PAUSED→READY. Upstream's streaming thread, with the PREROLL_LOCK, unless it says otherwise.
/// Functions that may wait release that lock, since state changes need it, and go on where they
/// were after PAUSED.
class SinkInput {
 public:
  SinkInput(GstBaseSink *sink, ConversationClient &client, std::unique_ptr<InputSource> input,
            Pacing pacing);
  SinkInput(const SinkInput &) = delete;
  SinkInput &operator=(const SinkInput &) = delete;

  /// The caps say which medium comes. What cannot be sent is an error on the bus, and later buffers
  /// are refused with EOS, so that no second error follows.
  void set_caps(const GstCaps *caps);
  /// A segment came: only now is it known for certain whether upstream is live.
  void start_segment();
  GstFlowReturn render(GstBuffer *buffer);
  /// A gap of that length: the service counts samples, so it is sent as silence.
  GstFlowReturn render_gap(GstClockTime duration);
  /// Returns when all has been sent and the answer is complete.
  GstFlowReturn end();
  /// A custom event, in order with the buffers.
  void mark(const GstEvent *event);

  // Any thread
  /// Ends the input without waiting: what comes later is refused with EOS.
  void cut_short() { input_->end(); }
  void set_unlocked(bool unlocked);
  void set_flushing(bool flushing);
  /// In PAUSED what waits is not sent.
  void set_paused(bool paused);

 private:
  enum class Medium { none, audio, pictures, text, refused };

  void set_pictures();
  void set_audio(const GstStructure *format);
  void refuse(std::string message);
  GstFlowReturn render_audio(GstBuffer *buffer, std::span<const std::byte> bytes);
  GstFlowReturn render_text(std::span<const std::byte> bytes);
  GstFlowReturn push_turn(const std::string &text);
  template <typename Push>
  GstFlowReturn push_waiting(Push &&push);
  GstFlowReturn resume();
  GstFlowReturn push(std::span<const std::byte> bytes);
  GstFlowReturn push_silence(std::uint64_t bytes);

  GstBaseSink *sink_;
  ConversationClient &client_;
  Conversation &conversation_;
  const std::unique_ptr<InputSource> input_;
  Pacing pacing_;
  std::atomic<bool> change_pending_ = false;  // a state change or flush wants the lock
  Medium medium_ = Medium::none;
  int rate_ = 0;
  TextSplitter splitter_;
  input::Overflow overflow_ = input::Overflow::block;
};

}  // namespace gemlive
