// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace gemlive {

/// A first-in first-out queue. A steady flow of audio allocates nothing. A queue that was long
/// gives its memory back while it is emptied. One thread at a time.
template <typename T>
class Ring {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  T &front() { return slots_[head_]; }
  T &back() { return slots_[index(count_ - 1)]; }
  T &operator[](std::size_t i) { return slots_[index(i)]; }
  const T &operator[](std::size_t i) const { return slots_[index(i)]; }

  void push_back(const T &value) { push_back(T(value)); }
  void push_back(T &&value) {
    if (count_ == slots_.size()) resize(slots_.empty() ? 16 : slots_.size() * 2);
    slots_[index(count_++)] = std::move(value);
  }
  void pop_front() {
    slots_[head_] = T{};
    head_ = (head_ + 1) % slots_.size();
    --count_;
    if (slots_.size() > max_kept && count_ < slots_.size() / 4) resize(slots_.size() / 2);
  }
  void clear() {
    while (!empty())
      pop_front();
  }

 private:
  std::size_t index(std::size_t i) const { return (head_ + i) % slots_.size(); }
  void resize(std::size_t size) {
    std::vector<T> slots(size);
    for (std::size_t i = 0; i < count_; ++i)
      slots[i] = std::move(slots_[index(i)]);
    slots_ = std::move(slots);
    head_ = 0;
  }

  static constexpr std::size_t max_kept = 256;  // slots of an empty queue

  std::vector<T> slots_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace gemlive
