// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer.hpp"

#include <algorithm>
#include <utility>

#include "base64.hpp"
#include "json_string.hpp"
#include "service_messages.hpp"

namespace gemlive::simulator {

namespace {

constexpr int words_in_group = 3;
constexpr std::int64_t group_us = 600'000;  // time for each group of a text answer

/// Splits into groups of words. Joined, the groups are `text` again.
std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> groups;
  while (!text.empty()) {
    std::size_t end = 0;
    for (int word = 0; word < words_in_group && end != text.npos; ++word)
      end = text.find(' ', text.find_first_not_of(' ', end));
    groups.push_back(text.substr(0, end));
    text.remove_prefix(groups.back().size());
  }
  return groups;
}

void replace_all(std::string &text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
}

}  // namespace

Answer::Answer(AnswerStyle style, Source source)
    : style_(std::move(style)), source_(std::move(source)) {
  if (source_.pcm) size_ = source_.pcm->size();
  if (!source_.pcm || source_.transcribe) words_ = split_words(source_.text);
  if (style_.mime.empty()) style_.mime = "audio/pcm;rate=" + std::to_string(style_.rate);
}

std::int64_t Answer::duration_us(std::size_t bytes) const {
  return static_cast<std::int64_t>(bytes / 2) * 1'000'000 / style_.rate;
}

std::int64_t Answer::next_due_us() const {
  if (in_text()) return static_cast<std::int64_t>(next_word_) * group_us;
  return duration_us(sent_);
}

/// The transcript keeps pace with the audio: a group is due when its share of the audio is sent.
bool Answer::words_due() const {
  if (next_word_ == words_.size()) return false;
  return sent_ == size_ || next_word_ * size_ < sent_ * words_.size();
}

Answer::Piece Answer::next() {
  if (in_text()) {
    const auto words = words_[next_word_++];
    return {model_turn("{\"text\":" + json::quoted(words) + '}'), {}};
  }
  if (!late() && !style_.bundle_transcript && words_due())
    return {next_words(next_word_ + 1 == words_.size()), {}};

  const auto chunk = style_.chunks[std::min(next_chunk_++, style_.chunks.size() - 1)];
  const auto audio = std::span(*source_.pcm).subspan(sent_, std::min(chunk, size_ - sent_));
  sent_ += audio.size();
  const auto share =
      std::max<std::size_t>(1, audio.size() / static_cast<std::size_t>(style_.parts));
  std::string parts;
  for (std::size_t at = 0, part = 1; at < audio.size(); at += share, ++part) {
    const bool last = part == static_cast<std::size_t>(style_.parts);
    parts += (part > 1 ? "," : "") +
             audio_part(audio.subspan(
                 at, last ? std::dynamic_extent : std::min(share, audio.size() - at)));
    if (last) break;
  }
  Piece piece{model_turn(parts), audio};
  if (!late() && style_.bundle_transcript && words_due()) {
    const auto last_group = sent_ == size_ ? words_.size() : next_word_ + 1;
    piece.content += ',' + next_words(last_group == words_.size());
  }
  return piece;
}

std::vector<std::string> Answer::late_transcriptions() {
  std::vector<std::string> transcriptions;
  while (late() && words_due())
    transcriptions.push_back(next_words(next_word_ + 1 == words_.size()));
  return transcriptions;
}

/// Returns the next group, or with `last` all remaining groups.
std::string Answer::next_words(bool last) {
  std::string text;
  const auto end = last ? words_.size() : next_word_ + 1;
  std::optional<messages::Offsets> offsets;
  if (source_.transcripts.offsets) {
    const auto share = [this](std::size_t group) {
      return duration_us(size_) / 1000 * static_cast<std::int64_t>(group) /
             static_cast<std::int64_t>(words_.size());
    };
    offsets = {share(next_word_), share(end)};
  }
  while (next_word_ < end)
    text += words_[next_word_++];
  return messages::transcription("outputTranscription", text,
                                 last && source_.service == Service::vertex, offsets);
}

std::string Answer::audio_part(std::span<const std::byte> audio) const {
  std::string data(base64::encoded_size(audio.size()), '\0');
  base64::encode(audio, data.data());
  if (style_.url_safe) {
    std::ranges::replace(data, '+', '-');
    std::ranges::replace(data, '/', '_');
  }
  auto mime = json::quoted(style_.mime);
  if (style_.escape) {
    replace_all(data, "/", "\\/");
    replace_all(mime, "/", "\\/");
  }
  return "{\"inlineData\":{\"mimeType\":" + mime + ",\"data\":\"" + data + "\"}}";
}

std::string Answer::model_turn(const std::string &parts) const {
  const bool vertex = source_.service == Service::vertex;
  return "\"modelTurn\":{\"parts\":[" + parts + ']' + (vertex ? ",\"role\":\"model\"}" : "}");
}

}  // namespace gemlive::simulator
