// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "message_pool.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "guarded.hpp"

namespace gemlive {

namespace {

constexpr std::size_t kept_blocks = 8;
constexpr std::size_t kept_size = 64 << 10;
constexpr std::size_t smallest = 4 << 10;

}  // namespace

struct MessagePool::Block : Message::Block {
  void release() override;

  std::size_t capacity = 0;
  std::shared_ptr<FreeList> home = {};  // set while the block is in use
};

/// Unused blocks.
class MessagePool::FreeList {
 public:
  std::unique_ptr<Block> take() {
    auto blocks = blocks_.lock();
    return blocks->count > 0 ? std::move(blocks->all[--blocks->count]) : nullptr;
  }
  void put(std::unique_ptr<Block> block) {
    if (block->capacity > kept_size) return;
    auto blocks = blocks_.lock();
    if (blocks->count < kept_blocks) blocks->all[blocks->count++] = std::move(block);
  }

 private:
  struct Blocks {
    std::array<std::unique_ptr<Block>, kept_blocks> all = {};
    std::size_t count = 0;
  };
  Guarded<Blocks> blocks_;
};

void MessagePool::Block::release() {
  const auto list = std::move(home);
  list->put(std::unique_ptr<Block>(this));
}

MessagePool::MessagePool() : free_list_(std::make_shared<FreeList>()) {}
MessagePool::~MessagePool() = default;

Message MessagePool::copy(std::string_view message) {
  auto block = free_list_->take();
  if (!block) block = std::make_unique<Block>();
  if (block->capacity < message.size() || !block->memory) {
    block->capacity = std::max(smallest, message.size());
    block->memory = std::make_unique_for_overwrite<char[]>(block->capacity);
  }
  std::copy(message.begin(), message.end(), block->memory.get());
  block->size = message.size();
  block->home = free_list_;
  return Message(block.release());
}

}  // namespace gemlive
