// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_chunker.hpp"

#include <utility>

namespace gemlive {
namespace {

constexpr std::size_t max_spare = 32;

}  // namespace

void InputChunker::add(std::span<const std::byte> bytes) {
  if (samples_.capacity() == 0 && !spare_.empty()) {
    samples_ = std::move(spare_.back());
    spare_.pop_back();
  }
  samples_.reserve(size_);
  samples_.insert(samples_.end(), bytes.begin(), bytes.end());
}

std::vector<std::byte> InputChunker::take() {
  const bool has_half = samples_.size() % 2 != 0;
  const auto half = has_half ? samples_.back() : std::byte{};
  if (has_half) samples_.pop_back();
  auto taken = samples_.empty() ? std::vector<std::byte>() : std::exchange(samples_, {});
  if (has_half) samples_.push_back(half);
  return taken;
}

std::size_t InputChunker::drop() {
  const auto bytes = samples_.size();
  recycle(std::exchange(samples_, {}));
  return bytes;
}

std::size_t InputChunker::skip(std::span<const std::byte> bytes) {
  if (bytes.empty()) return 0;
  const auto total = samples_.size() + bytes.size();
  samples_.assign(bytes.end() - static_cast<std::ptrdiff_t>(total % 2), bytes.end());
  return total - total % 2;
}

void InputChunker::recycle(std::vector<std::byte> samples) {
  samples.clear();
  // Memory beyond max_spare is freed: a long backlog needs it only once.
  if (samples.capacity() > 0 && spare_.size() < max_spare) spare_.push_back(std::move(samples));
}

}  // namespace gemlive
