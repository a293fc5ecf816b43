// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_audio.hpp"

#include <algorithm>
#include <charconv>

#include "base64.hpp"
#include "pcm.hpp"

namespace gemlive::timeline {

std::optional<Chunk> read_chunk(std::string_view base64, std::string_view mime, int usual_rate) {
  int rate = usual_rate;
  if (const auto at = mime.find("rate="); at != std::string_view::npos)
    std::from_chars(mime.data() + at + 5, mime.data() + mime.size(), rate);
  if (rate < 1000 || rate > 384000) rate = usual_rate;
  const auto size = base64::decoded_size(base64);
  if (!size) return std::nullopt;
  std::vector<std::byte> bytes(*size);
  if (!base64::decode(base64, bytes.data())) return std::nullopt;
  const auto frame = static_cast<std::size_t>(rate * Levels::frame) * pcm::bytes_per_sample;
  Chunk chunk{.duration = static_cast<double>(*size / pcm::bytes_per_sample) / rate};
  for (std::size_t at = 0; at < bytes.size(); at += frame)
    chunk.peaks.push_back(static_cast<float>(pcm::peak(
                              std::span(bytes).subspan(at, std::min(frame, bytes.size() - at)))) /
                          32768);
  return chunk;
}

void add_chunk(Levels &levels, const Chunk &chunk, double start) {
  for (std::size_t i = 0; i < chunk.peaks.size(); ++i) {
    const auto begin = start + static_cast<double>(i) * Levels::frame;
    levels.add(begin, std::min(begin + Levels::frame, start + chunk.duration), chunk.peaks[i]);
  }
}

Levels place_before_sending(const std::vector<Chunk> &chunks, Story &story) {
  constexpr double usual = 0.3;  // of waiting: a chunk and a busy machine
  std::vector<double> ends(chunks.size());
  double next = longest;
  for (auto i = chunks.size(); i > 0; --i) {
    // Another connection: what was not answered is sent again, and was recorded only once.
    if (i < chunks.size() && chunks[i].connection != chunks[i - 1].connection) next = longest;
    ends[i - 1] = std::min(chunks[i - 1].at, next);
    next = ends[i - 1] - chunks[i - 1].duration;
  }
  Levels levels;
  bool was_waiting = false;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    add_chunk(levels, chunks[i], ends[i] - chunks[i].duration);
    const auto waited = chunks[i].at - ends[i];
    const bool is_waiting = waited > usual;
    // It began to wait when it was recorded, and waited no more once it was sent.
    if (is_waiting && !was_waiting) {
      story.backlog(ends[i], 0);
      story.backlog(chunks[i].at, waited);
    } else if (is_waiting || was_waiting) {
      story.backlog(chunks[i].at, is_waiting ? waited : 0);
    }
    was_waiting = is_waiting;
  }
  return levels;
}

}  // namespace gemlive::timeline
