// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace gemlive {

/// A first-in first-out queue that allocates only when it grows, so a steady flow of audio does not
/// allocate. One thread at a time.
template <typename T>
class Ring {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  T &front() { return slots_[head_]; }
  T &back() { return slots_[index(count_ - 1)]; }
  T &operator[](std::size_t i) { return slots_[index(i)]; }
  const T &operator[](std::size_t i) const { return slots_[index(i)]; }

  void push_back(T value) {
    if (count_ == slots_.size()) grow();
    slots_[index(count_++)] = std::move(value);
  }
  void pop_front() {
    slots_[head_] = T{};
    head_ = (head_ + 1) % slots_.size();
    --count_;
  }
  void clear() {
    while (!empty())
      pop_front();
  }

 private:
  std::size_t index(std::size_t i) const { return (head_ + i) % slots_.size(); }
  void grow() {
    std::vector<T> larger(slots_.empty() ? 16 : slots_.size() * 2);
    for (std::size_t i = 0; i < count_; ++i)
      larger[i] = std::move(slots_[index(i)]);
    slots_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> slots_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace gemlive
