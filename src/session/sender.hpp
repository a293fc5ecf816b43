// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config.hpp"
#include "connection.hpp"
#include "counters.hpp"
#include "exchange.hpp"
#include "input_queue.hpp"
#include "input_times.hpp"
#include "log.hpp"
#include "picture_slot.hpp"
#include "resend_buffer.hpp"
#include "sound.hpp"
#include "speech_level.hpp"
#include "timer.hpp"
#include "tool_call_handler.hpp"

namespace gemlive {

/// Sends input from the queue and the resend buffer on the connection, in order. Adds activity
/// marks and pictures, and encodes typed text. Tells Exchange about every item. The session's
/// thread.
class Sender {
 public:
  struct Options {
    const Config *config = nullptr;
    std::string model = {};  // full resource name
    bool exact_resumption = false;
    std::shared_ptr<InputQueue> input_queue = {};
    std::shared_ptr<PictureSlot> pictures = {};
    std::shared_ptr<Counters> counters = {};
    std::function<std::int64_t()> now = {};
    /// The user's speech ended at `at` or earlier.
    std::function<void(std::int64_t at)> speech_ended = {};
    std::function<void(std::chrono::nanoseconds duration, std::chrono::nanoseconds total)>
        backlog_dropped = {};
    Log log = {};
  };

  Sender(Options options, Exchange &exchange, ToolCallHandler &tool_call_handler);

  struct Takeover {
    bool is_resumed = false;         // the session goes on
    bool without_resending = false;  // unanswered input is kept, not resent
  };
  /// Uses this connection. Resends unanswered input first.
  void begin(Connection &connection, Takeover takeover);
  /// There is no connection.
  void end() { connection_ = nullptr; }
  /// Sends as much as the connection takes. Returns false if input is waiting and the connection
  /// accepts none.
  bool drain();
  /// Sends a few chunks of audio at the head of the queue, if nothing is to be sent before them.
  /// Neither calls out nor starts a timer. Returns false if it sent none, or drain() has more to
  /// do. Also on a thread that has borrowed the session's.
  bool send_audio();
  /// Input that an answer may be waiting for: not yet sent, or to be sent again.
  bool has_unsent() const { return resend_buffer_.next() || options_.input_queue->has_content(); }
  /// Input is to be sent again on this connection.
  bool is_resending() const { return resend_buffer_.next() != nullptr; }
  /// Audio that is waiting to be sent for the first time.
  std::chrono::nanoseconds unsent_duration() const;
  /// Something will be sent again on the next connection.
  bool has_resends() const { return !resend_buffer_.empty(); }
  /// When the user last said something; 0 before.
  std::int64_t last_asked() const { return last_asked_; }
  /// When the audio at this offset of the connection's input was said.
  input::SaidAt said_at(std::chrono::nanoseconds offset) const {
    return input_times_.said_at(offset);
  }
  /// The user is speaking, or an activity is open.
  bool is_speaking() const;
  /// When a pause in the speech is long enough: then is_speaking() changes without an event.
  std::int64_t speaking_until() const;

  /// What is answered, declined or given up is not sent again.
  void acknowledge() { resend_buffer_.acknowledge(exchange_.answered_up_to()); }
  void acknowledge_message(std::int64_t index) { resend_buffer_.acknowledge_message(index); }
  void give_up() { resend_buffer_.give_up(exchange_.answered_up_to()); }
  void rewind() { resend_buffer_.rewind(); }

  /// At once, and then at most once a second.
  void report_drops();
  /// The waiting audio will not be sent: reports it as dropped. After stop().
  void report_unsent();
  void stop();

 private:
  bool is_held_back() const;
  void send_next();
  void send_new(input::Item &&item);
  void send_picture();
  void send(const input::Item &item);
  void send(const input::Chunk &chunk);
  void send(const input::ActivityStart &);
  void send(const input::ActivityEnd &);
  void send(const input::AudioStreamEnd &);
  void send(const input::TypedText &typed);
  void send(const input::Message &message);
  void send(const input::ToolResponse &response);
  void send(const input::EndOfInput &);
  bool types_in_real_time() const;
  void send_message(const std::string &text);
  void tell_exchange(Exchange::Sequence number);

  const Options options_;
  Exchange &exchange_;
  ToolCallHandler &tool_call_handler_;
  ResendBuffer resend_buffer_;
  SpeechLevel speech_level_;
  InputTimes input_times_;

  // On this connection
  Connection *connection_ = nullptr;
  bool in_activity_ = false;  // as the user marked it

  /// The item that is being sent.
  struct Sending {
    unsigned messages = 0;
    bool is_question = false;
    bool is_activity_end = false;
    Sound sound = Sound::silence;
    std::chrono::nanoseconds duration{0};  // of audio
    std::int64_t said = 0;
  };
  Sending sending_ = {};
  std::string encoded_;  // an audio message; its memory is used again

  std::int64_t last_asked_ = 0;
  Timer next_picture_;
  std::chrono::nanoseconds dropped_{0};
  Timer next_drop_report_;
};

}  // namespace gemlive
