// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace gemlive {

/// A received message. Copies share the bytes and a count, so a copy allocates nothing. The last
/// owner releases them, on any thread. One Message object: one thread at a time.
class Message {
 public:
  /// The bytes and their count. A memory pool derives from it.
  struct Block {
    Block() = default;
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;
    virtual ~Block() = default;
    /// Called once, by the last owner: deletes the block, or keeps it for the next message.
    virtual void release() = 0;

    std::unique_ptr<char[]> memory = {};
    std::size_t size = 0;
    std::atomic<unsigned> owners = 0;
  };

  Message() = default;
  /// Becomes an owner of `block`.
  explicit Message(Block *block) : block_(block) { add(); }
  Message(const Message &other) : Message(other.block_) {}
  Message(Message &&other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Message &operator=(Message other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Message() {
    if (block_ && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) block_->release();
  }

  std::string_view bytes() const {
    return block_ ? std::string_view(block_->memory.get(), block_->size) : std::string_view();
  }
  /// Whether there is a message. It may be empty.
  explicit operator bool() const { return block_ != nullptr; }

 private:
  void add() {
    if (block_) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }

  Block *block_ = nullptr;
};

}  // namespace gemlive
