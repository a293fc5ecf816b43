// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream_queue.hpp"

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
constexpr std::size_t largest_spare = 64 * 1024;
/// So much is kept as it came, and decoded where it is read. What comes when more waits has time,
/// and is smaller decoded.
constexpr std::size_t most_encoded = 128 * 1024;

bool lies_inside(std::string_view part, std::string_view whole) {
  const std::less_equal<const char *> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

/// Padding is only good at the very end, and decode() cannot know where that is.
bool is_inner(std::string_view characters) {
  return characters.back() != '=';
}

}  // namespace

Stream::Pushed StreamQueue::push_audio(GBytes *message, std::string_view base64, Head about) {
  const auto size = base64::decoded_size(base64);
  const auto bytes = size.value_or(base64.size() / group * 3);
  ledger_.came += bytes;
  const auto refuse = [&](Pushed why, std::uint64_t Stream::Ledger::*reason) {
    ledger_.dropped += bytes;
    ledger_.*reason += bytes;
    is_torn_ = true;
    return why;
  };
  if (!size) return refuse(Pushed::not_base64, &Stream::Ledger::invalid);
  const auto whole = view(message);
  const bool keeps_message = lies_inside(base64, whole) && base64.size() * 2 >= whole.size() &&
                             weight_ + whole.size() <= most_encoded;
  const auto weight = (keeps_message ? whole.size() : bytes) + sizeof(Item);
  if (!fits(weight)) return refuse(Pushed::overflowed, &Stream::Ledger::overflowed);
  if (bytes == 0) return Pushed::ok;
  about.kind = Kind::audio;
  Item item{
      .head = about, .left = bytes, .weight = weight, .is_torn = std::exchange(is_torn_, false)};
  if (keeps_message) {
    item.message.reset(g_bytes_ref(message));
    item.base64 = base64;
  } else {
    if (!spare_.empty()) {
      item.own = std::move(spare_.back());
      spare_.pop_back();
    }
    item.own.resize(bytes);
    item.weight = item.own.capacity() + sizeof(Item);
    if (!base64::decode(base64, reinterpret_cast<std::byte *>(item.own.data())))
      return refuse(Pushed::not_base64, &Stream::Ledger::invalid);
  }
  ledger_.held += bytes;
  push(std::move(item));
  return Pushed::ok;
}

bool StreamQueue::push_text(std::string text, Head about) {
  const auto weight = text.size() + sizeof(Item);
  if (!fits(weight)) return false;
  about.kind = Kind::text;
  push({.head = about, .own = std::move(text), .weight = weight});
  return true;
}

void StreamQueue::push_mark(Kind kind, std::chrono::nanoseconds position) {
  if (!items_.empty()) {
    const auto last = items_.back().head.kind;
    if (last == kind || (kind == Kind::turn_end && last == Kind::interrupted)) return;
  }
  push({.head = {.kind = kind, .position = position}, .weight = sizeof(Item)});
}

std::chrono::nanoseconds StreamQueue::clear(std::uint64_t Stream::Ledger::*reason) {
  std::chrono::nanoseconds duration{0};
  std::uint64_t bytes = 0;
  int rate = 0;
  for (; !items_.empty(); pop()) {
    const auto &item = items_.front();
    ledger_.discarded += item.left;
    ledger_.*reason += item.left;
    ledger_.held -= item.left;
    if (item.left > 0 && item.head.rate != rate) {
      duration += pcm::duration(std::exchange(bytes, 0), rate);
      rate = item.head.rate;
    }
    bytes += item.left;
  }
  return duration + pcm::duration(bytes, rate);
}

void StreamQueue::let_go(std::string_view base64) {
  const auto bytes = base64::decoded_size(base64).value_or(base64.size() / group * 3);
  ledger_.came += bytes;
  ledger_.discarded += bytes;
  ledger_.untaken += bytes;
}

StreamQueue::Head StreamQueue::head(std::size_t want, bool finished, bool &is_ready) {
  want = std::max(want - want % pcm::bytes_per_sample, pcm::bytes_per_sample);
  while (!items_.empty()) {
    auto head = items_.front().head;
    is_ready = true;
    if (head.kind != Kind::audio) return head;
    std::size_t bytes = 0, at = 0;
    for (; at < items_.size() && bytes < want && continues(items_.front(), items_[at]); ++at)
      bytes += items_[at].left;
    const bool is_all = at < items_.size() || finished;
    head.bytes = std::min(bytes - bytes % pcm::bytes_per_sample, want);
    is_ready = is_all || bytes >= want;
    if (head.bytes > 0 || !is_all) return head;
    drop_rest(items_.front());  // half a sample, and no other half comes
    pop();
  }
  is_ready = false;
  return {};
}

std::size_t StreamQueue::read(std::span<std::byte> out, bool &bad) {
  std::size_t written = 0;
  while (written < out.size() && !bad && !items_.empty() &&
         items_.front().head.kind == Kind::audio) {
    auto &item = items_.front();
    written += read_piece(item, out.subspan(written), bad);
    if (item.left == 0) pop();
  }
  if (written % pcm::bytes_per_sample == 0) return written;
  --ledger_.taken;  // the other half was not base64
  ++ledger_.dropped;
  ++ledger_.invalid;
  return written - 1;
}

std::size_t StreamQueue::read_piece(Item &item, std::span<std::byte> out, bool &bad) {
  if (!item.message) return copy_piece(item, out);
  std::size_t written = 0;
  while (written < out.size() && item.left > 0) {
    const auto space = out.subspan(written);
    const auto characters = item.characters();
    const auto groups =
        std::min(space.size() / 3, characters.empty() ? 0 : (characters.size() - 1) / group);
    if (carried_ > 0) {
      const auto count = std::min(carried_, space.size());
      std::copy_n(carry_.begin(), count, space.begin());
      std::copy(carry_.begin() + count, carry_.begin() + carried_, carry_.begin());
      carried_ -= count;
      took(item, count);
      written += count;
    } else if (groups > 0) {
      const auto slice = characters.substr(0, groups * group);
      bad = !is_inner(slice) || !base64::decode(slice, space.data());
      if (bad) break;
      item.at += slice.size();
      took(item, groups * 3);
      written += groups * 3;
    } else {
      bad = !decode_group(item);
      if (bad) break;
    }
  }
  if (bad) drop_rest(item);
  return written;
}

/// What is decoded already.
std::size_t StreamQueue::copy_piece(Item &item, std::span<std::byte> out) {
  const auto slice = std::string_view(item.own).substr(item.at, out.size());
  std::ranges::copy(std::as_bytes(std::span(slice)), out.begin());
  item.at += slice.size();
  took(item, slice.size());
  return slice.size();
}

/// Into the carry: the group's bytes do not all fit, or it is the last and may be a short one.
bool StreamQueue::decode_group(Item &item) {
  const auto characters = item.characters();
  const auto slice = characters.substr(0, group);
  if (slice.empty() || (characters.size() > group && !is_inner(slice))) return false;
  const auto size = base64::decoded_size(slice);
  if (!size || *size == 0 || *size > item.left) return false;
  if (!base64::decode(slice, carry_.data())) return false;
  carried_ = *size;
  item.at += slice.size();
  return true;
}

void StreamQueue::drop_rest(Item &item) {
  ledger_.dropped += item.left;
  ledger_.invalid += item.left;
  ledger_.held -= item.left;
  item.left = 0;
}

void StreamQueue::took(Item &item, std::size_t bytes) {
  item.left -= bytes;
  ledger_.held -= bytes;
  ledger_.taken += bytes;
}

bool StreamQueue::continues(const Item &item, const Item &next) {
  return &next == &item || (next.head.kind == Kind::audio && !next.is_torn &&
                            next.head.turn == item.head.turn && next.head.rate == item.head.rate);
}

std::string StreamQueue::take_text() {
  auto text = std::move(items_.front().own);
  pop();
  return text;
}

void StreamQueue::push(Item item) {
  weight_ += item.weight;
  items_.push_back(std::move(item));
}

void StreamQueue::pop() {
  auto &item = items_.front();
  weight_ -= item.weight;
  if (item.own.capacity() > std::string().capacity() && item.own.capacity() <= largest_spare &&
      spare_.size() < max_spare)
    spare_.push_back(std::move(item.own));
  carried_ = 0;
  items_.pop_front();
}

}  // namespace gemlive
