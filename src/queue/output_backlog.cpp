// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_backlog.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base64.hpp"
#include "pcm.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_spare = 16;
constexpr std::size_t max_spare_bytes = 64 * 1024;
/// A queue with at most this much audio, two seconds, keeps base64. Beyond it audio is decoded on
/// arrival: it is smaller then, and is not urgent.
constexpr std::size_t max_encoded = 96 * 1024;
/// Pieces of one answer share a block of decoded audio.
constexpr std::size_t block = 256 * 1024;
/// Bounds the number of blocks, each of which is a mapping of the process.
constexpr std::size_t min_block_weight = 16 * 1024;
constexpr std::size_t text_capacity = 16 * 1024 * 1024;

bool lies_inside(std::string_view part, std::string_view whole) {
  const std::less_equal<const char *> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

output::PushResult OutputBacklog::push_audio(const Message &message, std::string_view base64,
                                             output::Item about) {
  const auto size = base64::decoded_size(base64);
  const auto bytes = size.value_or(base64.size() / 4 * 3);
  stats_.came += bytes;
  about.kind = output::Kind::audio;
  note_turn(about.turn);
  auto pushed = output::PushResult::ok;
  if (!size)
    pushed = output::PushResult::not_base64;
  else if (bytes > 0)
    pushed = push({.item = about, .left = bytes, .follows_gap = std::exchange(follows_gap_, false)},
                  message, base64);
  if (pushed == output::PushResult::ok) {
    stats_.held += bytes;
    return pushed;
  }
  const bool is_full = pushed == output::PushResult::overflowed;
  stats_.*(is_full ? &output::Stats::overflowed : &output::Stats::invalid) += bytes;
  stats_.dropped += bytes;
  follows_gap_ = true;
  return pushed;
}

output::PushResult OutputBacklog::push(Entry entry, const Message &message,
                                       std::string_view base64) {
  const bool is_long = stats_.held + entry.left > max_encoded;
  if (is_long && fits_last(entry)) return extend_last(entry.left, base64);
  const auto whole = message.bytes();
  const bool keeps_message =
      !is_long && lies_inside(base64, whole) && base64.size() * 2 >= whole.size();
  entry.weight = is_long ? weight_in_pages(entry.left)
                         : entry_weight + (keeps_message ? whole.size() : entry.left);
  if (!fits(entry.weight)) return output::PushResult::overflowed;
  if (keeps_message) {
    entry.encoded = Base64Audio(message, base64);
  } else {
    const auto memory = allocate(entry, is_long);
    if (memory.empty()) return output::PushResult::overflowed;
    if (!base64::decode(base64, memory.data())) return output::PushResult::not_base64;
  }
  push(std::move(entry));
  return output::PushResult::ok;
}

/// Whether the last entry has room for the decoded audio.
bool OutputBacklog::fits_last(const Entry &entry) {
  if (items_.empty()) return false;
  const auto &last = items_.back();
  return last.pages && last.at + last.left + entry.left <= last.pages.bytes().size() &&
         continues(last, entry);
}

output::PushResult OutputBacklog::extend_last(std::size_t bytes, std::string_view base64) {
  auto &last = items_.back();
  const auto end = last.at + last.left;
  const auto more = weight_in_pages(end + bytes) - last.weight;
  if (!fits(more)) return output::PushResult::overflowed;
  if (!base64::decode(base64, last.pages.bytes().subspan(end).data()))
    return output::PushResult::not_base64;
  last.left += bytes;
  last.weight += more;
  weight_ += more;
  return output::PushResult::ok;
}

/// Memory that is not written to does not count: the system has not given it yet.
std::size_t OutputBacklog::weight_in_pages(std::size_t bytes) {
  return entry_weight + Pages::rounded(std::max(bytes, min_block_weight));
}

/// A short queue reuses strings, so that it allocates nothing.
std::span<std::byte> OutputBacklog::allocate(Entry &entry, bool is_long) {
  if (is_long) {
    entry.pages = Pages(std::max(entry.left, block));
    return entry.pages.bytes();
  }
  if (!spare_.empty()) {
    entry.own = std::move(spare_.back());
    spare_.pop_back();
  }
  entry.own.resize(entry.left);
  entry.weight = entry_weight + entry.own.capacity();
  return std::as_writable_bytes(std::span(entry.own));
}

bool OutputBacklog::push_text(std::string text, output::Item about) {
  const auto weight = text.size() + entry_weight;
  if (weight_ + weight > text_capacity) return false;
  about.kind = output::Kind::text;
  push({.item = about, .own = std::move(text), .weight = weight});
  return true;
}

void OutputBacklog::push_mark(output::Kind kind, std::chrono::nanoseconds position) {
  if (!items_.empty()) {
    const auto last = items_.back().item.kind;
    if (last == kind || (kind == output::Kind::turn_end && last == output::Kind::interrupted))
      return;
  }
  push({.item = {.kind = kind, .position = position}, .weight = entry_weight});
}

std::chrono::nanoseconds OutputBacklog::clear(std::uint64_t output::Stats::*reason) {
  std::chrono::nanoseconds duration{0};
  std::uint64_t bytes = 0;
  int rate = 0;
  for (; !items_.empty(); pop()) {
    const auto &entry = items_.front();
    stats_.discarded += entry.left;
    stats_.*reason += entry.left;
    stats_.held -= entry.left;
    note_missed(entry.item, entry.left);
    if (entry.left > 0 && entry.item.rate != rate) {
      duration += pcm::duration(std::exchange(bytes, 0), rate);
      rate = entry.item.rate;
    }
    bytes += entry.left;
  }
  return duration + pcm::duration(bytes, rate);
}

void OutputBacklog::count_untaken(std::string_view base64, const output::Item &about) {
  const auto bytes = base64::decoded_size(base64).value_or(base64.size() / 4 * 3);
  stats_.came += bytes;
  stats_.discarded += bytes;
  stats_.untaken += bytes;
  note_turn(about.turn);
  note_missed(about, bytes);
}

void OutputBacklog::note_turn(unsigned turn) {
  if (turn != std::exchange(newest_turn_, turn)) missed_ = {};
}

void OutputBacklog::note_missed(const output::Item &about, std::size_t bytes) {
  if (bytes > 0 && about.turn == newest_turn_) missed_ += pcm::duration(bytes, about.rate);
}

output::Item OutputBacklog::head(std::size_t want, bool finished, bool &is_ready) {
  want = std::max(want - want % pcm::bytes_per_sample, pcm::bytes_per_sample);
  while (!items_.empty()) {
    auto head = items_.front().item;
    is_ready = true;
    if (head.kind != output::Kind::audio) return head;
    std::size_t bytes = 0, at = 0;
    for (; at < items_.size() && bytes < want && continues(items_.front(), items_[at]); ++at)
      bytes += items_[at].left;
    const bool is_all = at < items_.size() || finished;
    head.bytes = std::min(bytes - bytes % pcm::bytes_per_sample, want);
    head.held = stats_.held;
    is_ready = is_all || bytes >= want;
    if (head.bytes > 0 || !is_all) return head;
    drop_rest(items_.front());  // half a sample without a second half
    pop();
  }
  is_ready = false;
  return {};
}

std::size_t OutputBacklog::read(std::span<std::byte> out, bool &bad) {
  std::size_t written = 0;
  while (written < out.size() && !bad && !items_.empty() &&
         items_.front().item.kind == output::Kind::audio) {
    auto &entry = items_.front();
    written += read_piece(entry, out.subspan(written), bad);
    if (entry.left == 0) pop();
  }
  if (written % pcm::bytes_per_sample == 0) return written;
  --stats_.taken;  // the second half is invalid base64
  ++stats_.dropped;
  ++stats_.invalid;
  return written - 1;
}

std::size_t OutputBacklog::read_piece(Entry &entry, std::span<std::byte> out, bool &bad) {
  const auto space = out.first(std::min(entry.left, out.size()));
  const auto written = entry.encoded ? entry.encoded.read(space, bad) : copy_piece(entry, space);
  entry.left -= written;
  stats_.held -= written;
  stats_.taken += written;
  if (bad) drop_rest(entry);
  return written;
}

void OutputBacklog::skip(const output::Item &about, std::size_t bytes) {
  stats_.taken -= bytes;
  stats_.discarded += bytes;
  stats_.skipped += bytes;
  note_missed(about, bytes);
}

/// Reads an item that is already decoded.
std::size_t OutputBacklog::copy_piece(Entry &entry, std::span<std::byte> out) {
  std::ranges::copy(entry.decoded().subspan(entry.at, out.size()), out.begin());
  entry.at += out.size();
  return out.size();
}

void OutputBacklog::drop_rest(Entry &entry) {
  stats_.dropped += entry.left;
  stats_.invalid += entry.left;
  stats_.held -= entry.left;
  note_missed(entry.item, entry.left);
  entry.left = 0;
}

bool OutputBacklog::continues(const Entry &entry, const Entry &next) {
  return &next == &entry ||
         (next.item.kind == output::Kind::audio && !next.follows_gap &&
          next.item.turn == entry.item.turn && next.item.rate == entry.item.rate);
}

std::string OutputBacklog::take_text() {
  auto text = std::move(items_.front().own);
  pop();
  return text;
}

void OutputBacklog::push(Entry entry) {
  weight_ += entry.weight;
  items_.push_back(std::move(entry));
}

void OutputBacklog::pop() {
  auto &entry = items_.front();
  weight_ -= entry.weight;
  if (entry.own.capacity() > std::string().capacity() && entry.own.capacity() <= max_spare_bytes &&
      spare_.size() < max_spare)
    spare_.push_back(std::move(entry.own));
  items_.pop_front();
}

}  // namespace gemlive
