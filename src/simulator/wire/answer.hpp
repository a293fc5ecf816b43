// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service.hpp"
#include "voice.hpp"

namespace gemlive::simulator {

/// How a message is split into WebSocket frames.
struct Framing {
  bool text = false;         // text frames; the service sends binary frames
  bool compact = false;      // not pretty-printed
  std::size_t fragment = 0;  // bytes per frame; 0: one frame
  std::size_t pad = 0;       // adds white space up to this many bytes
  std::size_t cut = 0;       // sends only this many bytes of the frames; 0: all
};

/// How transcripts are sent. A script can change it.
struct TranscriptStyle {
  bool offsets = false;  // startOffset and endOffset
  bool interim = false;  // interimInputTranscription while the user speaks
  bool late = false;     // behind turnComplete
};

/// The options of an answer that a script can change.
struct AnswerStyle {
  std::optional<std::string> say = {};
  std::optional<int> tone = {};      // ms
  std::optional<double> speed = {};  // times real time; 0: all at once
  int rate = 24000;
  std::string mime = {};                            // empty: audio/pcm;rate=<rate>
  std::vector<std::size_t> chunks = {9600, 11520};  // bytes of audio per message; the last repeats
  int parts = 1;                                    // number of parts that a chunk is split into
  bool bundle_transcript = false;                   // transcript and audio in one message
  bool bundle_end = false;  // generationComplete and turnComplete with the last audio
  bool url_safe = false;    // base64
  bool escape = false;      // "\/" in strings
  bool generation_complete = true;
  bool turn_complete = true;
  bool interrupted_complete = true;  // turnComplete also if the answer is interrupted
  bool usage = true;
  std::string reason = {};  // turnCompleteReason
  std::string status = {};  // interactionStatus
  std::string extra = {};   // members to add to every message: `"fromTheFuture":1`
  Framing framing = {};
};

/// Splits an answer into messages, each with its time in the answer. Pure.
class Answer {
 public:
  struct Source {
    Service service = Service::developer;
    std::string text = {};
    Pcm pcm = {};  // null: the answer is text
    bool transcribe = false;
    TranscriptStyle transcripts = {};
  };
  struct Piece {
    std::string content = {};  // members of serverContent
    std::span<const std::byte> audio = {};
  };

  Answer(AnswerStyle style, Source source);

  bool done() const { return sent_ == size_ && (late() || next_word_ == words_.size()); }
  /// Returns the time of the next piece from the start of the answer.
  std::int64_t next_due_us() const;
  Piece next();
  /// Returns the transcriptions of the sent audio that are to follow turnComplete.
  std::vector<std::string> late_transcriptions();

  std::size_t sent() const { return sent_; }  // bytes of audio
  std::int64_t duration_us(std::size_t bytes) const;
  const AnswerStyle &style() const { return style_; }
  const std::string &text() const { return source_.text; }
  bool in_text() const { return !source_.pcm; }

 private:
  std::string audio_part(std::span<const std::byte> audio) const;
  std::string model_turn(const std::string &parts) const;
  std::string next_words(bool last);
  bool words_due() const;
  bool late() const { return source_.pcm && source_.transcripts.late; }

  AnswerStyle style_;
  Source source_;
  std::vector<std::string_view> words_;  // groups of a few words, with their spaces
  std::size_t next_word_ = 0;
  std::size_t next_chunk_ = 0;
  std::size_t sent_ = 0;
  std::size_t size_ = 0;
};

}  // namespace gemlive::simulator
