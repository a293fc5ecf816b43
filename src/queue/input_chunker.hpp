// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gemlive {

/// Cuts audio of any buffer size into chunks of whole samples. Reuses the memory of chunks that
/// were sent, so that a steady flow allocates nothing. Not thread-safe: InputQueue locks it.
class InputChunker {
 public:
  /// Maximum size of a chunk in bytes.
  void set_size(std::size_t bytes) { size_ = bytes; }
  /// The size of the unfinished chunk, which may end in a half sample.
  std::size_t bytes() const { return samples_.size(); }
  /// What still fits into it.
  std::size_t room() const { return size_ - samples_.size(); }
  bool is_full() const { return samples_.size() >= size_; }

  /// At most room() bytes.
  void add(std::span<const std::byte> bytes);
  /// The whole samples. A half sample stays.
  std::vector<std::byte> take();
  /// Drops the unfinished chunk, and returns its size.
  std::size_t drop();
  /// Takes the bytes and drops their samples, so that only a half sample stays. Returns the number
  /// of dropped bytes.
  std::size_t skip(std::span<const std::byte> bytes);

  /// The memory of a chunk that is not needed any more.
  void recycle(std::vector<std::byte> samples);

 private:
  std::size_t size_ = 2;
  std::vector<std::byte> samples_;
  std::vector<std::vector<std::byte>> spare_;
};

}  // namespace gemlive
