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

constexpr std::size_t group = 4;  // characters, for three bytes
constexpr std::size_t max_spare = 16;
constexpr std::size_t max_spare_bytes = 64 * 1024;
/// Queues up to this size keep base64. Beyond it audio is decoded on arrival: it is smaller then,
/// and is not urgent.
constexpr std::size_t max_encoded = 128 * 1024;

bool lies_inside(std::string_view part, std::string_view whole) {
  const std::less_equal<const char *> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

/// Padding is valid only at the very end, which decode() cannot see.
bool is_inner(std::string_view characters) {
  return characters.back() != '=';
}

}  // namespace

output::PushResult OutputBacklog::push_audio(GBytes *message, std::string_view base64,
                                             output::Item about) {
  const auto size = base64::decoded_size(base64);
  const auto bytes = size.value_or(base64.size() / group * 3);
  stats_.came += bytes;
  const auto refuse = [&](output::PushResult why, std::uint64_t output::Stats::*reason) {
    stats_.dropped += bytes;
    stats_.*reason += bytes;
    follows_gap_ = true;
    return why;
  };
  if (!size) return refuse(output::PushResult::not_base64, &output::Stats::invalid);
  const auto whole = view(message);
  const bool keeps_message = lies_inside(base64, whole) && base64.size() * 2 >= whole.size() &&
                             weight_ + whole.size() <= max_encoded;
  const auto weight = (keeps_message ? whole.size() : bytes) + sizeof(Entry);
  if (!fits(weight)) return refuse(output::PushResult::overflowed, &output::Stats::overflowed);
  if (bytes == 0) return output::PushResult::ok;
  about.kind = output::Kind::audio;
  Entry entry{.item = about,
              .left = bytes,
              .weight = weight,
              .follows_gap = std::exchange(follows_gap_, false)};
  if (keeps_message) {
    entry.message.reset(g_bytes_ref(message));
    entry.base64 = base64;
  } else {
    if (!spare_.empty()) {
      entry.own = std::move(spare_.back());
      spare_.pop_back();
    }
    entry.own.resize(bytes);
    entry.weight = entry.own.capacity() + sizeof(Entry);
    if (!base64::decode(base64, reinterpret_cast<std::byte *>(entry.own.data())))
      return refuse(output::PushResult::not_base64, &output::Stats::invalid);
  }
  stats_.held += bytes;
  push(std::move(entry));
  return output::PushResult::ok;
}

bool OutputBacklog::push_text(std::string text, output::Item about) {
  const auto weight = text.size() + sizeof(Entry);
  if (!fits(weight)) return false;
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
  push({.item = {.kind = kind, .position = position}, .weight = sizeof(Entry)});
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
    if (entry.left > 0 && entry.item.rate != rate) {
      duration += pcm::duration(std::exchange(bytes, 0), rate);
      rate = entry.item.rate;
    }
    bytes += entry.left;
  }
  return duration + pcm::duration(bytes, rate);
}

void OutputBacklog::count_untaken(std::string_view base64) {
  const auto bytes = base64::decoded_size(base64).value_or(base64.size() / group * 3);
  stats_.came += bytes;
  stats_.discarded += bytes;
  stats_.untaken += bytes;
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
  if (!entry.message) return copy_piece(entry, out);
  std::size_t written = 0;
  while (written < out.size() && entry.left > 0) {
    const auto space = out.subspan(written);
    const auto characters = entry.characters();
    const auto groups =
        std::min(space.size() / 3, characters.empty() ? 0 : (characters.size() - 1) / group);
    if (carried_ > 0) {
      const auto count = std::min(carried_, space.size());
      std::copy_n(carry_.begin(), count, space.begin());
      std::copy(carry_.begin() + count, carry_.begin() + carried_, carry_.begin());
      carried_ -= count;
      count_taken(entry, count);
      written += count;
    } else if (groups > 0) {
      const auto slice = characters.substr(0, groups * group);
      bad = !is_inner(slice) || !base64::decode(slice, space.data());
      if (bad) break;
      entry.at += slice.size();
      count_taken(entry, groups * 3);
      written += groups * 3;
    } else {
      bad = !decode_group(entry);
      if (bad) break;
    }
  }
  if (bad) drop_rest(entry);
  return written;
}

/// Reads an item that is already decoded.
std::size_t OutputBacklog::copy_piece(Entry &entry, std::span<std::byte> out) {
  const auto slice = std::string_view(entry.own).substr(entry.at, out.size());
  std::ranges::copy(std::as_bytes(std::span(slice)), out.begin());
  entry.at += slice.size();
  count_taken(entry, slice.size());
  return slice.size();
}

/// Decodes a group into the carry: its bytes do not all fit, or it is the last and may be short.
bool OutputBacklog::decode_group(Entry &entry) {
  const auto characters = entry.characters();
  const auto slice = characters.substr(0, group);
  if (slice.empty() || (characters.size() > group && !is_inner(slice))) return false;
  const auto size = base64::decoded_size(slice);
  if (!size || *size == 0 || *size > entry.left) return false;
  if (!base64::decode(slice, carry_.data())) return false;
  carried_ = *size;
  entry.at += slice.size();
  return true;
}

void OutputBacklog::drop_rest(Entry &entry) {
  stats_.dropped += entry.left;
  stats_.invalid += entry.left;
  stats_.held -= entry.left;
  entry.left = 0;
}

void OutputBacklog::count_taken(Entry &entry, std::size_t bytes) {
  entry.left -= bytes;
  stats_.held -= bytes;
  stats_.taken += bytes;
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
  carried_ = 0;
  items_.pop_front();
}

}  // namespace gemlive
