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
#include "gst_ptr.hpp"
#include "guarded.hpp"
#include "input_pacer.hpp"
#include "input_timeline.hpp"
#include "text_splitter.hpp"

namespace gemlive {

/// Passes the buffers and events of a sink to the input of a conversation. Lives from READY→PAUSED
/// until PAUSED→READY. Methods run on upstream's streaming thread with the PREROLL_LOCK, unless
/// they say otherwise. A method that can wait releases that lock, because state changes need it. It
/// continues after PAUSED.
class SinkInput {
 public:
  SinkInput(GstBaseSink *sink, ConversationClient &client, std::unique_ptr<InputSource> input,
            const Config &config);
  SinkInput(const SinkInput &) = delete;
  SinkInput &operator=(const SinkInput &) = delete;

  /// Selects the medium. Caps that cannot be sent cause an error on the bus. Later buffers are then
  /// refused with EOS, so that no second error follows.
  void set_caps(const GstCaps *caps);
  /// Finds out whether upstream is live. This is certain only when a segment has arrived.
  void start_segment(GstEvent *event);
  GstFlowReturn render(GstBuffer *buffer);
  /// Audio: sends silence of its duration, because the service counts samples.
  GstFlowReturn render_gap(GstEvent *event);
  /// EOS from upstream ends the input. The EOS message follows when the conversation has ended.
  /// False if a flush or a state change comes first.
  bool finish(GstEvent *event);
  /// A buffer or event has arrived, and may wait for the clock.
  void begin_wait() { input_->set_busy(true); }
  void handle_custom_event(const GstEvent *event);

  // Any thread
  /// EOS from the application: ends the input without waiting. Later buffers are refused with EOS.
  void end(GstEvent *event);
  /// Posts the EOS message, once, if the conversation has ended and the sink is PLAYING. The
  /// message does not wait for the streaming thread: an upstream without data would hold it back.
  void post_eos();
  void set_unlocked(bool unlocked);
  void set_flushing(bool flushing);
  /// While paused, audio and pictures are kept and not sent.
  void set_paused(bool paused);

 private:
  enum class Medium { none, audio, pictures, text, refused };

  void select_pictures();
  void select_text();
  void select_audio(const GstStructure *format);
  void refuse_caps(std::string message);
  void end();
  BufferPtr in_segment(GstBuffer *buffer) const;
  GstFlowReturn render_medium(GstBuffer *buffer);
  GstFlowReturn render_audio(GstBuffer *buffer, std::span<const std::byte> bytes);
  InputTimeline::Place place(GstClockTime timestamp, GstClockTime duration);
  GstFlowReturn fill_hole(const InputTimeline::Place &place);
  TextSplitter::Turns text_turns(const GstSegment &segment) const;
  GstFlowReturn render_picture(std::span<const std::byte> bytes);
  GstFlowReturn render_text(std::span<const std::byte> bytes);
  GstFlowReturn push_turn(const std::string &text);
  void warn_of_text();
  template <typename Push>
  GstFlowReturn push_waiting(Push &&push);
  GstFlowReturn wait_until_resumed();
  GstFlowReturn wait_until(GstClockTime due);
  GstFlowReturn push_audio(std::span<const std::byte> bytes, GstClockTime &due);
  GstFlowReturn push_silence(std::uint64_t bytes, GstClockTime due);

  GstBaseSink *sink_;
  ConversationClient &client_;
  Conversation &conversation_;
  const std::unique_ptr<InputSource> input_;
  const TextTurns text_turns_;
  std::atomic<guint32> eos_seqnum_ =
      GST_SEQNUM_INVALID;                 // of the application's EOS event, or upstream's
  std::atomic<bool> eos_posted_ = false;  // since PLAYING, or since a flush
  std::atomic<bool> paused_ = true;
  std::atomic<bool> change_pending_ = false;  // a state change or flush needs the lock
  Medium medium_ = Medium::none;
  int rate_ = 0;
  bool is_live_ = false;
  std::atomic<bool> was_flushed_ = false;
  InputTimeline timeline_;
  InputPacer pacer_;
  Guarded<TextSplitter> splitter_;  // an EOS of the application takes the rest
  input::Overflow overflow_ = input::Overflow::block;
};

}  // namespace gemlive
