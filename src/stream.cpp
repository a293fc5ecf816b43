// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <variant>

#include "base64.hpp"
#include "ring.hpp"

namespace gemlive {

namespace {

constexpr std::size_t bytes_per_sample = 2;

std::size_t whole_samples(std::size_t bytes) {
  return bytes / bytes_per_sample * bytes_per_sample;
}

/// Audio that belongs together: one turn at one rate.
struct Run {
  unsigned turn = 0;
  int rate = 0;
  bool operator==(const Run &) const = default;
};

/// One piece of audio, still base64, with what keeps its text alive.
struct Piece {
  BytesPtr message = {};
  std::string_view base64 = {};
  std::size_t bytes = 0;  // that are left in it, decoded
  Run run = {};
  std::int64_t arrival = 0;
  std::size_t weight = 0;  // what it keeps in memory
};
struct TextPiece {
  std::string text = {};
  unsigned turn = 0;
  std::int64_t arrival = 0;
};
struct Mark {
  Stream::Kind kind = Stream::Kind::turn_end;
};
using Item = std::variant<Mark, Piece, TextPiece>;

/// Decoded bytes that did not fit into the reader's span.
class Carry {
 public:
  bool empty() const { return first_ == last_; }
  std::size_t size() const { return last_ - first_; }
  void fill(std::string_view quad, std::size_t bytes, bool &valid) {
    std::array<std::byte, 3> decoded;
    valid = base64::decode(quad, decoded.data());
    std::copy_n(decoded.begin(), bytes, bytes_.begin());
    first_ = 0;
    last_ = valid ? bytes : 0;
  }
  std::size_t read(std::span<std::byte> out) {
    const std::size_t count = std::min(out.size(), size());
    std::memcpy(out.data(), bytes_.data() + first_, count);
    first_ += count;
    return count;
  }
  void clear() { first_ = last_ = 0; }

 private:
  std::array<std::byte, 3> bytes_ = {};
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace

struct Stream::State {
  Ring<Item> items = {};
  Carry carry = {};
  Run carry_run = {};
  std::int64_t carry_arrival = 0;
  std::size_t weight = 0;
  Ledger ledger = {};
  bool attached = false;
  bool flushing = false;

  /// nullopt: nothing to take yet.
  std::optional<Head> head(std::size_t want) {
    if (flushing) return Head{.kind = Kind::flushing};
    if (auto audio = audio_head(want)) return audio;
    if (items.empty() || std::holds_alternative<Piece>(items.front())) return std::nullopt;
    if (auto *text = std::get_if<TextPiece>(&items.front()))
      return Head{.kind = Kind::text, .turn = text->turn, .arrival = text->arrival};
    return Head{.kind = std::get<Mark>(items.front()).kind};
  }

  /// The run of audio at the head, if there is enough of it or no more of it can come.
  std::optional<Head> audio_head(std::size_t want) {
    for (;;) {
      Head head{.kind = Kind::audio};
      Run run = {};
      if (!carry.empty()) start(head, run, carry_run, carry_arrival, carry.size());
      bool complete = false;
      for (std::size_t i = 0; i < items.size() && head.bytes < want && !complete; ++i) {
        const auto *piece = std::get_if<Piece>(&items[i]);
        if (piece && head.bytes == 0)
          start(head, run, piece->run, piece->arrival, piece->bytes);
        else if (piece && piece->run == run)
          head.bytes += piece->bytes;
        else
          complete = true;
      }
      if (head.bytes == 0 || (head.bytes < want && !complete)) return std::nullopt;
      head.bytes = whole_samples(std::min(head.bytes, want));
      if (head.bytes > 0) return head;
      drop_half_sample();
    }
  }

  static void start(Head &head, Run &run, const Run &from, std::int64_t arrival,
                    std::size_t bytes) {
    run = from;
    head.turn = from.turn;
    head.rate = from.rate;
    head.arrival = arrival;
    head.bytes = bytes;
  }

  /// Where a run ends in the middle of a sample.
  void drop_half_sample() {
    if (carry.empty()) drop_piece(ledger.dropped);
    ledger.dropped += carry.size();
    ledger.held -= carry.size();
    carry.clear();
  }

  void drop_piece(std::uint64_t &counter) {
    const auto &piece = std::get<Piece>(items.front());
    counter += piece.bytes;
    ledger.held -= piece.bytes;
    weight -= piece.weight;
    items.pop_front();
  }

  /// Decodes from the piece at the head; its end, or what does not fit, goes through the carry.
  std::size_t read_piece(std::span<std::byte> out) {
    auto &piece = std::get<Piece>(items.front());
    const std::size_t whole = std::min(out.size() / 3, (piece.base64.size() - 1) / 4);
    bool valid = true;
    std::size_t count = whole * 3;
    if (whole > 0) {
      const std::string_view quads = piece.base64.substr(0, whole * 4);
      valid = base64::decoded_size(quads) == whole * 3 && base64::decode(quads, out.data());
      piece.base64.remove_prefix(whole * 4);
    } else {
      const std::string_view quad = piece.base64.substr(0, 4);
      const std::size_t bytes = std::min<std::size_t>(piece.bytes, 3);
      carry.fill(quad, bytes, valid);
      carry_run = piece.run;
      carry_arrival = piece.arrival;
      piece.base64.remove_prefix(quad.size());
      count = bytes;
    }
    if (!valid) {
      drop_piece(ledger.dropped);
      return 0;
    }
    piece.bytes -= count;
    if (piece.bytes == 0) {
      weight -= piece.weight;
      items.pop_front();
    }
    return whole > 0 ? count : carry.read(out);
  }

  std::size_t read(std::span<std::byte> out) {
    std::size_t count = carry.read(out);
    while (count < out.size() && !items.empty() && std::holds_alternative<Piece>(items.front()))
      count += read_piece(out.subspan(count));
    ledger.taken += count;
    ledger.held -= count;
    return count;
  }

  std::chrono::nanoseconds discard_all() {
    double seconds = 0;
    const auto discard = [&](std::size_t bytes, int rate) {
      seconds += static_cast<double>(bytes / bytes_per_sample) / rate;
      ledger.discarded += bytes;
      ledger.held -= bytes;
    };
    if (!carry.empty()) discard(carry.size(), carry_run.rate);
    carry.clear();
    for (std::size_t i = 0; i < items.size(); ++i)
      if (auto *piece = std::get_if<Piece>(&items[i])) discard(piece->bytes, piece->run.rate);
    items.clear();
    weight = 0;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9 + 0.5));
  }
};

Stream::Stream() : state_(std::make_unique<Guarded<State>>()) {}
Stream::~Stream() = default;

bool Stream::push_audio(GBytes *message, std::string_view base64, int rate, std::int64_t arrival,
                        unsigned turn) {
  Piece piece{.base64 = base64, .run = {turn, rate}, .arrival = arrival};
  const auto bytes = base64::decoded_size(base64);
  if (!bytes) return false;
  if (*bytes == 0) return true;
  piece.bytes = *bytes;
  {
    auto state = state_->lock();
    state->ledger.came += piece.bytes;
    if (!state->attached) {
      state->ledger.discarded += piece.bytes;
      return true;
    }
    const std::string_view whole = message ? view(message) : std::string_view();
    const bool inside = message && base64.data() >= whole.data() &&
                        base64.data() + base64.size() <= whole.data() + whole.size();
    const bool pin = inside && base64.size() * 2 >= whole.size();
    piece.weight = pin ? whole.size() : base64.size();
    if (state->weight + piece.weight > capacity) {
      state->ledger.dropped += piece.bytes;
      return false;
    }
    if (pin) {
      piece.message.reset(g_bytes_ref(message));
    } else {
      piece.message.reset(g_bytes_new(base64.data(), base64.size()));
      piece.base64 = view(piece.message.get());
    }
    state->weight += piece.weight;
    state->ledger.held += piece.bytes;
    state->items.push_back(std::move(piece));
  }
  changed_.notify_one();
  return true;
}

void Stream::count_discarded(std::size_t bytes) {
  auto state = state_->lock();
  state->ledger.came += bytes;
  state->ledger.discarded += bytes;
}

void Stream::push_text(std::string text, std::int64_t arrival, unsigned turn) {
  {
    auto state = state_->lock();
    if (!state->attached || state->weight + text.size() > capacity) return;
    state->weight += text.size();
    state->items.push_back(TextPiece{std::move(text), turn, arrival});
  }
  changed_.notify_one();
}

void Stream::mark(Kind kind) {
  {
    auto state = state_->lock();
    // The end is for whoever comes later as well.
    if (!state->attached && kind != Kind::end) return;
    state->items.push_back(Mark{kind});
  }
  changed_.notify_one();
}

void Stream::end_turn() {
  mark(Kind::turn_end);
}
void Stream::finish() {
  mark(Kind::end);
}

std::chrono::nanoseconds Stream::interrupt(bool keep) {
  std::chrono::nanoseconds discarded{0};
  if (!keep) discarded = state_->lock()->discard_all();
  mark(Kind::interrupted);
  return discarded;
}

bool Stream::attach() {
  return !std::exchange(state_->lock()->attached, true);
}

void Stream::detach() {
  auto state = state_->lock();
  state->attached = false;
  state->discard_all();
}

void Stream::set_flushing(bool flushing) {
  state_->lock()->flushing = flushing;
  changed_.notify_all();
}

Stream::Ledger Stream::ledger() {
  return state_->lock()->ledger;
}

Stream::Head Stream::wait(std::size_t want, std::optional<std::int64_t> until) {
  auto state = state_->lock();
  std::optional<Head> head;
  const auto ready = [&] {
    head = state->head(want);
    return head.has_value();
  };
  if (!until)
    state.wait(changed_, ready);
  else
    state.wait_until(
        changed_, std::chrono::steady_clock::time_point(std::chrono::microseconds(*until)), ready);
  return head.value_or(Head{.kind = Kind::timeout});
}

std::size_t Stream::read(std::span<std::byte> out) {
  return state_->lock()->read(out);
}

std::string Stream::take_text() {
  auto state = state_->lock();
  if (state->items.empty()) return {};
  auto *piece = std::get_if<TextPiece>(&state->items.front());
  if (!piece) return {};
  std::string text = std::move(piece->text);
  state->weight -= text.size();
  state->items.pop_front();
  return text;
}

void Stream::take_mark() {
  auto state = state_->lock();
  if (!state->items.empty() && std::holds_alternative<Mark>(state->items.front()) &&
      std::get<Mark>(state->items.front()).kind != Kind::end)
    state->items.pop_front();
}

}  // namespace gemlive
